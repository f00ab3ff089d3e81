import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createNotifyActivity } from '../../activities/general/notify.ts';
import { createReconciliationActivities } from '../../activities/reconciliation/reconciliation-activities.ts';
import { acceptRun } from '../../api/accept-run.ts';
import { seedBots } from '../../api/bot-seed.ts';
import { publishShippedFlows } from '../../api/demo-seed.ts';
import { dispatchOnce } from '../../api/events/dispatch.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { FlowVersionRow, RunRow } from '../../prisma/records/types.ts';
import { createBots } from '../../worker/bots.ts';
import { CHROMIUM } from '../simulators/legacy/bot-bench.ts';
import { ROW_PLANTS, type SourcePlant } from '../simulators/legacy/positions.ts';
import { type LegacySystem, startLegacySystem } from '../simulators/legacy/start.ts';
import { waitFor } from '../support/api-session.ts';
import { type FlowBench, openFlowBench } from './flow-bench.ts';

const FLOWS = fileURLToPath(new URL('../../flows/', import.meta.url));
const FLOW = 'nightly-position-reconciliation';
/** Its cut-off has passed, so the flow escalates and takes the signatures late. */
const DAY = '2026-11-20';
const LOGIN = { username: 'op0712', password: 'Gui-Tai&2026#x' };
const SIGNED = 'com.afterbell.reconciliation.signed';

describe.skipIf(CHROMIUM === null)(
  `the nightly reconciliation on the real parts${CHROMIUM === null ? ' (skipped: no Chromium)' : ''}`,
  () => {
    let bench: FlowBench;
    let version: FlowVersionRow;
    let closeBots: () => Promise<void> = () => Promise.resolve();
    const systems = new Map<'counter' | 'clearing', LegacySystem>();

    /** Starts both systems, on the ports they had before. */
    const serve = async (source?: SourcePlant): Promise<void> => {
      for (const system of ['counter', 'clearing'] as const) {
        const before = systems.get(system);
        await before?.stop();
        const started = await startLegacySystem({
          system,
          port: before === undefined ? 0 : Number(new URL(before.url).port),
          login: LOGIN,
          books: {
            tradingDay: DAY,
            rows: 80,
            plants: ROW_PLANTS,
            ...(source === undefined ? {} : { source }),
          },
          behaviour: { expireAfterClicks: 7 },
        });
        systems.set(system, started);
      }
    };

    beforeAll(async () => {
      await serve();
      bench = await openFlowBench((parts) => {
        const bots = createBots(parts);
        closeBots = () => bots.close();
        return {
          ...bots.activities,
          ...createReconciliationActivities({ records: parts.records, clock: Date.now }),
          sendNotification: createNotifyActivity({ handOffs: parts.records.handOffs }),
        };
      });
      const published = await publishShippedFlows(bench.records, FLOWS, 'chen.lei');
      const found = published.find((row) => row.flowName === FLOW);
      if (found === undefined) throw new Error(`${FLOW} is not shipped`);
      version = found;
      const login = (system: 'counter' | 'clearing') => ({
        ...LOGIN,
        baseUrl: systems.get(system)?.url ?? '',
      });
      await seedBots(
        bench.api,
        FLOWS,
        { counter: login('counter'), clearing: login('clearing') },
        'chen.lei',
      );
    });
    afterEach(() => bench.flush());
    afterAll(async () => {
      await bench.close();
      await closeBots();
      for (const system of systems.values()) await system.stop();
    });

    const start = (): Promise<RunRow> =>
      acceptRun(bench.api, {
        version,
        runId: randomUUID(),
        businessKey: null,
        input: { tradingDay: DAY },
        requestedBy: 'token:test',
      });
    const openBreaks = async () =>
      (await bench.records.reconciliation.list({ status: 'open' }, { limit: 200 })).items;

    it('finds every planted break and nothing else, and ends when two people have signed', async () => {
      const run = await start();
      const signOff = await waitFor('the sign-off', 100_000, async () => {
        const state = await bench.records.runs.find(run.runId);
        if (state?.status === 'failed') throw new Error(JSON.stringify(state.error));
        return (await bench.records.reconciliation.signOffs(1))[0];
      });
      const classes = (await openBreaks()).map((found) => found.class);
      expect(classes.toSorted()).toEqual([...ROW_PLANTS].toSorted());
      const files = await bench.records.evidence.ofRun(run.runId);
      expect(files.filter((file) => file.kind === 'screenshot').length).toBeGreaterThanOrEqual(4);
      expect(files.filter((file) => file.kind === 'manifest')).toHaveLength(2);

      await bench.records.reconciliation.sign(signOff.signOffId, 'li.na', 'seen');
      await bench.records.reconciliation.sign(signOff.signOffId, 'wang.min', 'seen');
      const eventId = randomUUID();
      const envelope: JsonObject = {
        specversion: '1.0',
        id: eventId,
        source: '/afterbell/reconciliation',
        type: SIGNED,
        data: { signOffId: signOff.signOffId, maker: 'li.na', checker: 'wang.min' },
      };
      await bench.records.events.accept([
        {
          source: '/afterbell',
          eventId,
          type: SIGNED,
          subject: null,
          envelope,
          receivedBy: 'test',
        },
      ]);
      while ((await dispatchOnce(bench.api)) > 0);
      const output = await bench.result(run);
      expect(output).toMatchObject({
        status: 'signed',
        signedBy: { maker: 'li.na', checker: 'wang.min' },
        desk: { added: ROW_PLANTS.length },
      });
    });

    it.each<[SourcePlant, string]>([
      ['source-missing', 'gave no position'],
      ['source-stale', 'is of 2026-11-19'],
      ['control-total', 'long lots of the rows'],
    ])('is red on a clearing side with a planted %s, never “no breaks”', async (source, told) => {
      await serve(source);
      const run = await start();
      await expect(bench.result(run)).rejects.toThrow();
      const ended = await waitFor('the end on the run’s row', 20_000, async () => {
        const row = await bench.records.runs.find(run.runId);
        return row?.status === 'failed' ? row : undefined;
      });
      expect(ended.error?.detail).toContain(told);
      expect((await openBreaks()).map((found) => found.class)).toContain(source);
    });
  },
);
