import Type from 'typebox';
import { migrateApprovalInput } from '../../domain/approval/approval-input.ts';
import { contentHash } from '../../domain/json.ts';
import { defineStep, field } from '../define-step.ts';

const person = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$' });
const candidate = Type.String({ pattern: '^(role|person):[A-Za-z0-9._-]{1,100}$' });
const rule = Type.Union([Type.Literal('any'), Type.Literal('all'), Type.Literal('at-least')], {
  default: 'any',
  ...field({
    label: { zh: '通过规则', en: 'Rule' },
    help: {
      zh: '任一人同意，或所列每一项都要有不同的人同意，或至少几人同意',
      en: 'Any one, every entry by another person, or at least so many people',
    },
    widget: 'select',
  }),
});
const need = Type.Integer({
  minimum: 1,
  maximum: 20,
  ...field({
    label: { zh: '至少几人', en: 'At least' },
    help: { zh: '规则为“至少几人”时的人数', en: 'How many people the rule “at least” needs' },
    unit: { zh: '人', en: 'people' },
    widget: 'number',
  }),
});

const level = Type.Object(
  {
    name: Type.Optional(
      Type.String({
        maxLength: 60,
        ...field({
          label: { zh: '名称', en: 'Name' },
          help: {
            zh: '如“部门负责人”，待办里会显示',
            en: 'Such as “head of department”; shown in the inbox',
          },
          widget: 'text',
        }),
      }),
    ),
    from: Type.Array(candidate, {
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
    rule: Type.Optional(rule),
    need: Type.Optional(need),
  },
  { additionalProperties: false },
);

/**
 * Asks people, level by level, for a decision on exactly the content shown; every decision is bound to the content's hash. One level
 * may be written as `from` and `rule`, the whole form of version 1.0.0.
 */
export const approval = defineStep({
  type: 'approval',
  version: '1.1.0',
  title: { zh: '审批', en: 'Approval' },
  help: {
    zh: '把内容原样交给人决定，可分多级，每级可会签、或签或几人同意。申请人和流程作者不能自己审批；拒绝、退回、撤回都作为结果继续，超时可催办或上报。',
    en: 'Puts the content before people, level by level: all, any one, or so many of them. Requester and author never decide; refused, returned and withdrawn are results; a deadline can end it, remind or escalate.',
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
      from: Type.Optional(
        Type.Array(candidate, {
          minItems: 1,
          maxItems: 20,
          ...field({
            label: { zh: '审批人', en: 'Asked people' },
            help: {
              zh: '只有一级时用：角色（role:net-reviewer）或个人（person:wang.min）',
              en: 'For a single level: roles (role:net-reviewer) or persons (person:wang.min)',
            },
            widget: 'people',
          }),
        }),
      ),
      rule: Type.Optional(rule),
      need: Type.Optional(need),
      levels: Type.Optional(
        Type.Array(level, {
          minItems: 1,
          maxItems: 10,
          ...field({
            label: { zh: '审批级别', en: 'Levels' },
            help: {
              zh: '从上到下逐级审批；每级写审批人和通过规则',
              en: 'Asked one after the other; each with its people and rule',
            },
            widget: 'json',
          }),
        }),
      ),
      applicant: Type.Optional(
        Type.Union([person, Type.Null()], {
          ...field({
            label: { zh: '申请人', en: 'Applicant' },
            help: {
              zh: '由系统代为提交时的真正申请人：不能审批，可以撤回',
              en: 'In whose name a system asks: never decides, may withdraw',
            },
            placeholder: 'li.na',
            widget: 'text',
          }),
        }),
      ),
      copyTo: Type.Optional(
        Type.Array(person, {
          maxItems: 50,
          ...field({
            label: { zh: '抄送', en: 'Copy to' },
            help: {
              zh: '能看到这项审批、但不参与决定的人',
              en: 'People who see the approval without deciding',
            },
            widget: 'people',
          }),
        }),
      ),
      deadline: Type.Optional(
        Type.Union([Type.String({ pattern: '^P' }), Type.Null()], {
          ...field({
            label: { zh: '期限', en: 'Deadline' },
            help: {
              zh: '每一级的时长，如 PT4H；不填则一直等待',
              en: 'Time each level has, such as PT4H; without it the step waits for ever',
            },
            placeholder: 'PT4H',
            widget: 'duration',
          }),
        }),
      ),
      onDeadline: Type.Optional(
        Type.Union([Type.Literal('expire'), Type.Literal('remind'), Type.Literal('escalate')], {
          default: 'expire',
          ...field({
            label: { zh: '到期后', en: 'At the deadline' },
            help: {
              zh: '报超时、催办后继续等，或上报给更多人（只上报一次）',
              en: 'End as a timeout, remind and go on waiting, or ask more people (once)',
            },
            widget: 'select',
          }),
        }),
      ),
      escalateTo: Type.Optional(
        Type.Array(candidate, {
          maxItems: 20,
          ...field({
            label: { zh: '上报给', en: 'Escalate to' },
            help: {
              zh: '到期后也可决定的角色或个人，其中一人同意即可通过这一级',
              en: 'Roles or persons asked too after the deadline; one of them is enough for the level',
            },
            widget: 'people',
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
    { additionalProperties: false, anyOf: [{ required: ['from'] }, { required: ['levels'] }] },
  ),
  output: Type.Object({
    approvalId: Type.String(),
    decision: Type.Union([Type.Literal('approved'), Type.Literal('refused')]),
    outcome: Type.Union([
      Type.Literal('approved'),
      Type.Literal('refused'),
      Type.Literal('returned'),
      Type.Literal('withdrawn'),
      Type.Literal('voided'),
    ]),
    contentHash: Type.String(),
    decidedBy: Type.Array(Type.String()),
    comment: Type.String(),
    decidedAt: Type.String(),
    copyTo: Type.Array(Type.String()),
  }),
  effect: 'none',
  run: { kind: 'primitive', primitive: 'approval' },
  permission: null,
  controlled: true,
  simulate: (input, { nowMs }) => ({
    approvalId: 'rehearsal',
    decision: 'approved' as const,
    outcome: 'approved' as const,
    contentHash: contentHash(input.content),
    decidedBy: ['rehearsal'],
    comment: '',
    decidedAt: new Date(nowMs).toISOString(),
    copyTo: [...(input.copyTo ?? [])],
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
    {
      title: { zh: '两级审批，到期上报', en: 'Two levels, escalated at the deadline' },
      input: {
        title: '临时权限：李娜',
        levels: [
          { name: '部门', from: ['role:approver'], rule: 'any' },
          { name: '风控', from: ['role:ops-lead', 'role:net-reviewer'], rule: 'at-least', need: 2 },
        ],
        applicant: 'li.na',
        copyTo: ['zhou.hao'],
        deadline: 'PT4H',
        onDeadline: 'escalate',
        escalateTo: ['role:ops-lead'],
        content: { person: 'li.na', role: 'net-reviewer', hours: 4 },
      },
    },
  ],
  migrations: [{ from: '1.0.0', migrate: migrateApprovalInput }],
});
