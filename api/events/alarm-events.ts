import { ALARM_EVENT_PREFIX, readAlarmEvent } from '../../domain/healing/alarms.ts';
import { takeAlarm } from '../alarms.ts';
import type { EventConsumer } from './dispatch.ts';

/** Alarms that come as CloudEvents: the stored event is the report, the alarm is taken once. */
export const alarmEvents: EventConsumer = {
  typePrefix: ALARM_EVENT_PREFIX,
  consume: async (deps, event) => {
    const read = readAlarmEvent(event.envelope);
    if ('alarm' in read) await takeAlarm(deps, read.alarm, `event:${event.source}`);
    else
      deps.log.warn(
        { source: event.source, eventId: event.eventId, problems: read.problems },
        'alarm event without effect',
      );
  },
};
