import { randomUUID } from 'node:crypto';
import { ApiSession, waitFor } from '../support/api-session.ts';
import type { LocalStack } from '../support/local-stack.ts';
import type { Scene } from './scene.ts';
import { simulatorTarget } from './simulator-target.ts';
import { type DemoTarget, openVswitchObstacle, openVswitchTarget } from './targets.ts';

const STEP_TIMEOUT_MS = 120_000;
/** The demo window opens every two minutes for 90 seconds and wants 30 seconds left. */
const WINDOW_TIMEOUT_MS = 240_000;

interface RunView {
  readonly runId: string;
  readonly status: string;
  readonly output: { readonly result?: { readonly status?: string } } | null;
  readonly error: { readonly title: string } | null;
  readonly standing: { readonly en: string };
}

interface ApprovalView {
  readonly approvalId: string;
  readonly runId: string;
  readonly contentHash: string;
  readonly status: string;
}

/** Asks for a change, lets the reviewer approve exactly what is shown, and waits for the end of the run. */
async function changePort(
  stack: LocalStack,
  target: DemoTarget,
  port: string,
  say: Scene['say'],
): Promise<RunView> {
  const key = `demo-${randomUUID()}`;
  const requester = ApiSession.withToken(stack.baseUrl, stack.cliToken());
  const body = {
    flow: 'switch-port-provisioning',
    businessKey: key,
    input: {
      requestId: key,
      reason: 'demo without hands',
      window: 'demo',
      ports: [
        {
          device: target.device,
          port,
          mode: 'access',
          accessVlan: target.newVlan,
          description: 'desk 12F-07',
          adminUp: true,
        },
      ],
    },
  };
  const { runId } = await requester.need<{ runId: string }>('POST', '/v1/runs', body, {
    'idempotency-key': key,
  });
  const reviewer = await stack.signIn('wang.min');
  const approval = await waitFor('the approval', STEP_TIMEOUT_MS, async () => {
    const run = await requester.need<RunView>('GET', `/v1/runs/${runId}`);
    if (run.status === 'failed' || run.status === 'completed')
      throw new Error(`the run ended early: ${run.standing.en}`);
    const { items } = await reviewer.need<{ items: ApprovalView[] }>(
      'GET',
      '/v1/approvals?status=open&mine=true',
    );
    return items.find((item) => item.runId === runId);
  });
  await reviewer.need('POST', `/v1/approvals/${approval.approvalId}/decisions`, {
    decision: 'approve',
    comment: 'demo',
    contentHash: approval.contentHash,
  });
  say(`approved ${port}; waiting for the demo window and the push`);
  return waitFor(
    'the end of the run',
    WINDOW_TIMEOUT_MS,
    async () => {
      const run = await requester.need<RunView>('GET', `/v1/runs/${runId}`);
      return ['completed', 'failed', 'cancelled'].includes(run.status) ? run : undefined;
    },
    500,
  );
}

async function goodChange({ stack, checks, say }: Scene, target: DemoTarget): Promise<void> {
  const before = target.canReach(target.good);
  if (before !== undefined)
    checks.same(`${target.good}: reaches VLAN ${target.newVlan} before`, false, before);
  const run = await changePort(stack, target, target.good, say);
  checks.same(`${target.good}: run`, 'completed', run.status === 'completed' ? run.status : run.standing.en);
  checks.same(`${target.good}: VLAN after`, String(target.newVlan), await target.vlanOf(target.good));
  const after = target.canReach(target.good);
  if (after !== undefined) checks.same(`${target.good}: reaches VLAN ${target.newVlan} after`, true, after);
  const viewer = await stack.signIn('li.na');
  const { items } = await viewer.need<{ items: Array<{ fileId: string; kind: string; name: string }> }>(
    'GET',
    `/v1/runs/${run.runId}/files`,
  );
  const result = items.find((file) => file.kind === 'result' && file.name.endsWith('.csv'));
  const content =
    result === undefined
      ? ''
      : (await viewer.download(`/v1/files/${result.fileId}`)).content.toString('utf8');
  checks.same(
    `${target.good}: result file says applied`,
    true,
    content.includes(target.good) && content.includes('applied'),
  );
}

async function failingChange({ stack, checks, say }: Scene, target: DemoTarget): Promise<void> {
  const vlan = await target.vlanOf(target.failing);
  target.plantFault();
  const run = await changePort(stack, target, target.failing, say);
  checks.same(
    `${target.failing}: outcome of the failing change`,
    'rolled-back',
    run.output?.result?.status ?? run.standing.en,
  );
  checks.same(`${target.failing}: VLAN as before`, vlan, await target.vlanOf(target.failing));
  const reach = target.canReach(target.failing);
  if (reach !== undefined)
    checks.same(`${target.failing}: reaches VLAN ${target.newVlan}, as before`, false, reach);
}

async function repeatedStart({ stack, checks }: Scene, target: DemoTarget): Promise<void> {
  const caller = ApiSession.withToken(stack.baseUrl, stack.cliToken());
  const key = `same-${randomUUID()}`;
  const body = {
    flow: 'switch-port-provisioning',
    businessKey: key,
    input: {
      requestId: key,
      reason: 'repeat',
      window: 'demo',
      ports: [
        {
          device: target.device,
          port: target.good,
          mode: 'access',
          accessVlan: target.newVlan,
          adminUp: true,
        },
      ],
    },
  };
  const answers = await Promise.all(
    [1, 2, 3, 4, 5].map(() => caller.call('POST', '/v1/runs', body, { 'idempotency-key': key })),
  );
  checks.same(
    'one run of five identical starts',
    1,
    new Set(answers.map((answer) => (answer.body as { runId: string }).runId)).size,
  );
  const other = await caller.call(
    'POST',
    '/v1/runs',
    { ...body, businessKey: `${key}-2` },
    { 'idempotency-key': key },
  );
  checks.same('same key, other body', 422, other.status);
}

/** A port is changed on a real switch where this machine can have one, a change that is stored wrongly is rolled back, a repeat is one run. */
export async function portProvisioning(scene: Scene, forcesSimulator: boolean): Promise<void> {
  const { stack, checks, say } = scene;
  const obstacle = forcesSimulator ? 'asked for with --simulator' : openVswitchObstacle();
  checks.part = obstacle === undefined ? 'real' : 'stand-in';
  const target =
    obstacle === undefined ? await openVswitchTarget(stack) : await simulatorTarget(stack, obstacle);
  say(
    target.kind === 'open-vswitch'
      ? 'target: Open vSwitch in network namespaces behind a real sshd'
      : `target: switch simulator (${target.note})`,
  );
  try {
    await goodChange(scene, target);
    await failingChange(scene, target);
    await repeatedStart(scene, target);
  } finally {
    await target.stop();
  }
}
