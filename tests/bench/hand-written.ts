import { proxyActivities, proxyLocalActivities, workflowInfo } from '@temporalio/workflow';

/** Input of both workloads. */
export interface HandWrittenInput {
  readonly requestId: string;
  readonly amount: number;
}

interface NoopCall {
  /** Idempotency key of the step. */
  readonly key: string;
  readonly input: Readonly<Record<string, unknown>>;
}

interface Activities {
  readonly noop: (call: NoopCall) => Promise<Readonly<Record<string, unknown>>>;
}

const CHAIN_STEPS = 40;
const local = proxyLocalActivities<Activities>({
  startToCloseTimeout: 5_000,
  localRetryThreshold: 10_000,
  retry: { maximumAttempts: 3 },
});
const remote = proxyActivities<Activities>({ startToCloseTimeout: 5_000, retry: { maximumAttempts: 3 } });

async function branch({ noop }: Activities, { requestId, amount }: HandWrittenInput): Promise<unknown> {
  if (amount <= 100) return { requestId, amount };
  return noop({ key: `${workflowInfo().workflowId}/step`, input: { requestId, amount } });
}

async function chain({ noop }: Activities): Promise<unknown> {
  const { workflowId } = workflowInfo();
  let output: unknown;
  for (let index = 0; index < CHAIN_STEPS; index += 1)
    output = await noop({ key: `${workflowId}/step${index}`, input: { index } });
  return output;
}

/** W1 with a local activity. */
export const branchTuned = (input: HandWrittenInput): Promise<unknown> => branch(local, input);
/** W1 with a normal activity. */
export const branchDefault = (input: HandWrittenInput): Promise<unknown> => branch(remote, input);
/** W2 with local activities. */
export const chainTuned = (_input: HandWrittenInput): Promise<unknown> => chain(local);
/** W2 with normal activities. */
export const chainDefault = (_input: HandWrittenInput): Promise<unknown> => chain(remote);
