import Type from 'typebox';
import { defineStep, field } from '../define-step.ts';

/** Ends a grant of this run and says how it ended. */
export const revokeAccess = defineStep({
  type: 'revoke-access',
  version: '1.0.0',
  title: { zh: '收回临时权限', en: 'Revoke access' },
  help: {
    zh: '收回本次运行授予的临时权限；已到期或已被提前收回的，保留第一次结束的记录。',
    en: 'Ends the access this run granted; what has ended before keeps its first end.',
  },
  icon: 'lock',
  group: 'access',
  input: Type.Object(
    {
      grantId: Type.String({
        minLength: 1,
        maxLength: 100,
        ...field({
          label: { zh: '授权编号', en: 'Grant' },
          help: { zh: '授予步骤的输出', en: 'From the output of the granting step' },
          widget: 'text',
        }),
      }),
      reason: Type.String({
        minLength: 1,
        maxLength: 500,
        ...field({
          label: { zh: '原因', en: 'Reason' },
          help: { zh: '写入记录的一句话', en: 'One line for the record' },
          widget: 'text',
        }),
      }),
    },
    { additionalProperties: false },
  ),
  output: Type.Object({
    grantId: Type.String(),
    endedAt: Type.String(),
    endedBy: Type.String(),
    reason: Type.String(),
    early: Type.Boolean(),
  }),
  effect: 'K',
  run: {
    kind: 'activity',
    activity: 'revokeAccess',
    queue: 'ops',
    startToCloseMs: 30_000,
    maximumAttempts: 0,
  },
  permission: null,
  controlled: true,
  simulate: ({ grantId, reason }, { nowMs }) => ({
    grantId,
    endedAt: new Date(nowMs).toISOString(),
    endedBy: 'rehearsal',
    reason,
    early: false,
  }),
  examples: [
    {
      title: { zh: '到点收回', en: 'At its end' },
      input: { grantId: 'g1', reason: '到期' },
    },
  ],
  migrations: [],
});
