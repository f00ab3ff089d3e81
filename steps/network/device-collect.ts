import Type from 'typebox';
import { defineStep, field } from '../define-step.ts';
import { collectedSchema, deviceName } from './shared.ts';

/** Reads the state of all ports of the named devices. */
export const deviceCollect = defineStep({
  type: 'device-collect',
  version: '1.0.0',
  title: { zh: '采集端口状态', en: 'Collect port state' },
  help: {
    zh: '登录设备执行只读命令，解析端口状态与配置。一台设备失败只影响它自己，并写明原因。',
    en: 'Logs in and runs read-only commands, then parses port state and configuration. A device that fails says why and holds nobody else up.',
  },
  icon: 'radar-chart',
  group: 'network',
  input: Type.Object(
    {
      devices: Type.Array(deviceName, {
        minItems: 1,
        maxItems: 1000,
        ...field({
          label: { zh: '设备', en: 'Devices' },
          help: { zh: '设备清单里的名称', en: 'Names in the inventory' },
          widget: 'device',
        }),
      }),
    },
    { additionalProperties: false },
  ),
  output: collectedSchema,
  effect: 'none',
  run: {
    kind: 'activity',
    activity: 'collectDevices',
    queue: 'net',
    startToCloseMs: 600_000,
    heartbeatMs: 15_000,
    maximumAttempts: 5,
  },
  permission: null,
  controlled: false,
  simulate: (input, { nowMs }) => ({
    collectedAt: new Date(nowMs).toISOString(),
    devices: input.devices.map((device) => ({
      device,
      platform: 'cisco_ios' as const,
      reachable: true,
      upSince: new Date(nowMs - 30 * 86_400_000).toISOString(),
      ports: [],
    })),
  }),
  examples: [
    {
      title: { zh: '两台接入交换机', en: 'Two access switches' },
      input: { devices: ['access-1', 'access-2'] },
    },
  ],
  migrations: [],
});
