import {
  type Client,
  ScheduleAlreadyRunning,
  type ScheduleOptions,
  ScheduleOverlapPolicy,
} from '@temporalio/client';
import { parseScheduleRule, type ScheduleRule } from '../domain/calendar/schedule-rule.ts';
import { contentHash } from '../domain/json.ts';
import type { TriggerRow } from '../prisma/records/event-types.ts';
import type { Records } from '../prisma/records/types.ts';
import type { ScheduledStart } from '../workflows/start-scheduled-run.ts';

/** What keeping schedules in place needs. */
export interface ScheduleDeps {
  readonly client: Client;
  readonly records: Pick<Records, 'triggers'>;
  readonly netZone: string;
}

/**
 * Puts the engine's schedules in step with the schedule triggers. The engine only knows the wall time; whether the day counts, and
 * whether the trigger is paused, is decided from the database when it fires. `known` remembers the settings already in place.
 */
export async function keepSchedules(deps: ScheduleDeps, known: Map<string, string>): Promise<void> {
  for (const trigger of await deps.records.triggers.list('schedule')) {
    const hash = contentHash(trigger.settings);
    if (known.get(trigger.triggerName) === hash) continue;
    await putSchedule(deps, trigger, parseScheduleRule(trigger.settings));
    known.set(trigger.triggerName, hash);
  }
}

async function putSchedule(
  { client, netZone }: ScheduleDeps,
  { triggerName }: TriggerRow,
  rule: ScheduleRule,
): Promise<void> {
  const scheduleId = `trigger-${triggerName}`;
  const start: ScheduledStart = { triggerName, netZone };
  const options = {
    spec: {
      ...timesOf(rule),
      timezone: rule.timeZone,
    },
    // Starting takes a moment and ends; whether an earlier run still goes on is judged where the run is made.
    policies: {
      overlap: ScheduleOverlapPolicy.ALLOW_ALL,
      catchupWindow: Math.max(1, rule.catchUpMinutes) * 60_000,
    },
    action: {
      type: 'startWorkflow' as const,
      workflowType: 'startScheduledRun',
      taskQueue: 'flows',
      args: [start],
    },
  };
  try {
    await client.schedule.create({ scheduleId, ...options });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await client.schedule.getHandle(scheduleId).update(({ state }) => ({ ...options, state }));
  }
}

function timesOf(rule: ScheduleRule): ScheduleOptions['spec'] {
  if (rule.kind === 'cron') return { cronExpressions: [rule.cron] };
  if (rule.kind === 'every') return { intervals: [{ every: rule.everySeconds * 1_000 }] };
  return { calendars: [timeOf(rule.at)] };
}

function timeOf(at: string): { hour: number; minute: number } {
  const [hour = 0, minute = 0] = at.split(':').map(Number);
  return { hour, minute };
}
