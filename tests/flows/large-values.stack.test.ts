import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256Hex, type Json } from '../../domain/json.ts';
import { dataLimits } from '../../engine/data-limits.ts';
import type { RunRow } from '../../prisma/records/types.ts';
import { rebuildTimeline } from '../../worker/rebuild-timeline.ts';
import { waitFor } from '../support/api-session.ts';
import { type FlowBench, openFlowBench } from './flow-bench.ts';

const TIMEOUT_MS = 120_000;
const WAIT_MS = 30_000;
const KIB = 1024;
const MIB = 1024 * KIB;

/** A step that gives a text of so many characters, and one that is handed it after a while. */
const passing = (chars: number, pause = 1): string => `
  - make: { call: 'remote:1.0.0@default', with: { text: '\${ "x" * ${chars} }' } }
  - pause: { wait: { milliseconds: ${pause} } }
  - use: { call: 'remote:1.0.0@default', with: { text: '\${ .text }', more: true } }
  - tell: { set: { length: '\${ .text | length }', more: '\${ .more }' } }
`;
const three = (chars: number): string =>
  ['a', 'b', 'c'].map((name) => `${name}: '\${ "x" * ${chars} }'`).join(', ');

describe('values over 64 KiB', () => {
  let bench: FlowBench;
  let database: pg.Client;
  beforeAll(async () => {
    bench = await openFlowBench();
    database = new pg.Client({ connectionString: bench.databaseUrl });
    await database.connect();
  });
  afterAll(async () => {
    await database.end();
    await bench.close();
  });

  const historyBytes = async ({ workflowId }: RunRow): Promise<number> => {
    const { raw } = await bench.client.workflow.getHandle(workflowId).describe();
    return Number(raw.workflowExecutionInfo?.historySizeBytes ?? 0);
  };
  const errorOf = async (run: RunRow): Promise<Json> => {
    await bench.result(run).catch(() => undefined);
    return waitFor('the end in the records', WAIT_MS, async () => {
      await bench.flush();
      return ((await bench.records.runs.find(run.runId))?.error ?? undefined) as Json | undefined;
    });
  };

  it(
    'pass from step to step by their hash: the history stays small, the storage has each once',
    async () => {
      const small = await bench.start(await bench.publish(passing(10)), {});
      const large = await bench.start(await bench.publish(passing(MIB)), {});
      expect(await bench.result(small)).toEqual({ length: 10, more: true });
      expect(await bench.result(large)).toEqual({ length: MIB, more: true });
      expect((await historyBytes(large)) - (await historyBytes(small))).toBeLessThan(4 * KIB);
      const text = JSON.stringify({ text: 'x'.repeat(MIB) });
      const { rows } = await database.query('SELECT bytes FROM payload WHERE sha256 = $1', [sha256Hex(text)]);
      expect(rows).toEqual([{ bytes: text.length }]);
    },
    TIMEOUT_MS,
  );

  it(
    'pass through continue-as-new after every step, and a timeline that is rebuilt says the same',
    async () => {
      const plan = await bench.publish(passing(MIB));
      const run = await bench.start(plan, {}, { continueAtEveryBoundary: true });
      expect(await bench.result(run)).toEqual({ length: MIB, more: true });
      expect(await historyBytes(run)).toBeLessThan(32 * KIB);
      await bench.flush();
      const steps = await bench.records.timeline.steps(run.runId);
      expect(steps.map(({ name, status }) => `${name} ${status}`)).toEqual([
        'make completed',
        'pause completed',
        'use completed',
        'tell completed',
      ]);
      await rebuildTimeline(bench.client, bench.keys, bench.records, run, bench.bundlePath);
      expect(await bench.records.timeline.steps(run.runId)).toEqual(steps);
    },
    TIMEOUT_MS,
  );

  it(
    'are read again by a worker that begins, and the run waits while the storage cannot be read',
    async () => {
      const run = await bench.start(await bench.publish(passing(MIB + 1, 4_000)), {});
      await waitFor('the pause', WAIT_MS, async () => {
        await bench.flush();
        return (await bench.records.timeline.steps(run.runId)).some(
          ({ name, status }) => name === 'pause' && status === 'waiting',
        )
          ? true
          : undefined;
      });
      await database.query(`UPDATE payload SET sha256 = 'away ' || sha256 WHERE bytes > 65536`);
      await bench.restartWorkers();
      await waitFor('a workflow task that failed', WAIT_MS, async () => {
        const { events } = await bench.client.workflow.getHandle(run.workflowId).fetchHistory();
        return events?.some((event) => event.workflowTaskFailedEventAttributes) === true ? true : undefined;
      });
      await database.query(`INSERT INTO payload (sha256, bytes, content)
        SELECT substr(sha256, 6), bytes, content FROM payload WHERE sha256 LIKE 'away %' ON CONFLICT DO NOTHING`);
      expect(await bench.result(run)).toEqual({ length: MIB + 1, more: true });
    },
    TIMEOUT_MS,
  );

  it(
    'have an end: the result of a step, which a flow may catch',
    async () => {
      const tasks = `
  - guarded:
      try: [ { make: { call: 'remote:1.0.0@default', with: { ${three(2 * MIB)} } } } ]
      catch: { as: problem, do: [ { note: { set: { said: '\${ $problem }' } } } ] }
`;
      const run = await bench.start(await bench.publish(tasks), {});
      const bytes = 3 * 2 * MIB + '{"a":"","b":"","c":""}'.length;
      expect(await bench.result(run)).toMatchObject({
        said: {
          type: 'https://serverlessworkflow.io/spec/1.0.0/errors/runtime',
          status: 500,
          instance: '/do/0/guarded/try/0/make',
          detail: `the step gave ${bytes} bytes of JSON, ${dataLimits.resultBytes} are allowed: hand large data over by reference`,
        },
      });
    },
    TIMEOUT_MS,
  );

  it(
    'have an end: what a step is handed, what a flow gives, and all that a run holds',
    async () => {
      const most = `${dataLimits.valueChars} are allowed: hand large data over by reference`;
      const handed = await bench.publish(
        `  - take: { call: 'remote:1.0.0@default', with: { ${three(3 * MIB)} } }\n`,
      );
      expect(await errorOf(await bench.start(handed, {}))).toMatchObject({
        status: 500,
        instance: '/do/0/take',
        detail: expect.stringMatching(
          `^the input of the step has \\d{7} characters of JSON, ${most}`,
        ) as string,
      });
      const given = await bench.publish(`  - give: { set: { ${three(3 * MIB)} } }\n`);
      expect(await errorOf(await bench.start(given, {}))).toMatchObject({
        detail: expect.stringMatching(
          `^the output of the flow has \\d{7} characters of JSON, ${most}`,
        ) as string,
      });
      const branch = `do: [ { give: { set: { ${three(3 * MIB)} } } }, { rest: { wait: PT20S } } ]`;
      const held = await bench.publish(`
  - first: { call: 'remote:1.0.0@default', with: {} }
  - both: { fork: { branches: [ { one: { ${branch} } }, { other: { ${branch} } } ] } }
`);
      expect(await errorOf(await bench.start(held, {}, { continueAtEveryBoundary: true }))).toMatchObject({
        status: 500,
        detail: expect.stringMatching(
          `^what the run holds has \\d+ characters of JSON, ${dataLimits.runChars} are allowed`,
        ) as string,
      });
    },
    TIMEOUT_MS,
  );
});
