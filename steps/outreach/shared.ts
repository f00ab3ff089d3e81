import Type from 'typebox';
import { field } from '../define-step.ts';

/** Reference to the entry that `journey-enter` made. */
export const entryIdField = Type.String({
  pattern: '^[A-Za-z0-9._:-]{1,120}$',
  ...field({
    label: { zh: '旅程记录', en: 'Entry' },
    help: { zh: '进入旅程步骤输出的编号', en: 'Id that the step entering the journey gave' },
    widget: 'text',
  }),
});

/** Where an entry stands: over with an outcome, or waiting until the absolute time `dueAtMs` (epoch milliseconds). */
export const standingSchema = Type.Object({
  over: Type.Boolean(),
  outcome: Type.String(),
  reason: Type.Union([Type.String(), Type.Null()]),
  dueAt: Type.String(),
  dueAtMs: Type.Number(),
});
