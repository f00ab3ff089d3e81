import { setTimeout as delay } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/activity';
import { sha256Hex } from '../../domain/json.ts';
import type { ServiceRow } from '../../prisma/records/healing-types.ts';
import type { Records } from '../../prisma/records/types.ts';
import type { CallContext } from '../../steps/define-step.ts';
import type { StepActivities } from '../../steps/index.ts';
import { DEFAULT_LIMITS, type DeviceCredential } from '../network/ssh/connect.ts';
import type { SshPool } from '../network/ssh-pool.ts';
import { probeOnce, type Seen } from './probe-service.ts';

type Activities = Pick<
  StepActivities,
  'probeService' | 'restartService' | 'verifyService' | 'resolveIncident' | 'escalateIncident'
>;

/** What the activities stand on. */
export interface HealingDeps {
  readonly records: Pick<Records, 'healing' | 'audit'>;
  readonly sshPool: SshPool;
  /** Decrypts a credential; called once per session, the answer is kept nowhere. */
  readonly resolveCredential: (credentialRef: string) => Promise<DeviceCredential>;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

const RESTART_MS = 60_000;
const BETWEEN_PROBES_MS = 500;
const DEFAULT_WITHIN_S = 30;

/** Probing, healing and ending of incidents. Every line goes to the incident as it happens. */
export function createHealingActivities(deps: HealingDeps): Activities {
  const { healing } = deps.records;
  return {
    async probeService({ input }) {
      const service = await serviceOf(deps, input.service);
      const seen = await probeOnce(service.probe);
      await healing.note(input.incidentId, { kind: 'seen', text: seen.detail, detail: { isUp: seen.isUp } });
      return seenOf(deps, service, seen);
    },

    restartService: (call) => restart(deps, call),

    async verifyService({ input }) {
      const service = await serviceOf(deps, input.service);
      const endsAtMs = deps.clock() + (input.withinSeconds ?? DEFAULT_WITHIN_S) * 1_000;
      let inARow = 0;
      let seen = await probeOnce(service.probe);
      for (;;) {
        inARow = seen.isUp ? inARow + 1 : 0;
        if (inARow === 2 || deps.clock() >= endsAtMs) break;
        await delay(BETWEEN_PROBES_MS);
        seen = await probeOnce(service.probe);
      }
      const isUp = inARow >= 2;
      await healing.note(input.incidentId, {
        kind: isUp ? 'proven' : 'seen',
        text: seen.detail,
        detail: { isUp, probesInARow: inARow },
      });
      return { ...seenOf(deps, service, seen), isUp };
    },

    async resolveIncident({ input }) {
      await healing.note(input.incidentId, {
        kind: 'proven',
        text: `closed: ${input.proof.detail}`,
        detail: { seenAt: input.proof.seenAt },
      });
      await healing.end(input.incidentId, 'resolved');
      return { incidentId: input.incidentId, status: 'resolved' as const };
    },

    async escalateIncident({ input }) {
      await healing.note(input.incidentId, { kind: 'escalated', text: input.reason, detail: {} });
      await healing.end(input.incidentId, 'escalated');
      return { incidentId: input.incidentId, status: 'escalated' as const };
    },
  };
}

async function restart(
  deps: HealingDeps,
  { context, input }: Parameters<Activities['restartService']>[0],
): ReturnType<Activities['restartService']> {
  const { healing } = deps.records;
  const service = await serviceOf(deps, input.service);
  // Read before anything is judged or done: what has recovered by itself is left alone.
  const seen = await probeOnce(service.probe);
  const seenAtMs = deps.clock();
  const actionId = actionOf(context);
  if (seen.isUp) {
    await healing.endAction(actionId, 'already-up');
    await healing.note(input.incidentId, { kind: 'seen', text: seen.detail, detail: { isUp: true } });
    return { outcome: 'already-up', rule: 'state', reason: seen.detail };
  }
  const verdict = await healing.beginAction({
    actionId,
    incidentId: input.incidentId,
    service,
    isApproved: input.approval?.decision === 'approved',
    seenAtMs,
    nowMs: deps.clock(),
  });
  await healing.note(input.incidentId, {
    kind: 'decided',
    text: verdict.isAllowed ? `restart ${service.serviceName}` : `not restarted: ${verdict.reason}`,
    detail: { rule: verdict.rule },
  });
  if (!verdict.isAllowed) return { outcome: 'stopped-by-guard', rule: verdict.rule, reason: verdict.reason };
  return carryOut(deps, service, input.incidentId, actionId);
}

async function carryOut(
  deps: HealingDeps,
  service: ServiceRow,
  incidentId: string,
  actionId: string,
): ReturnType<Activities['restartService']> {
  const { healing } = deps.records;
  const ran = await overSsh(deps, service);
  const outcome = ran.isDone ? 'restarted' : 'failed';
  await healing.endAction(actionId, outcome);
  await healing.note(incidentId, { kind: 'done', text: `${outcome}: ${ran.detail}`, detail: {} });
  await deps.records.audit.append({
    actor: `incident:${incidentId}`,
    action: `service.${outcome}`,
    objectKind: 'service',
    objectId: service.serviceName,
    detail: { actionId },
  });
  return { outcome, rule: 'allowed', reason: ran.detail };
}

/** The switch is read once more between login and command: a person's hand is faster than a login. */
async function overSsh(
  deps: HealingDeps,
  service: ServiceRow,
): Promise<{ readonly isDone: boolean; readonly detail: string }> {
  const target = {
    deviceName: service.serviceName,
    host: service.host,
    port: service.port,
    platform: 'ovs' as const,
    sshProfile: 'modern' as const,
    hostKeyType: service.hostKeyType,
    hostKeySha256: service.hostKeySha256,
    auth: service.auth,
  };
  const credential = await deps.resolveCredential(service.credentialRef);
  let session: Awaited<ReturnType<SshPool['open']>>;
  try {
    session = await deps.sshPool.open(target, credential, DEFAULT_LIMITS);
  } catch (error) {
    return { isDone: false, detail: error instanceof Error ? error.message : 'no session' };
  }
  try {
    const killed = await deps.records.healing.killedBy(service.playbook);
    if (killed !== null) return { isDone: false, detail: `the kill switch was thrown (${killed})` };
    const result = await session.exec(service.restartCommand, RESTART_MS);
    const said = `${result.stdout}${result.stderr}`.trim().slice(0, 200);
    return {
      isDone: result.exitCode === 0,
      detail: `exit ${result.exitCode ?? 'unknown'}${said === '' ? '' : `: ${said}`}`,
    };
  } catch (error) {
    return { isDone: false, detail: error instanceof Error ? error.message : 'the session broke' };
  } finally {
    await session.close().catch(() => undefined);
  }
}

function seenOf(deps: HealingDeps, service: ServiceRow, seen: Seen) {
  return { service: service.serviceName, ...seen, seenAt: new Date(deps.clock()).toISOString() };
}

async function serviceOf({ records }: HealingDeps, name: string): Promise<ServiceRow> {
  const service = await records.healing.service(name);
  if (service !== undefined) return service;
  const error = {
    type: 'https://afterbell.example/errors/service-not-found',
    status: 404,
    title: 'Service not found',
    detail: `the service “${name}” is not in the inventory`,
  };
  throw ApplicationFailure.create({
    message: error.detail,
    type: error.type,
    details: [error],
    nonRetryable: true,
  });
}

/** The same visit of the same step is the same action, whatever attempt. */
function actionOf({ runId, pointer, visit }: CallContext): string {
  return sha256Hex(`${runId}\n${pointer}\n${visit}`).slice(0, 32);
}
