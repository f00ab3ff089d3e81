/** One alarm as it is grouped. `startsAtMs` in epoch milliseconds. */
export interface AlarmFacts {
  readonly fingerprint: string;
  readonly status: 'firing' | 'resolved';
  readonly startsAtMs: number;
  readonly labels: Readonly<Record<string, string>>;
}

/** Alarms of one kind and place: one incident. */
export interface AlarmGroup {
  readonly groupingKey: string;
  readonly alarms: readonly AlarmFacts[];
  /** Services named by the alarms, sorted, each once. */
  readonly targets: readonly string[];
  /** Most alarms of the group that began within 60 s of each other. */
  readonly similarAlarms: number;
}

const SIMILAR_WITHIN_MS = 60_000;

/** Key under which a repeated alarm is the same alarm. */
export function alarmKey(alarm: AlarmFacts): string {
  return JSON.stringify([alarm.fingerprint, alarm.startsAtMs, alarm.status]);
}

/**
 * Key of the incident an alarm belongs to: its kind and group. Alarms of many services of one group are one incident, so that a
 * common cause is seen as one.
 */
export function groupingKey(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify([
    labels['alertname'] ?? '',
    labels['group'] ?? labels['service'] ?? labels['instance'] ?? '',
  ]);
}

/** Groups firing alarms into incidents, in the order of their first alarm; repeats of one alarm count once. */
export function groupAlarms(alarms: readonly AlarmFacts[]): AlarmGroup[] {
  const seen = new Set<string>();
  const groups = new Map<string, AlarmFacts[]>();
  for (const alarm of alarms) {
    const key = alarmKey(alarm);
    if (alarm.status !== 'firing' || seen.has(key)) continue;
    seen.add(key);
    const group = groupingKey(alarm.labels);
    groups.set(group, [...(groups.get(group) ?? []), alarm]);
  }
  return [...groups].map(([key, members]) => ({
    groupingKey: key,
    alarms: members,
    targets: [...new Set(members.flatMap((alarm) => alarm.labels['service'] ?? []))].sort(),
    similarAlarms: busiestMinute(members.map((alarm) => alarm.startsAtMs)),
  }));
}

/** Most instants that lie within 60 s of the first of them. */
export function busiestMinute(instantsMs: readonly number[]): number {
  const sorted = [...instantsMs].sort((left, right) => left - right);
  let first = 0;
  let most = 0;
  for (const [last, atMs] of sorted.entries()) {
    while (atMs - (sorted[first] ?? atMs) > SIMILAR_WITHIN_MS) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}
