import { expect, it } from 'vitest';
import type { TriggerFiringRow, TriggerRow } from '../../prisma/records/event-types.ts';
import type { RunRow } from '../../prisma/records/types.ts';
import { createFlowActivities, type FlowActivityDeps } from './flow-activities.ts';

const FIRED = new Date('2026-11-23T10:00:00Z');
const NEXT_MS = FIRED.getTime() + 3_600_000;

/** The records a due schedule looks at: one trigger of every hour whose last run belongs to this family. */
function recordsOf(family: readonly Partial<RunRow>[]) {
  const firings: Partial<TriggerFiringRow>[] = [
    { outcome: 'started', cause: 'schedule', runId: 'r1', occasion: 'schedule before', firedAt: FIRED },
  ];
  const trigger: Partial<TriggerRow> = {
    triggerName: 'hourly',
    flowName: 'report',
    settings: { cron: '0 * * * *', timeZone: 'Asia/Shanghai' },
    pausedAt: null,
  };
  const noted: string[] = [];
  const records = {
    triggers: {
      find: async () => trigger,
      firings: async () => firings,
      recordFiring: async ({ outcome, detail }: TriggerFiringRow) =>
        void noted.push(`${outcome}: ${detail ?? ''}`),
    },
    restarts: { family: async () => family },
    runs: {},
    flows: { find: async () => undefined },
  } as unknown as FlowActivityDeps['records'];
  return { records, noted };
}

const fire = async (family: readonly Partial<RunRow>[]): Promise<readonly string[]> => {
  const { records, noted } = recordsOf(family);
  const { prepareScheduledRun } = createFlowActivities({
    records,
    opaque: (text) => text,
    clock: () => NEXT_MS,
  });
  const started = await prepareScheduledRun({
    triggerName: 'hourly',
    netZone: 'default',
    atMs: NEXT_MS,
  });
  expect(started).toBeNull();
  return noted;
};

it('a schedule waits for its last run, also when that was restarted as another one', async () => {
  expect(await fire([{ endedAt: null }])).toEqual([
    `skipped: the run of ${FIRED.toISOString()} still goes on`,
  ]);
  expect(await fire([{ endedAt: FIRED }, { endedAt: null }])).toEqual([
    `skipped: the run of ${FIRED.toISOString()} still goes on`,
  ]);
  // Nothing goes on: it is due, and comes as far as the flow, which does not exist here.
  expect(await fire([{ endedAt: FIRED }, { endedAt: FIRED }])).toEqual([
    expect.stringContaining('refused: ') as string,
  ]);
});
