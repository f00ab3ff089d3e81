import type { Json, JsonObject } from '../../domain/json.ts';
import { compileFlow } from '../compile.ts';
import { rehearse, type Answer, type AskedCommand, type Rehearsal } from '../rehearsal.ts';
import type { CatalogueFunction, Plan, StepCatalogue } from '../types.ts';

const anything: JsonObject = {};
const activity = (
  name: string,
  input: JsonObject = anything,
  controlled = false,
  items?: number,
): CatalogueFunction => ({
  name,
  version: '1.0.0',
  input,
  output: anything,
  run: {
    kind: 'activity',
    activity: name,
    queue: 'ops',
    startToCloseMs: 1000,
    maximumAttempts: 1,
    ...(items === undefined ? {} : { items }),
  },
  controlled,
});

const functions = [
  activity('work'),
  activity('push', anything, true),
  activity('bulk', { type: 'object', properties: { n: { type: 'number' } } }, false, 4),
  activity('typed', {
    type: 'object',
    properties: { vlan: { type: 'integer', minimum: 1, maximum: 4094 }, name: { type: 'string' } },
    required: ['vlan'],
    additionalProperties: false,
  }),
  activity('http', {
    type: 'object',
    properties: { method: { type: 'string' }, endpoint: { type: 'string' } },
    required: ['method', 'endpoint'],
  }),
  activity('openapi', { type: 'object', required: ['document', 'operationId'] }),
  activity('process', { type: 'object', required: ['language', 'code', 'return'] }),
];

/** A catalogue for tests: `work` (anything), `push` (controlled), `bulk` (4 of a loop at once), `typed` (a VLAN), `http`, `openapi`, `process`. All 1.0.0. */
export const testCatalogue: StepCatalogue = {
  find: (name, version) => functions.find((each) => each.name === name && each.version === version),
  names: () => functions.map((each) => each.name),
};

/** Run start of all tests: Monday 2026-11-23 00:00 UTC. */
export const startMs = Date.UTC(2026, 10, 23);

/** A document around the given YAML, which starts with `do:` or another top-level member. */
export function flow(rest: string): string {
  return `document: { dsl: '1.0.3', namespace: test, name: test, version: 1.0.0 }\n${rest}`;
}

/** The plan of a document that must be valid where scripts are switched on. */
export function planOf(document: JsonObject | string): Plan {
  const { plan, problems } = compileFlow(document, testCatalogue, { scripts: true });
  if (plan === undefined) throw new Error(JSON.stringify(problems, null, 1));
  return plan;
}

/** Rehearses a document given as for `flow`; without an answer every call returns its input. */
export function run(
  rest: string,
  input: Json = {},
  answer: (command: AskedCommand, nowMs: number) => Answer = echo,
): Promise<Rehearsal> {
  return rehearse(planOf(flow(rest)), input, { answer, startAtMs: startMs });
}

/** Answers calls with their own input; leaves awaited events unanswered. */
export function echo(command: AskedCommand): Answer {
  if (command.kind === 'callFunction' || command.kind === 'runWorkflow') return { output: command.input };
  return undefined;
}
