import Type from 'typebox';
import { field } from '../define-step.ts';

/** Name of a service in the inventory. */
export const serviceField = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
  ...field({
    label: { zh: '服务', en: 'Service' },
    help: { zh: '服务清单中的名称，一次只处理一个', en: 'Its name in the inventory; one at a time' },
  }),
});

/** The incident the step belongs to. */
export const incidentField = Type.String({
  minLength: 1,
  maxLength: 100,
  ...field({
    label: { zh: '事件', en: 'Incident' },
    help: { zh: '告警接入时建立的事件编号', en: 'Made when the alarm came in' },
  }),
});

/** What a look at a service gave. */
export const seenSchema = Type.Object({
  service: Type.String(),
  isUp: Type.Boolean(),
  detail: Type.String(),
  seenAt: Type.String(),
});

/** Output of the approval that allows an action; empty without one. */
export const approvalField = Type.Optional(
  Type.Union([Type.Object({ decision: Type.String() }, { additionalProperties: true }), Type.Null()], {
    ...field({
      label: { zh: '审批结果', en: 'Approval' },
      help: {
        zh: '审批步骤的输出；没有审批时留空',
        en: 'Output of an approval step; empty without one',
      },
      widget: 'json',
    }),
  }),
);
