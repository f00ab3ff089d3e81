import type { CallContext } from '../../steps/define-step.ts';
import type { ServiceRow } from '../../prisma/records/healing-types.ts';
import { sha256Hex } from '../../domain/json.ts';
import type { Verdict } from '../../domain/healing/judge.ts';
import type { HealingDeps } from './healing-deps.ts';
import { openService } from './service-session.ts';

/** How often a running command looks whether a switch was thrown: it must count within two seconds. */
const LOOK_EVERY_MS = 1_000;
const SHOWN_CHARS = 200;

/** What an action does on the host of its one service. */
export interface Action {
  readonly context: CallContext;
  readonly incidentId: string;
  readonly service: ServiceRow;
  readonly isApproved: boolean;
  /** When the state of the service was read; null when it could not be. */
  readonly seenAtMs: number | null;
  /** What the incident says it is, such as “restart nginx-1”. */
  readonly words: string;
  readonly command: string;
  readonly timeoutMs: number;
}

/** How an action ended. `exitCode` is null when the command did not end by itself. */
export type Acted =
  | { readonly kind: 'stopped'; readonly verdict: Verdict }
  | {
      readonly kind: 'ran' | 'broke';
      readonly exitCode: number | null;
      readonly said: string;
      readonly detail: string;
    };

/** The same visit of the same step is the same action, whatever attempt. */
export function actionOf({ runId, pointer, visit }: CallContext): string {
  return sha256Hex(`${runId}\n${pointer}\n${visit}`).slice(0, 32);
}

/**
 * Judges an action by every guard in the transaction that writes its start, and carries it out over SSH. The switches are read again between
 * login and command and every second while the command runs; a thrown one ends the session. Every line goes to the incident.
 */
export async function actGuarded(deps: HealingDeps, action: Action): Promise<Acted> {
  const { healing } = deps.records;
  const actionId = actionOf(action.context);
  const verdict = await healing.beginAction({
    actionId,
    incidentId: action.incidentId,
    service: action.service,
    isApproved: action.isApproved,
    seenAtMs: action.seenAtMs,
    nowMs: deps.clock(),
  });
  await healing.note(action.incidentId, {
    kind: 'decided',
    text: verdict.isAllowed ? action.words : `not done (${action.words}): ${verdict.reason}`,
    detail: { rule: verdict.rule },
  });
  if (!verdict.isAllowed) return { kind: 'stopped', verdict };
  const ran = await overSsh(deps, action);
  const outcome = ran.kind === 'ran' && ran.exitCode === 0 ? 'done' : 'failed';
  await healing.endAction(actionId, outcome);
  await healing.note(action.incidentId, {
    kind: 'done',
    text: `${outcome} (${action.words}): ${ran.detail}`,
    detail: {},
  });
  await deps.records.audit.append({
    actor: `incident:${action.incidentId}`,
    action: `healing.${outcome}`,
    objectKind: 'service',
    objectId: action.service.serviceName,
    detail: { actionId, what: action.words },
  });
  return ran;
}

async function overSsh(
  deps: HealingDeps,
  { service, command, timeoutMs }: Action,
): Promise<Exclude<Acted, { kind: 'stopped' }>> {
  const broke = (detail: string) => ({ kind: 'broke' as const, exitCode: null, said: '', detail });
  let session: Awaited<ReturnType<typeof openService>>;
  try {
    session = await openService(deps, service);
  } catch (error) {
    return broke(error instanceof Error ? error.message : 'no session');
  }
  const thrown = async (): Promise<string | undefined> => {
    const by = await deps.records.healing.killedBy(service.playbook);
    return by === null ? undefined : `the kill switch was thrown (${by})`;
  };
  let watch: NodeJS.Timeout | undefined;
  try {
    const before = await thrown();
    if (before !== undefined) return broke(before);
    const stopped = new Promise<string>((resolve) => {
      watch = setInterval(() => {
        deps.heartbeat?.();
        void thrown().then(
          (reason) => {
            if (reason !== undefined) resolve(reason);
          },
          () => undefined,
        );
      }, LOOK_EVERY_MS);
    });
    const ended = await Promise.race([session.exec(command, timeoutMs), stopped]);
    if (typeof ended === 'string') return broke(ended);
    const said = `${ended.stdout}${ended.stderr}`.trim();
    const short = said.slice(0, SHOWN_CHARS);
    return {
      kind: 'ran',
      exitCode: ended.exitCode,
      said,
      detail: `exit ${ended.exitCode ?? 'unknown'}${short === '' ? '' : `: ${short}`}`,
    };
  } catch (error) {
    return broke(error instanceof Error ? error.message : 'the session broke');
  } finally {
    clearInterval(watch);
    await session.close().catch(() => undefined);
  }
}
