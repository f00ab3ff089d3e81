import type { Json, JsonObject } from '../../domain/json.ts';
import { compileFlow } from '../../engine/index.ts';
import type { CatalogueFunction, Plan, StepCatalogue } from '../../engine/types.ts';

/** Sequential steps of the second workload. */
export const CHAIN_STEPS = 40;

/** W1: start, condition, one no-op step, end. W2: 40 no-op steps one after the other. */
export type WorkloadName = 'W1' | 'W2';

/** One workload: the input both sides get and the plan of ours. */
export interface Workload {
  readonly name: WorkloadName;
  readonly title: string;
  readonly steps: number;
  readonly input: Json;
  readonly plan: Plan;
}

const NOOP: CatalogueFunction = {
  name: 'noop',
  version: '1.0.0',
  input: { type: 'object' },
  output: { type: 'object' },
  run: {
    kind: 'activity',
    activity: 'noop',
    queue: 'ops',
    startToCloseMs: 5_000,
    maximumAttempts: 3,
    local: true,
  },
  controlled: false,
};

const catalogue: StepCatalogue = {
  find: (name, version) => (name === NOOP.name && version === NOOP.version ? NOOP : undefined),
  names: () => [NOOP.name],
};

const CALL = 'noop:1.0.0@default';

function document(name: string, tasks: JsonObject[]): JsonObject {
  return { document: { dsl: '1.0.3', namespace: 'bench', name, version: '1.0.0' }, do: tasks };
}

function planOf(flow: JsonObject | string): Plan {
  const { plan, problems } = compileFlow(flow, catalogue);
  if (plan === undefined)
    throw new Error(`the flow of the measurement is not valid: ${JSON.stringify(problems)}`);
  return plan;
}

const branch = `
document: { dsl: '1.0.3', namespace: bench, name: bench-branch, version: '1.0.0' }
do:
  - choose:
      switch:
        - large: { when: '\${ .amount > 100 }', then: step }
        - small: { then: end }
  - step:
      call: ${CALL}
      with: { requestId: '\${ .requestId }', amount: '\${ .amount }' }
`;

const chain = document(
  'bench-chain',
  Array.from({ length: CHAIN_STEPS }, (_, index) => ({ [`step${index}`]: { call: CALL, with: { index } } })),
);

/** The two workloads, compiled through the same catalogue mechanism as every published flow. */
export const WORKLOADS: Readonly<Record<WorkloadName, Workload>> = {
  W1: {
    name: 'W1',
    title: 'start -> condition -> no-op step -> end',
    steps: 1,
    input: { requestId: 'request-1', amount: 250 },
    plan: planOf(branch),
  },
  W2: {
    name: 'W2',
    title: `${CHAIN_STEPS} no-op steps one after the other`,
    steps: CHAIN_STEPS,
    input: { requestId: 'request-1', amount: 250 },
    plan: planOf(chain),
  },
};
