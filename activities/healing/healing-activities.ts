import { setTimeout as delay } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/activity';
import type { ServiceRow } from '../../prisma/records/healing-types.ts';
import type { StepActivities } from '../../steps/index.ts';
import { actGuarded, actionOf } from './act.ts';
import type { HealingDeps } from './healing-deps.ts';
import { probeService, type Seen } from './probe-service.ts';
import { runScript } from './run-script.ts';

type Activities = Pick<
  StepActivities,
  'probeService' | 'restartService' | 'runScript' | 'verifyService' | 'resolveIncident' | 'escalateIncident'
>;

const RESTART_MS = 60_000;
const BETWEEN_PROBES_MS = 500;
const DEFAULT_WITHIN_S = 30;

/** Probing, healing and ending of incidents. Every line goes to the incident as it happens. */
export function createHealingActivities(deps: HealingDeps): Activities {
  const { healing } = deps.records;
  return {
    async probeService({ input }) {
      const service = await serviceOf(deps, input.service);
      const seen = await probeService(deps, service);
      await healing.note(input.incidentId, { kind: 'seen', text: seen.detail, detail: { isUp: seen.isUp } });
      return seenOf(deps, service, seen);
    },

    restartService: (call) => restart(deps, call),

    runScript: async (call) => runScript(deps, await serviceOf(deps, call.input.service), call),

    async verifyService({ input }) {
      const service = await serviceOf(deps, input.service);
      const endsAtMs = deps.clock() + (input.withinSeconds ?? DEFAULT_WITHIN_S) * 1_000;
      let inARow = 0;
      let seen = await probeService(deps, service);
      for (;;) {
        inARow = seen.isUp ? inARow + 1 : 0;
        if (inARow === 2 || deps.clock() >= endsAtMs) break;
        await delay(BETWEEN_PROBES_MS);
        seen = await probeService(deps, service);
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
  const seen = await probeService(deps, service);
  const seenAtMs = deps.clock();
  if (seen.isUp) {
    await healing.endAction(actionOf(context), 'already-up');
    await healing.note(input.incidentId, { kind: 'seen', text: seen.detail, detail: { isUp: true } });
    return { outcome: 'already-up', rule: 'state', reason: seen.detail };
  }
  const acted = await actGuarded(deps, {
    context,
    incidentId: input.incidentId,
    service,
    isApproved: input.approval?.decision === 'approved',
    seenAtMs,
    words: `restart ${service.serviceName}`,
    command: service.restartCommand,
    timeoutMs: RESTART_MS,
  });
  if (acted.kind === 'stopped')
    return { outcome: 'stopped-by-guard', rule: acted.verdict.rule, reason: acted.verdict.reason };
  const isDone = acted.kind === 'ran' && acted.exitCode === 0;
  return { outcome: isDone ? 'restarted' : 'failed', rule: 'allowed', reason: acted.detail };
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
