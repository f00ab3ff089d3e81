import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../domain/json.ts';
import { accountOpeningRules } from '../../domain/outreach/index.ts';
import { ApiSession, waitFor } from '../support/api-session.ts';
import { endingOf, endOfRun, type RunView, type Scene } from './scene.ts';

const FLOW = 'account-opening-follow-up';
const DELAY_MS = 4_000;
const STEP_MS = 60_000;

interface TaskView {
  readonly taskId: string;
  readonly customerId: string;
  readonly assignee: string | null;
  readonly status: string;
  readonly grade: string;
  readonly createdAt: string;
}

/** One customer stalls and is called; another goes on in time and is not. */
export async function accountOpening({ stack, records, checks, say }: Scene): Promise<void> {
  // The shipped journey with a delay a demo can wait for, and no quiet hours, so that it also runs at night.
  const rules = {
    ...accountOpeningRules,
    delays: [{ step: 'sign', delayMs: DELAY_MS }],
    quietHours: { from: '00:00', to: '00:00' },
  };
  await records.outreach.publishJourney('account-opening', '开户跟进', rules, 'demo');
  const caller = ApiSession.withToken(stack.baseUrl, stack.cliToken());
  const [called, spared] = [`demo-${randomUUID()}`, `demo-${randomUUID()}`];
  const profile = { assetsCny: 900_000, visits30d: 9 };
  const startedAtMs = Date.now();
  say('account opening: two customers stall');
  const stall = { sequence: 2, step: 'sign', channel: 'branch', profile };
  const again = randomUUID();
  await send(caller, 'opted-in', { customer: called, sequence: 1 });
  await send(caller, 'stalled', { customer: called, ...stall }, again);
  await send(caller, 'stalled', { customer: called, ...stall }, again);
  await send(caller, 'opted-in', { customer: spared, sequence: 1 });
  await send(caller, 'stalled', { customer: spared, ...stall, step: 'identity' });

  const run = await endOfRun(caller, (await runOf(caller, called)).runId, STEP_MS);
  checks.same('run of the one who stalled', 'completed', endingOf(run));
  checks.same('decided', 'person', run.output?.status);
  const manager = await stack.signIn('xu.fang');
  const tasks = await tasksOf(manager, called);
  const [task] = tasks;
  checks.same('tasks for one stall, sent twice', 1, tasks.length);
  checks.same('grade', 'high', task?.grade);
  checks.same(
    'not before it was due',
    true,
    task !== undefined && Date.parse(task.createdAt) - startedAtMs >= DELAY_MS,
  );
  if (task?.assignee !== undefined && task.assignee !== null) {
    const representative = await stack.signIn(task.assignee);
    const path = `/v1/outreach/tasks/${task.taskId}`;
    await representative.need('POST', `${path}/start`, {});
    await representative.need('POST', `${path}/report`, { outcome: 'will-continue', comment: 'demo' });
  }
  const [after] = await tasksOf(manager, called);
  checks.same('task after the call', 'done', after?.status);

  const waiting = await runOf(caller, spared);
  await waitFor('the other customer’s run to wait', STEP_MS, async () => {
    const [entry] = await records.outreach.entriesOf(spared);
    return entry?.status === 'waiting' ? true : undefined;
  });
  await send(caller, 'progressed', { customer: spared, sequence: 3, step: 'video-witness' });
  const ended = await endOfRun(caller, waiting.runId, STEP_MS);
  checks.same('the one who went on', 'cancelled / moved-on', outcomeOf(ended));
  checks.same('tasks for the one who went on', 0, (await tasksOf(manager, spared)).length);
}

function outcomeOf(run: RunView): string {
  if (run.status !== 'completed') return endingOf(run);
  const output = run.output as { status?: string; reason?: string } | null;
  return `${output?.status} / ${output?.reason}`;
}

async function send(
  caller: ApiSession,
  kind: string,
  data: JsonObject,
  id: string = randomUUID(),
): Promise<void> {
  const event = {
    specversion: '1.0',
    id,
    source: '/demo/hands-off',
    type: `com.afterbell.customer.${kind}`,
    time: new Date().toISOString(),
    data,
  };
  await caller.need('POST', '/v1/events', [event], {
    'content-type': 'application/cloudevents-batch+json',
  });
}

function runOf(caller: ApiSession, customer: string): Promise<RunView> {
  return waitFor(`the run of ${customer}`, STEP_MS, async () => {
    const { items } = await caller.need<{ items: RunView[] }>('GET', `/v1/runs?flow=${FLOW}&limit=100`);
    return items.find((run) => run.businessKey?.startsWith(customer));
  });
}

async function tasksOf(manager: ApiSession, customer: string): Promise<TaskView[]> {
  const { items } = await manager.need<{ items: TaskView[] }>('GET', '/v1/outreach/tasks?limit=200');
  return items.filter((task) => task.customerId === customer);
}
