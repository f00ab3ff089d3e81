import Type from 'typebox';
import { defineStep, field } from '../define-step.ts';
import { incidentField, serviceField } from './shared.ts';

/** Hands the incident to people and says where healing stopped and why. */
export const escalate = defineStep({
  type: 'escalate',
  version: '1.0.0',
  title: { zh: '升级给人', en: 'Escalate to people' },
  help: {
    zh: '把事件交给人，并写明自动处理停在哪里、为什么。',
    en: 'Hands the incident to people and says where healing stopped and why.',
  },
  icon: 'alert',
  group: 'healing',
  input: Type.Object(
    {
      incidentId: incidentField,
      service: serviceField,
      reason: Type.String({
        minLength: 1,
        maxLength: 1000,
        ...field({
          label: { zh: '原因', en: 'Reason' },
          help: { zh: '停下的护栏或失败', en: 'The guard or the failure that stopped it' },
        }),
      }),
    },
    { additionalProperties: false },
  ),
  output: Type.Object({ incidentId: Type.String(), status: Type.Literal('escalated') }),
  effect: 'K',
  run: {
    kind: 'activity',
    activity: 'escalateIncident',
    queue: 'net',
    startToCloseMs: 30000,
    maximumAttempts: 5,
  },
  permission: null,
  controlled: false,
  simulate: ({ incidentId }) => ({ incidentId, status: 'escalated' as const }),
  examples: [
    {
      title: { zh: '网站服务', en: 'A web server' },
      input: {
        incidentId: 'incident-1',
        service: 'nginx-1',
        reason: 'cooldown: the last action was 30 s ago',
      },
    },
  ],
  migrations: [],
});
