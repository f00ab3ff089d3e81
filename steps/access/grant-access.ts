import Type from 'typebox';
import { contentHash } from '../../domain/json.ts';
import { defineStep, field } from '../define-step.ts';

/** Gives a person a role or permission for a while: exactly what was approved, for at most eight hours. */
export const grantAccess = defineStep({
  type: 'grant-access',
  version: '1.0.0',
  title: { zh: '授予临时权限', en: 'Grant access' },
  help: {
    zh: '按审批通过的内容给一个人临时权限，最长 8 小时，到点自动失效；重试不会重复授予。',
    en: 'Gives a person the approved access for a while, at most 8 hours; it ends by itself, and a retry never grants twice.',
  },
  icon: 'key',
  group: 'access',
  input: Type.Object(
    {
      request: Type.Object(
        {
          person: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$' }),
          kind: Type.Union([Type.Literal('role'), Type.Literal('permission')]),
          access: Type.String({ pattern: '^[a-z][a-z.-]{0,59}$' }),
          reason: Type.String({ minLength: 1, maxLength: 500 }),
          hours: Type.Number({ exclusiveMinimum: 0, maximum: 8 }),
        },
        {
          additionalProperties: false,
          ...field({
            label: { zh: '权限申请', en: 'Request' },
            help: {
              zh: '给谁、什么权限、原因、几小时；必须就是审批的内容',
              en: 'Whom, which access, why, how many hours; it must be the content that was approved',
            },
            widget: 'json',
          }),
        },
      ),
      approval: Type.Object(
        { approvalId: Type.String(), decision: Type.String(), contentHash: Type.String() },
        {
          additionalProperties: true,
          ...field({
            label: { zh: '审批结果', en: 'Approval' },
            help: { zh: '审批步骤的输出', en: 'Output of the approval step' },
            widget: 'json',
          }),
        },
      ),
    },
    { additionalProperties: false },
  ),
  output: Type.Object({
    grantId: Type.String(),
    person: Type.String(),
    kind: Type.String(),
    access: Type.String(),
    startsAt: Type.String(),
    endsAt: Type.String(),
    endsAtMs: Type.Number(),
    grantedBy: Type.Array(Type.String()),
  }),
  effect: 'K',
  run: {
    kind: 'activity',
    activity: 'grantAccess',
    queue: 'ops',
    startToCloseMs: 30_000,
    maximumAttempts: 0,
  },
  permission: null,
  controlled: true,
  simulate: ({ request }, { nowMs }) => ({
    grantId: 'rehearsal',
    person: request.person,
    kind: request.kind,
    access: request.access,
    startsAt: new Date(nowMs).toISOString(),
    endsAt: new Date(nowMs + request.hours * 3_600_000).toISOString(),
    endsAtMs: nowMs + request.hours * 3_600_000,
    grantedBy: ['rehearsal'],
  }),
  examples: [
    {
      title: { zh: '今晚复核网络变更', en: 'Review network changes tonight' },
      input: {
        request: {
          person: 'li.na',
          kind: 'role',
          access: 'net-reviewer',
          reason: '复核人请假',
          hours: 4,
        },
        approval: {
          approvalId: 'a1',
          decision: 'approved',
          contentHash: contentHash({
            person: 'li.na',
            kind: 'role',
            access: 'net-reviewer',
            reason: '复核人请假',
            hours: 4,
          }),
        },
      },
    },
  ],
  migrations: [],
});
