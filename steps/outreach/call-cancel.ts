import Type from 'typebox';
import { defineStep, field } from '../define-step.ts';
import { entryIdField, standingSchema } from './shared.ts';

/** After something was heard of a waiting customer: ends the waiting when it no longer holds, else says until when to wait on. */
export const callCancel = defineStep({
  type: 'call-cancel',
  version: '1.0.0',
  title: { zh: '取消或继续等待', en: 'Cancel or wait on' },
  help: {
    zh: '收到客户动态后核对：已往前走、退订或销户的取消等待；迟到的旧事件不算，继续等到原定时刻。',
    en: 'After news of the customer: ends the waiting of who moved on, opted out or closed; an old event that came late does not count and the waiting goes on to its time.',
  },
  icon: 'stop',
  group: 'outreach',
  input: Type.Object(
    {
      entryId: entryIdField,
      reason: Type.Optional(
        Type.String({
          pattern: '^[a-z][a-z-]{0,59}$',
          ...field({
            label: { zh: '强制取消原因', en: 'Reason to cancel in any case' },
            help: {
              zh: '填写后不再核对，直接取消并记下原因',
              en: 'When given, the waiting ends without another look, for this reason',
            },
            widget: 'text',
          }),
        }),
      ),
    },
    { additionalProperties: false },
  ),
  output: standingSchema,
  effect: 'K',
  run: {
    kind: 'activity',
    activity: 'cancelCall',
    queue: 'ops',
    startToCloseMs: 30_000,
    maximumAttempts: 0,
    items: 1_000,
  },
  permission: null,
  controlled: false,
  simulate: (_input, { nowMs }) => ({
    over: true,
    outcome: 'cancelled',
    reason: 'moved-on',
    dueAt: new Date(nowMs).toISOString(),
    dueAtMs: nowMs,
  }),
  examples: [
    {
      title: { zh: '客户已继续', en: 'The customer went on' },
      input: { entryId: '0123456789abcdef0123456789abcdef' },
    },
  ],
  migrations: [],
});
