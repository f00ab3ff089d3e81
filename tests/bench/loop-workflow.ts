import { continueAsNew, proxyActivities } from '@temporalio/workflow';

/** Where a run of the plain loop stands. */
export interface PlainLoopInput {
  readonly items: number;
  readonly from: number;
}

const PER_EXECUTION = 1_000;
const { noop } = proxyActivities<{
  noop(call: { key: string; input: { id: number } }): Promise<{ id: number }>;
}>({
  startToCloseTimeout: 30_000,
  retry: { maximumAttempts: 3 },
});

/** What an author writes without an engine: one activity per item, a new execution every 1,000 items so that no history grows too long. */
export async function plainLoop({ items, from }: PlainLoopInput): Promise<{ id: number }> {
  let last = { id: -1 };
  const until = Math.min(items, from + PER_EXECUTION);
  for (let id = from; id < until; id += 1) last = await noop({ key: String(id), input: { id } });
  if (until < items) await continueAsNew<typeof plainLoop>({ items, from: until });
  return last;
}
