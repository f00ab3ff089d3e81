import { canonicalJson } from '../domain/json.ts';
import { planRoot } from '../engine/plan.ts';
import { documentSchedule } from '../engine/schedule.ts';
import type { Plan } from '../engine/types.ts';
import type { TriggerRow } from '../prisma/records/event-types.ts';
import type { TriggerChanges } from '../prisma/records/publish-types.ts';

type NewTrigger = Pick<TriggerRow, 'triggerName' | 'kind' | 'flowName' | 'settings'>;

/** The triggers that stand for the schedule of a flow version: `<flow>-schedule`, and numbers behind it where there are several. */
export function documentTriggers(flowName: string, plan: Plan): readonly NewTrigger[] {
  return documentSchedule(planRoot(plan).definition).triggers.map(({ kind, settings }, at) => ({
    triggerName: `${flowName}-schedule${at === 0 ? '' : `-${at + 1}`}`,
    kind,
    flowName,
    settings,
  }));
}

/**
 * What publishing a version changes: triggers of a schedule that is new or another than that of the version before are put, those of one that
 * is gone are paused. A schedule that stays as it was leaves its triggers as people have them.
 */
export function triggerChanges(flowName: string, plan: Plan, before: Plan | undefined): TriggerChanges {
  const old = before === undefined ? [] : documentTriggers(flowName, before);
  const now = documentTriggers(flowName, plan);
  const known = new Set(old.map((trigger) => canonicalJson(trigger)));
  const kept = new Set(now.map(({ triggerName }) => triggerName));
  return {
    put: now.filter((trigger) => !known.has(canonicalJson(trigger))),
    pause: old.map(({ triggerName }) => triggerName).filter((name) => !kept.has(name)),
  };
}
