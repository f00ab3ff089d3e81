import { alarmEvents } from './alarm-events.ts';
import { customerEvents } from './customer-events.ts';
import type { EventConsumer } from './dispatch.ts';

/** Parts of the product that react to events by themselves, beside the triggers people make. */
export const consumers: readonly EventConsumer[] = [customerEvents, alarmEvents];
