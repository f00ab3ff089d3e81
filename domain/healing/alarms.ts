import { contentHash, isJsonObject, type Json, type JsonObject, sha256Hex } from '../json.ts';

/** One alarm as a source reports it. */
export interface ReportedAlarm {
  /** Hash of fingerprint, start and status: the same report twice is one alarm. */
  readonly alarmId: string;
  readonly fingerprint: string;
  readonly status: 'firing' | 'resolved';
  readonly startsAt: string;
  readonly endsAt: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** What is wrong with a report, and where. */
export interface AlarmProblem {
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}

/**
 * Reads an Alertmanager webhook, version 4, or what Grafana sends in its form (more members are ignored). Taken whole or not at all. An
 * alert without a fingerprint gets the hash of its labels. `endsAt` of the year 1 means that it goes on.
 */
export function readAlertmanager(
  body: Json,
): { readonly alarms: readonly ReportedAlarm[] } | { readonly problems: readonly AlarmProblem[] } {
  if (!isJsonObject(body) || !Array.isArray(body['alerts']))
    return { problems: [fault('/alerts', 'alerts must be an array, as Alertmanager sends it')] };
  if (body['version'] !== undefined && body['version'] !== '4')
    return { problems: [fault('/version', `must be “4”, not ${JSON.stringify(body['version'])}`)] };
  const problems: AlarmProblem[] = [];
  const alarms = body['alerts'].flatMap((alert, index) => {
    const read = readAlert(alert, `/alerts/${index}`);
    if ('problems' in read) {
      problems.push(...read.problems);
      return [];
    }
    return [read.alarm];
  });
  return problems.length > 0 ? { problems } : { alarms };
}

function readAlert(
  alert: Json,
  at: string,
): { readonly alarm: ReportedAlarm } | { readonly problems: readonly AlarmProblem[] } {
  if (!isJsonObject(alert)) return { problems: [fault(at, 'an alert is an object')] };
  const { status, startsAt, endsAt } = alert;
  const problems: AlarmProblem[] = [];
  if (status !== 'firing' && status !== 'resolved')
    problems.push(fault(`${at}/status`, `must be firing or resolved, not ${JSON.stringify(status ?? null)}`));
  if (typeof startsAt !== 'string' || Number.isNaN(Date.parse(startsAt)))
    problems.push(fault(`${at}/startsAt`, 'must be a time'));
  const labels = textsOf(alert['labels']);
  if (Object.keys(labels).length === 0)
    problems.push(fault(`${at}/labels`, 'an alert without labels names nothing'));
  if (problems.length > 0) return { problems };
  const fingerprint =
    typeof alert['fingerprint'] === 'string' && alert['fingerprint'] !== ''
      ? alert['fingerprint']
      : contentHash(labels).slice(0, 16);
  const start = new Date(startsAt as string).toISOString();
  const end =
    typeof endsAt === 'string' && !endsAt.startsWith('0001') ? new Date(endsAt).toISOString() : null;
  return {
    alarm: {
      alarmId: sha256Hex(`${fingerprint}\n${start}\n${status as string}`).slice(0, 32),
      fingerprint,
      status: status as 'firing' | 'resolved',
      startsAt: start,
      endsAt: end,
      labels,
      annotations: textsOf(alert['annotations']),
    },
  };
}

/** Types of CloudEvents that are alarms: `com.afterbell.alarm.firing` and `.resolved`. */
export const ALARM_EVENT_PREFIX = 'com.afterbell.alarm.';

/**
 * Reads an alarm from a CloudEvent: `data` holds `labels`, `annotations` and optionally `startsAt`, `endsAt` and `fingerprint`; the event's
 * time stands in for a start that is not given.
 */
export function readAlarmEvent(
  envelope: JsonObject,
): { readonly alarm: ReportedAlarm } | { readonly problems: readonly AlarmProblem[] } {
  const { type, data, time } = envelope;
  const status = typeof type === 'string' ? type.slice(ALARM_EVENT_PREFIX.length) : '';
  const given = isJsonObject(data) ? data : {};
  return readAlert({ startsAt: time ?? null, ...given, status }, '/data');
}

/** The service an alarm names: its `service` label, else the host of `instance`. Undefined when it names none. */
export function serviceNamed(labels: Readonly<Record<string, string>>): string | undefined {
  return labels['service'] ?? labels['instance']?.split(':')[0];
}

function textsOf(value: Json | undefined): Record<string, string> {
  if (!isJsonObject(value as JsonObject)) return {};
  return Object.fromEntries(
    Object.entries(value as JsonObject).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
}

function fault(pointer: string, message: string): AlarmProblem {
  return { pointer, code: 'alarm-not-valid', message };
}
