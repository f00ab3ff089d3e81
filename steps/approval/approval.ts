import Type from 'typebox';
import { contentHash } from '../../domain/json.ts';
import { defineStep, field } from '../define-step.ts';

/** Asks people for a decision on exactly the content shown; every decision is bound to the content's hash. */
export const approval = defineStep({
  type: 'approval',
  version: '1.0.0',
  title: { zh: '审批', en: 'Approval' },
  help: {
    zh: '把内容原样交给指定的人或角色决定。申请人和流程作者不能自己审批；拒绝会作为结果继续，超时没有答复则报超时。',
    en: 'Puts the content before named people or roles. Requester and author never decide; a refusal is a result, no answer in time is a timeout.',
  },
  icon: 'audit',
  group: 'approval',
  input: Type.Object(
    {
      title: Type.String({
        minLength: 1,
        maxLength: 200,
        ...field({
          label: { zh: '标题', en: 'Title' },
          help: { zh: '待办里显示的一句话', en: 'The line shown in the inbox' },
          widget: 'text',
        }),
      }),
      from: Type.Array(Type.String({ pattern: '^(role|person):[A-Za-z0-9._-]{1,100}$' }), {
        minItems: 1,
        maxItems: 20,
        ...field({
          label: { zh: '审批人', en: 'Asked people' },
          help: {
            zh: '角色（role:net-reviewer）或个人（person:wang.min）',
            en: 'Roles (role:net-reviewer) or persons (person:wang.min)',
          },
          widget: 'people',
        }),
      }),
      rule: Type.Optional(
        Type.Union([Type.Literal('any'), Type.Literal('all')], {
          default: 'any',
          ...field({
            label: { zh: '通过规则', en: 'Rule' },
            help: {
              zh: '任一人同意即可，或所列每一项都要有不同的人同意',
              en: 'Any one approval is enough, or as many different people as entries',
            },
            widget: 'select',
          }),
        }),
      ),
      deadline: Type.Optional(
        Type.Union([Type.String({ pattern: '^P' }), Type.Null()], {
          ...field({
            label: { zh: '期限', en: 'Deadline' },
            help: {
              zh: '从提出起算的时长，如 PT4H；不填则一直等待',
              en: 'Time from asking, such as PT4H; without it the step waits for ever',
            },
            placeholder: 'PT4H',
            widget: 'duration',
          }),
        }),
      ),
      content: Type.Record(Type.String(), Type.Unknown(), {
        ...field({
          label: { zh: '审批内容', en: 'Content' },
          help: {
            zh: '审批人看到并由哈希锁定的全部内容',
            en: 'Everything the approver sees; its hash binds the decision',
          },
          widget: 'json',
        }),
      }),
    },
    { additionalProperties: false },
  ),
  output: Type.Object({
    approvalId: Type.String(),
    decision: Type.Union([Type.Literal('approved'), Type.Literal('refused')]),
    contentHash: Type.String(),
    decidedBy: Type.Array(Type.String()),
    comment: Type.String(),
    decidedAt: Type.String(),
  }),
  effect: 'none',
  run: { kind: 'primitive', primitive: 'approval' },
  permission: null,
  controlled: true,
  simulate: (input, { nowMs }) => ({
    approvalId: 'rehearsal',
    decision: 'approved' as const,
    contentHash: contentHash(input.content),
    decidedBy: ['rehearsal'],
    comment: '',
    decidedAt: new Date(nowMs).toISOString(),
  }),
  examples: [
    {
      title: { zh: '网络复核，四小时内', en: 'A network reviewer within four hours' },
      input: {
        title: '开通 2 个端口',
        from: ['role:net-reviewer'],
        rule: 'any',
        deadline: 'PT4H',
        content: { ports: ['GigabitEthernet1/0/5'] },
      },
    },
  ],
  migrations: [],
});
