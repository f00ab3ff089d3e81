import Type from 'typebox';
import { defineStep, field } from '../define-step.ts';
import { DAY_PATTERN, NAME_PATTERN } from './shared.ts';

/** Opens the sign-off of a day. */
export const signOff = defineStep({
  type: 'sign-off',
  version: '1.0.0',
  title: { zh: '提请签核', en: 'Ask for sign-off' },
  help: {
    zh: '冻结当日结果，请两人在截止时间前签核：制单与复核不能是同一人。',
    en: 'Freezes the day’s result and asks two people to sign before the cut-off; maker and checker are never the same person.',
  },
  icon: 'signature',
  group: 'reconciliation',
  input: Type.Object(
    {
      reconciliation: Type.String({
        pattern: NAME_PATTERN,
        ...field({
          label: { zh: '对账名称', en: 'Reconciliation' },
          help: { zh: '要签核的对账', en: 'The reconciliation to sign' },
        }),
      }),
      tradingDay: Type.String({
        pattern: DAY_PATTERN,
        ...field({
          label: { zh: '交易日', en: 'Trading day' },
          help: { zh: '要签核的交易日', en: 'The day to sign' },
        }),
      }),
      cutOff: Type.Optional(
        Type.String({
          pattern: '^([01]\\d|2[0-3]):[0-5]\\d$',
          default: '08:30',
          ...field({
            label: { zh: '截止时间', en: 'Cut-off' },
            help: { zh: '下一交易日的时刻', en: 'Time of the next trading day' },
            placeholder: '08:30',
          }),
        }),
      ),
    },
    { additionalProperties: false },
  ),
  output: Type.Object({
    signOffId: Type.String(),
    deadlineAt: Type.String(),
    /** Milliseconds from now to the deadline, for the wait that follows. */
    remainingMs: Type.Integer(),
    openBreaks: Type.Integer(),
  }),
  effect: 'K',
  run: {
    kind: 'activity',
    activity: 'openSignOff',
    queue: 'ops',
    startToCloseMs: 60_000,
    maximumAttempts: 5,
  },
  permission: null,
  controlled: false,
  simulate: (_input, { nowMs }) => ({
    signOffId: 'sign-off',
    deadlineAt: new Date(nowMs + 3_600_000).toISOString(),
    remainingMs: 3_600_000,
    openBreaks: 0,
  }),
  examples: [
    {
      title: { zh: '次日 08:30 前', en: 'Before 08:30 of the next trading day' },
      input: { reconciliation: 'futures-positions', tradingDay: '2026-11-23', cutOff: '08:30' },
    },
  ],
  migrations: [],
});
