import { type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import { MARKET_TIME_ZONE } from '../domain/calendar/index.ts';
import type { ScheduledStart } from '../workflows/start-scheduled-run.ts';

/** A schedule every installation has. `at` is wall time in the market's zone; the days are decided when it fires. */
interface StandingSchedule {
  readonly scheduleId: string;
  readonly flowName: string;
  readonly days: ScheduledStart['days'];
  readonly at: { readonly hour: number; readonly minute: number };
}

/** Port state is collected after the close, before the change window of 16:00. */
export const SCHEDULES: readonly StandingSchedule[] = [
  {
    scheduleId: 'daily-port-state',
    flowName: 'daily-port-state',
    days: 'trading-days',
    at: { hour: 15, minute: 20 },
  },
];

/** Puts the standing schedules in place; an existing one is left as a person may have changed it. */
export async function ensureSchedules(client: Client, netZone: string): Promise<void> {
  for (const schedule of SCHEDULES) {
    const start: ScheduledStart = { flowName: schedule.flowName, days: schedule.days, netZone };
    try {
      await client.schedule.create({
        scheduleId: schedule.scheduleId,
        spec: { calendars: [{ ...schedule.at }], timezone: MARKET_TIME_ZONE },
        policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '30 minutes' },
        action: {
          type: 'startWorkflow',
          workflowType: 'startScheduledRun',
          taskQueue: 'flows',
          args: [start],
        },
      });
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    }
  }
}
