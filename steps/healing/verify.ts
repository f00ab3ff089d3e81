import Type from 'typebox';
import { defineStep, field } from '../define-step.ts';
import { incidentField, seenSchema, serviceField } from './shared.ts';

/** Probes until the service is up twice in a row or the time is over. */
export const verify = defineStep({
  type: 'verify',
  version: '1.0.0',
  title: { zh: '确认恢复', en: 'Verify recovery' },
  help: {
    zh: '在限定时间内反复探测，连续两次正常才算恢复。',
    en: 'Probes until the service is up twice in a row or the time is over.',
  },
  icon: 'check-circle',
  group: 'healing',
  input: Type.Object(
    {
      incidentId: incidentField,
      service: serviceField,
      withinSeconds: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: 300,
          default: 30,
          ...field({
            label: { zh: '时限', en: 'Within' },
            help: { zh: '超过仍未恢复即视为失败', en: 'Not up by then counts as failed' },
            unit: { zh: '秒', en: 's' },
            widget: 'number',
          }),
        }),
      ),
    },
    { additionalProperties: false },
  ),
  output: seenSchema,
  effect: 'none',
  run: {
    kind: 'activity',
    activity: 'verifyService',
    queue: 'net',
    startToCloseMs: 330000,
    maximumAttempts: 2,
  },
  permission: null,
  controlled: false,
  simulate: ({ service }, { nowMs }) => ({
    service,
    isUp: true,
    detail: 'rehearsal',
    seenAt: new Date(nowMs).toISOString(),
  }),
  examples: [
    {
      title: { zh: '网站服务', en: 'A web server' },
      input: { incidentId: 'incident-1', service: 'nginx-1' },
    },
  ],
  migrations: [],
});
