import Type from 'typebox';
import { planSwitchPorts } from '../../domain/network/switch-port-plan.ts';
import { guessPlatform, portRequestSchema } from '../../domain/network/port-request.ts';
import { defineStep, field } from '../define-step.ts';
import { collectedSchema, eligibilitySchema, planSchema } from './shared.ts';

/** Renders the exact commands and their inverse for the eligible ports. */
export const switchPortPlan = defineStep({
  type: 'switch-port-plan',
  version: '1.0.0',
  title: { zh: '生成端口脚本', en: 'Plan switch ports' },
  help: {
    zh: '为符合条件的端口生成命令与回滚命令，文本和哈希一并给审批人。已是目标状态的端口不会下发。',
    en: 'Renders commands and their inverse for the eligible ports, with text and hash for the approver. Ports that are as asked for already are left alone.',
  },
  icon: 'file-text',
  group: 'network',
  input: Type.Object(
    {
      request: Type.Object(portRequestSchema.properties, {
        additionalProperties: true,
        ...field({
          label: { zh: '申请', en: 'Request' },
          help: {
            zh: '申请单：原因与端口目标',
            en: 'The change request: reason and ports as they should be',
          },
          widget: 'json',
        }),
      }),
      collected: Type.Object(collectedSchema.properties, {
        ...field({
          label: { zh: '采集结果', en: 'Collected state' },
          help: { zh: '采集步骤的输出', en: 'Output of the collect step' },
          widget: 'json',
        }),
      }),
      eligibility: Type.Object(eligibilitySchema.properties, {
        ...field({
          label: { zh: '资格结果', en: 'Eligibility' },
          help: { zh: '资格步骤的输出', en: 'Output of the eligibility step' },
          widget: 'json',
        }),
      }),
    },
    { additionalProperties: false },
  ),
  output: planSchema,
  effect: 'none',
  run: {
    kind: 'activity',
    activity: 'planSwitchPorts',
    queue: 'ops',
    startToCloseMs: 60_000,
    maximumAttempts: 5,
  },
  permission: null,
  controlled: false,
  simulate: ({ request, eligibility }) =>
    planSwitchPorts({
      requestId: request.requestId,
      ports: request.ports,
      verdicts: eligibility.verdicts,
      deviceOf: (device) => {
        const port = request.ports.find((entry) => entry.device === device)?.port ?? '';
        return { platform: guessPlatform(port) ?? 'cisco_ios' };
      },
      portOf: (_device, port) => ({ port, config: [] }),
    }),
  examples: [
    {
      title: { zh: '接入端口', en: 'An access port' },
      input: {
        request: {
          requestId: 'OA-1',
          reason: '新工位',
          ports: [
            {
              device: 'access-1',
              port: 'GigabitEthernet1/0/5',
              mode: 'access',
              accessVlan: 120,
              description: 'desk 12F-05',
              adminUp: true,
            },
          ],
        },
        collected: { collectedAt: '2026-11-23T08:00:00.000Z', devices: [] },
        eligibility: {
          decidedAt: '2026-11-23T08:00:00.000Z',
          tradingDays: ['2026-11-19', '2026-11-20'],
          eligible: [{ device: 'access-1', port: 'GigabitEthernet1/0/5' }],
          refused: [],
          verdicts: [
            { device: 'access-1', port: 'GigabitEthernet1/0/5', eligible: true, reason: 'eligible' },
          ],
        },
      },
    },
  ],
  migrations: [],
});
