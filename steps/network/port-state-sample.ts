import Type from 'typebox';
import { defineStep, field } from '../define-step.ts';
import { deviceName } from './shared.ts';

/** Stores the port state of a trading day: the history the eligibility rule stands on. */
export const portStateSample = defineStep({
  type: 'port-state-sample',
  version: '1.0.0',
  title: { zh: '端口日采样', en: 'Daily port sample' },
  help: {
    zh: '把设备当日的端口状态存为采样，资格判断以此为据。重复执行只会替换当日采样。',
    en: 'Stores the port state of a trading day as samples for the eligibility rule. A repeat replaces the day.',
  },
  icon: 'database',
  group: 'network',
  input: Type.Object(
    {
      tradingDay: Type.String({
        pattern: '^\\d{4}-\\d{2}-\\d{2}$',
        ...field({
          label: { zh: '交易日', en: 'Trading day' },
          help: { zh: '采样所属的交易日', en: 'The day the samples belong to' },
          placeholder: '2026-11-23',
          widget: 'text',
        }),
      }),
      devices: Type.Optional(
        Type.Array(deviceName, {
          maxItems: 1000,
          ...field({
            label: { zh: '设备', en: 'Devices' },
            help: { zh: '不填则为本区全部设备', en: 'All devices of the zone unless given' },
            widget: 'device',
          }),
        }),
      ),
    },
    { additionalProperties: false },
  ),
  output: Type.Object({
    tradingDay: Type.String(),
    devices: Type.Array(
      Type.Object({ device: Type.String(), ports: Type.Integer(), error: Type.Optional(Type.String()) }),
    ),
  }),
  effect: 'K',
  run: {
    kind: 'activity',
    activity: 'collectPortState',
    queue: 'net',
    startToCloseMs: 1_800_000,
    heartbeatMs: 15_000,
    maximumAttempts: 5,
  },
  permission: null,
  controlled: false,
  simulate: ({ tradingDay, devices }) => ({
    tradingDay,
    devices: (devices ?? []).map((device) => ({ device, ports: 0 })),
  }),
  examples: [{ title: { zh: '全部设备', en: 'All devices' }, input: { tradingDay: '2026-11-23' } }],
  migrations: [],
});
