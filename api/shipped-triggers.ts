import type { TriggerRow } from '../prisma/records/event-types.ts';
import type { Records } from '../prisma/records/types.ts';

/** Triggers every installation begins with. Port state is collected after the close, before the change window of 16:00. */
const SHIPPED: ReadonlyArray<Pick<TriggerRow, 'triggerName' | 'kind' | 'flowName' | 'settings'>> = [
  {
    triggerName: 'daily-port-state',
    kind: 'schedule',
    flowName: 'daily-port-state',
    settings: { days: 'trading-days', market: 'SSE', at: '15:20' },
  },
  {
    triggerName: 'nightly-position-reconciliation',
    kind: 'schedule',
    flowName: 'nightly-position-reconciliation',
    settings: { days: 'trading-days', market: 'SHFE', at: '20:30' },
  },
  {
    triggerName: 'account-opening-stalled',
    kind: 'event',
    flowName: 'account-opening-follow-up',
    settings: {
      type: 'com.afterbell.customer.stalled',
      businessKey: '.data.customer + "/" + .data.step + "#" + (.data.sequence | tostring)',
      input: { customer: '${ .data.customer }', step: '${ .data.step }', sequence: '${ .data.sequence }' },
    },
  },
];

/** Adds the shipped triggers that are missing; one that is there stays as people have changed it. */
export async function seedTriggers({ triggers }: Pick<Records, 'triggers'>): Promise<void> {
  const known = new Set((await triggers.list()).map((row) => row.triggerName));
  for (const row of SHIPPED) {
    if (!known.has(row.triggerName)) await triggers.put({ ...row, changedBy: 'shipped' });
  }
}
