import Type from 'typebox';
import { defineStep, field } from '../define-step.ts';

/** Waits for a named change window with enough time left in it. */
export const changeWindow = defineStep({
  type: 'change-window',
  version: '1.0.0',
  title: { zh: '变更窗口', en: 'Change window' },
  help: {
    zh: '等到指定窗口开启且剩余时间足够。错过时，只要审批届时仍有效就等下一个窗口，否则以“错过窗口”结束。',
    en: 'Waits until the window is open with enough time left. A missed window waits for the next one while the approval still holds then; otherwise it ends “window missed”.',
  },
  icon: 'schedule',
  group: 'calendar',
  input: Type.Object(
    {
      name: Type.String({
        pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
        ...field({
          label: { zh: '窗口', en: 'Window' },
          help: { zh: '窗口名称，如 network-daily', en: 'Name of the window, such as network-daily' },
          widget: 'window',
        }),
      }),
      approval: Type.Optional(
        Type.Object(
          { approvalId: Type.String(), decidedAt: Type.String() },
          {
            additionalProperties: true,
            ...field({
              label: { zh: '审批结果', en: 'Approval' },
              help: {
                zh: '审批步骤的输出，用来判断是否仍有效',
                en: 'Output of the approval step; decides whether it still holds',
              },
              widget: 'json',
            }),
          },
        ),
      ),
      approvalValid: Type.Optional(
        Type.String({
          pattern: '^P',
          ...field({
            label: { zh: '审批有效期', en: 'Approval holds for' },
            help: { zh: '从决定起算，默认 PT24H', en: 'From the decision on; PT24H unless given' },
            placeholder: 'PT24H',
            widget: 'duration',
          }),
        }),
      ),
    },
    { additionalProperties: false },
  ),
  output: Type.Object({
    name: Type.String(),
    opensAt: Type.String(),
    closesAt: Type.String(),
    lastStartAt: Type.String(),
  }),
  effect: 'none',
  run: { kind: 'primitive', primitive: 'change-window' },
  permission: null,
  controlled: true,
  simulate: (input, { nowMs }) => {
    const iso = (offsetMs: number) => new Date(nowMs + offsetMs).toISOString();
    return { name: input.name, opensAt: iso(0), closesAt: iso(1_800_000), lastStartAt: iso(1_500_000) };
  },
  examples: [
    { title: { zh: '每工作日 16:00', en: 'Every office day at 16:00' }, input: { name: 'network-daily' } },
  ],
  migrations: [],
});
