import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { MARKET_TIME_ZONE, wallClock } from '../../domain/calendar/index.ts';
import { CHROMIUM } from '../simulators/legacy/bot-bench.ts';
import { ROW_PLANTS } from '../simulators/legacy/positions.ts';
import { ApiSession, waitFor } from '../support/api-session.ts';
import type { LocalStack } from '../support/local-stack.ts';
import { endingOf, endOfRun, type RunView, type Scene } from './scene.ts';

const FLOW = 'nightly-position-reconciliation';
const FETCH_MS = 180_000;
const STEP_MS = 60_000;
const SYSTEMS = ['counter', 'clearing'] as const;

interface SignOffView {
  readonly signOffId: string;
  readonly runId: string;
}

/** Two bots in a real Chromium read both demo systems; every planted difference is found, and two people sign. */
export async function nightlyReconciliation({ stack, checks, say }: Scene): Promise<void> {
  if (CHROMIUM === null) {
    checks.part = 'stand-in';
    checks.same('a Chromium for the bots', 'installed', 'not installed');
    return;
  }
  await plantEveryClass(stack);
  const caller = ApiSession.withToken(stack.baseUrl, stack.cliToken());
  const key = `demo-nightly-${randomUUID()}`;
  const { date } = wallClock(Date.now(), MARKET_TIME_ZONE);
  say('nightly reconciliation: the bots fetch from both systems');
  const { runId } = await caller.need<{ runId: string }>(
    'POST',
    '/v1/runs',
    { flow: FLOW, businessKey: key, input: { tradingDay: date } },
    { 'idempotency-key': key },
  );
  const maker = await stack.signIn('chen.lei');
  const signOff = await waitFor('the sign-off', FETCH_MS, () => signOffOf(maker, runId), 500).catch(
    async (error: unknown) => {
      const run = await caller.need<RunView>('GET', `/v1/runs/${runId}`);
      checks.same('the day is put up for signing', 'yes', run.error?.detail ?? run.standing.en);
      throw error;
    },
  );
  const { items: breaks } = await maker.need<{ items: Array<{ class: string; runId: string }> }>(
    'GET',
    '/v1/breaks?limit=200',
  );
  const found = breaks.filter((item) => item.runId === runId).map((item) => item.class);
  checks.same('every planted break and nothing else', sorted(ROW_PLANTS), sorted(found));
  const { items: files } = await maker.need<{ items: Array<{ kind: string }> }>(
    'GET',
    `/v1/runs/${runId}/files`,
  );
  checks.same(
    'bots leave a manifest each',
    SYSTEMS.length,
    files.filter((file) => file.kind === 'manifest').length,
  );
  checks.same(
    'screenshots are kept',
    true,
    files.some((file) => file.kind === 'screenshot'),
  );
  await signBoth({ stack, checks }, maker, signOff.signOffId);
  const run = await endOfRun(caller, runId, STEP_MS);
  checks.same('run', 'completed', endingOf(run));
  checks.same('outcome', 'signed', run.output?.status);
  const by = run.output?.signedBy as { maker?: string; checker?: string } | undefined;
  checks.same('signed by', 'chen.lei, sun.yan', `${by?.maker}, ${by?.checker}`);
}

/** Maker first; the maker cannot check, another person can. */
async function signBoth(
  { stack, checks }: Pick<Scene, 'stack' | 'checks'>,
  maker: ApiSession,
  signOffId: string,
): Promise<void> {
  const signatures = `/v1/sign-offs/${signOffId}/signatures`;
  await maker.need('POST', signatures, { comment: 'demo' });
  const same = await maker.call('POST', signatures, { comment: 'demo' });
  checks.same('the maker cannot be the checker', 409, same.status);
  const checker = await stack.signIn('sun.yan');
  await checker.need('POST', signatures, { comment: 'demo' });
}

async function signOffOf(session: ApiSession, runId: string): Promise<SignOffView | undefined> {
  const { items } = await session.need<{ items: SignOffView[] }>('GET', '/v1/sign-offs');
  return items.find((item) => item.runId === runId);
}

/** Gives both demo systems differences of every class; each is ended and comes up with its new settings. */
async function plantEveryClass(stack: LocalStack): Promise<void> {
  for (const system of SYSTEMS) {
    const file = path.join(stack.home, 'demo-systems', `${system}.json`);
    const config = JSON.parse(readFileSync(file, 'utf8')) as { port: number; books: { plants: string[] } };
    config.books.plants = [...ROW_PLANTS];
    writeFileSync(file, JSON.stringify(config));
    const pid = stack.pidOf(`demo-${system}`);
    process.kill(pid, 'SIGTERM');
    await waitFor(`the ${system} system with its new settings`, STEP_MS, async () => {
      if (stack.pidOf(`demo-${system}`) === pid) return undefined;
      return (await fetch(`http://127.0.0.1:${config.port}/`)).status < 500 ? true : undefined;
    });
  }
}

function sorted(words: readonly string[]): string[] {
  return words.toSorted((left, right) => (left < right ? -1 : 1));
}
