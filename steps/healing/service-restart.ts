import Type from 'typebox';
import { defineStep } from '../define-step.ts';
import { approvalField, incidentField, serviceField } from './shared.ts';

/** Runs the restart command of the inventory over SSH when every guard holds; what has recovered is not restarted; a guard that stops it is named. */
export const serviceRestart = defineStep({
  type: 'service-restart',
  version: '1.0.0',
  title: { zh: '重启服务', en: 'Restart a service' },
  help: {
    zh: '护栏全部通过才经 SSH 执行清单中的重启命令；已自行恢复的不重启；被拦下时说明是哪一条护栏。',
    en: 'Runs the restart command of the inventory over SSH when every guard holds; what has recovered is not restarted; a guard that stops it is named.',
  },
  icon: 'reload',
  group: 'healing',
  input: Type.Object(
    {
      incidentId: incidentField,
      service: serviceField,
      approval: approvalField,
    },
    { additionalProperties: false },
  ),
  output: Type.Object({
    outcome: Type.Union([
      Type.Literal('restarted'),
      Type.Literal('already-up'),
      Type.Literal('stopped-by-guard'),
      Type.Literal('failed'),
    ]),
    rule: Type.String(),
    reason: Type.String(),
  }),
  effect: 'R',
  run: {
    kind: 'activity',
    activity: 'restartService',
    queue: 'net',
    startToCloseMs: 120000,
    heartbeatMs: 10_000,
    maximumAttempts: 2,
  },
  permission: null,
  controlled: true,
  simulate: () => ({ outcome: 'restarted' as const, rule: 'allowed', reason: 'rehearsal' }),
  examples: [
    {
      title: { zh: '网站服务', en: 'A web server' },
      input: { incidentId: 'incident-1', service: 'nginx-1' },
    },
  ],
  migrations: [],
});
