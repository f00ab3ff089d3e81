import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { MARKET_TIME_ZONE, wallClock } from '../../domain/calendar/index.ts';
import type { Records } from '../../prisma/records/types.ts';
import { endingOf, endOfRun } from '../demo/scene.ts';
import { ApiSession, waitFor } from '../support/api-session.ts';
import type { LocalStack } from '../support/local-stack.ts';
import { chromiumUnder, isChromium, killPart } from './kills.ts';

/** What the demo systems differ in. */
const PLANTED = ['margin', 'missing-right', 'quantity'];
const RECONCILIATION = 'futures-positions';
const BROWSER_MS = 60_000;
const GONE_MS = 10_000;
/** A step without heartbeats is tried again when its time is over; matching may take ten minutes. */
const SIGN_OFF_MS = { 'bot-run': 120_000, reconcile: 720_000 } as const;

/** When the process with the bots and the matcher is killed: while a browser works, or as soon as the match is recorded. */
export type NightlyMoment = keyof typeof SIGN_OFF_MS;

/** One night, one kill: every planted break once and nothing else, one sign-off, no process of the killed browser left, and the run ends signed. */
export async function nightlyKill(stack: LocalStack, records: Records, moment: NightlyMoment): Promise<void> {
  const caller = ApiSession.withToken(stack.baseUrl, stack.cliToken());
  const key = `kill-${randomUUID()}`;
  const { date } = wallClock(Date.now(), MARKET_TIME_ZONE);
  const { runId } = await caller.need<{ runId: string }>(
    'POST',
    '/v1/runs',
    { flow: 'nightly-position-reconciliation', businessKey: key, input: { tradingDay: date } },
    { 'idempotency-key': key },
  );
  await waitFor('a browser at work', BROWSER_MS, async () =>
    chromiumUnder(stack.pidOf('afterbell')).length > 0 ? true : undefined,
  );
  if (moment === 'bot-run') await delay(800);
  else
    await waitFor(
      'the match',
      BROWSER_MS * 2,
      async () => (await records.reconciliation.runs(RECONCILIATION, 1))[0],
      5,
    );
  const browsers = chromiumUnder(stack.pidOf('afterbell'));
  expect(browsers.length).toBeGreaterThan(0);
  await killPart(stack, 'afterbell');
  await waitFor('the end of its browsers', GONE_MS, async () =>
    browsers.some(isChromium) ? undefined : true,
  );
  const signOff = await waitFor('the sign-off', SIGN_OFF_MS[moment], async () => {
    const run = await records.runs.find(runId);
    if (run?.status === 'failed') throw new Error(JSON.stringify(run.error));
    return (await records.reconciliation.signOffs(10)).find((row) => row.runId === runId);
  });
  const { items } = await records.reconciliation.list({ status: 'open' }, { limit: 200 });
  expect(items.map((item) => item.class).toSorted()).toEqual(PLANTED);
  for (const item of items) {
    const entries = await records.reconciliation.entries(item.breakId);
    expect(entries.filter((entry) => entry.action === entries[0]?.action)).toHaveLength(1);
  }
  expect(await records.reconciliation.runs(RECONCILIATION, 10)).toHaveLength(1);
  for (const username of ['chen.lei', 'sun.yan']) {
    const person = await stack.signIn(username);
    await person.need('POST', `/v1/sign-offs/${signOff.signOffId}/signatures`, { comment: 'after the kill' });
  }
  const run = await endOfRun(caller, runId, BROWSER_MS);
  expect(endingOf(run)).toBe('completed');
  expect(run.output).toMatchObject({ status: 'signed' });
  expect((await records.reconciliation.signOffs(10)).filter((row) => row.runId === runId)).toHaveLength(1);
}
