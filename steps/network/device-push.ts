import Type from 'typebox';
import { planSwitchPorts } from '../../domain/network/switch-port-plan.ts';
import { contentHash } from '../../domain/json.ts';
import { defineStep, field } from '../define-step.ts';
import { planSchema } from './shared.ts';

const examplePlan = planSwitchPorts({
  requestId: 'OA-1',
  ports: [
    { device: 'access-1', port: 'GigabitEthernet1/0/5', mode: 'access', accessVlan: 120, adminUp: true },
  ],
  verdicts: [{ device: 'access-1', port: 'GigabitEthernet1/0/5', eligible: true, reason: 'eligible' }],
  deviceOf: () => ({ platform: 'cisco_ios' }),
  portOf: (_device, port) => ({ port, config: [] }),
});

/** Pushes exactly the approved plan, verifies it by reading back, and rolls a failed port back. */
export const devicePush = defineStep({
  type: 'device-push',
  version: '1.0.0',
  title: { zh: '下发到设备', en: 'Push to devices' },
  help: {
    zh: '在窗口内逐行下发已审批的脚本，读回核对，失败的端口单独回滚并核对；设备状态与审批时不同则该端口作废。',
    en: 'Sends the approved lines inside the window, reads the state back, rolls a failed port back alone and proves it; drift against the approved state voids the port.',
  },
  icon: 'deployment-unit',
  group: 'network',
  input: Type.Object(
    {
      plan: Type.Object(planSchema.properties, {
        additionalProperties: true,
        ...field({
          label: { zh: '脚本', en: 'Plan' },
          help: { zh: '生成脚本步骤的输出', en: 'Output of the plan step' },
          widget: 'json',
        }),
      }),
      approval: Type.Object(
        { approvalId: Type.String(), decision: Type.String(), contentHash: Type.String() },
        {
          additionalProperties: true,
          ...field({
            label: { zh: '审批', en: 'Approval' },
            help: { zh: '审批步骤的输出', en: 'Output of the approval step' },
            widget: 'json',
          }),
        },
      ),
      window: Type.Object(
        { name: Type.String(), opensAt: Type.String(), closesAt: Type.String() },
        {
          additionalProperties: true,
          ...field({
            label: { zh: '窗口', en: 'Window' },
            help: { zh: '变更窗口步骤的输出', en: 'Output of the change window step' },
            widget: 'json',
          }),
        },
      ),
    },
    { additionalProperties: false },
  ),
  output: Type.Object({
    status: Type.Union([
      Type.Literal('applied'),
      Type.Literal('partly-applied'),
      Type.Literal('rolled-back'),
      Type.Literal('already-so'),
      Type.Literal('voided'),
    ]),
    results: Type.Array(
      Type.Object({
        device: Type.String(),
        port: Type.String(),
        outcome: Type.Union([
          Type.Literal('applied'),
          Type.Literal('already-so'),
          Type.Literal('rolled-back'),
          Type.Literal('skipped'),
          Type.Literal('voided'),
          Type.Literal('needs-human'),
        ]),
        reason: Type.String(),
        startedAt: Type.String(),
        endedAt: Type.String(),
        lines: Type.Array(Type.Object({ line: Type.String(), outcome: Type.String(), atMs: Type.Number() })),
        before: Type.Array(Type.String()),
        after: Type.Array(Type.String()),
      }),
    ),
    files: Type.Array(
      Type.Object(
        { name: Type.String(), sha256: Type.String(), fileId: Type.String() },
        { additionalProperties: true },
      ),
    ),
  }),
  effect: 'R',
  // A repeat after a crash reads the device first, so repeats are safe; a device that stays away ends the step all the same.
  run: {
    kind: 'activity',
    activity: 'pushDeviceChanges',
    queue: 'net',
    startToCloseMs: 1_800_000,
    heartbeatMs: 10_000,
    maximumAttempts: 10,
  },
  permission: 'network.push',
  controlled: true,
  simulate: ({ plan }, { nowMs }) => {
    const at = new Date(nowMs).toISOString();
    return {
      status: 'applied' as const,
      results: plan.devices.flatMap(({ device, ports }) =>
        ports.map(({ port, commands, preState }) => ({
          device,
          port,
          outcome: 'applied' as const,
          reason: 'rehearsal',
          startedAt: at,
          endedAt: at,
          lines: commands.map((line) => ({ line, outcome: 'accepted', atMs: nowMs })),
          before: preState,
          after: commands,
        })),
      ),
      files: [],
    };
  },
  examples: [
    {
      title: { zh: '一个端口', en: 'One port' },
      input: {
        plan: examplePlan,
        approval: { approvalId: 'a1', decision: 'approved', contentHash: contentHash(examplePlan) },
        window: {
          name: 'network-daily',
          opensAt: '2026-11-23T08:00:00.000Z',
          closesAt: '2026-11-23T08:30:00.000Z',
        },
      },
    },
  ],
  migrations: [],
});
