import Type from 'typebox';
import { defineStep, field } from '../define-step.ts';
import { collectedSchema, deviceName, eligibilitySchema } from './shared.ts';

/** Judges which of the asked ports may be changed. */
export const portEligibility = defineStep({
  type: 'port-eligibility',
  version: '1.0.0',
  title: { zh: '端口资格', en: 'Port eligibility' },
  help: {
    zh: '最近两个已结束交易日的采样与现场检查都无链路、抖动计数未增加、设备所报断开时间早于较早采样，才可开通；每个端口都给出理由。',
    en: 'A port may be changed when the samples of the two last completed trading days and the live check show no link, the flap counter has not risen and the reported down-since is older than both; every port gets its reason.',
  },
  icon: 'safety-certificate',
  group: 'network',
  input: Type.Object(
    {
      collected: Type.Object(collectedSchema.properties, {
        ...field({
          label: { zh: '采集结果', en: 'Collected state' },
          help: { zh: '采集步骤的输出', en: 'Output of the collect step' },
          widget: 'json',
        }),
      }),
      ports: Type.Array(
        Type.Object(
          { device: deviceName, port: Type.String({ minLength: 1, maxLength: 64 }) },
          { additionalProperties: true },
        ),
        {
          minItems: 1,
          maxItems: 200,
          ...field({
            label: { zh: '端口', en: 'Ports' },
            help: { zh: '申请开通的端口', en: 'The ports asked for' },
            widget: 'json',
          }),
        },
      ),
      market: Type.Optional(
        Type.String({
          default: 'SSE',
          ...field({
            label: { zh: '交易日历', en: 'Trading calendar' },
            help: {
              zh: '按哪个市场的交易日计算，默认上交所',
              en: 'Whose trading days count; SSE unless given',
            },
            widget: 'select',
          }),
        }),
      ),
    },
    { additionalProperties: false },
  ),
  output: eligibilitySchema,
  effect: 'none',
  run: {
    kind: 'activity',
    activity: 'selectEligiblePorts',
    queue: 'ops',
    startToCloseMs: 60_000,
    maximumAttempts: 5,
  },
  permission: null,
  controlled: false,
  simulate: (input, { nowMs }) => {
    const eligible = input.ports.map(({ device, port }) => ({ device, port }));
    return {
      decidedAt: new Date(nowMs).toISOString(),
      tradingDays: [],
      eligible,
      refused: [],
      verdicts: eligible.map((port) => ({ ...port, eligible: true, reason: 'eligible' })),
    };
  },
  examples: [
    {
      title: { zh: '一个端口', en: 'One port' },
      input: {
        collected: { collectedAt: '2026-11-23T08:00:00.000Z', devices: [] },
        ports: [{ device: 'access-1', port: 'GigabitEthernet1/0/5' }],
      },
    },
  ],
  migrations: [],
});
