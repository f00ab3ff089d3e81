import Type from 'typebox';
import { defineStep, field } from '../define-step.ts';
import { incidentField, serviceField } from './shared.ts';

/** Closes the incident with what proved the recovery. */
export const resolveAlarm = defineStep({
  type: 'resolve-alarm',
  version: '1.0.0',
  title: { zh: '关闭事件', en: 'Close the incident' },
  help: {
    zh: '以探测结果为证关闭事件。',
    en: 'Closes the incident with what proved the recovery.',
  },
  icon: 'safety',
  group: 'healing',
  input: Type.Object(
    {
      incidentId: incidentField,
      service: serviceField,
      proof: Type.Object(
        { detail: Type.String(), seenAt: Type.String() },
        {
          additionalProperties: true,
          ...field({
            label: { zh: '恢复证据', en: 'Proof' },
            help: { zh: '确认步骤的输出', en: 'Output of the verify step' },
            widget: 'json',
          }),
        },
      ),
    },
    { additionalProperties: false },
  ),
  output: Type.Object({ incidentId: Type.String(), status: Type.Literal('resolved') }),
  effect: 'K',
  run: {
    kind: 'activity',
    activity: 'resolveIncident',
    queue: 'net',
    startToCloseMs: 30000,
    maximumAttempts: 5,
  },
  permission: null,
  controlled: false,
  simulate: ({ incidentId }) => ({ incidentId, status: 'resolved' as const }),
  examples: [
    {
      title: { zh: '网站服务', en: 'A web server' },
      input: {
        incidentId: 'incident-1',
        service: 'nginx-1',
        proof: { detail: 'http 200', seenAt: '2026-11-23T12:00:00.000Z' },
      },
    },
  ],
  migrations: [],
});
