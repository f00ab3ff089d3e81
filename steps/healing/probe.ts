import Type from 'typebox';
import { defineStep } from '../define-step.ts';
import { incidentField, seenSchema, serviceField } from './shared.ts';

/** Looks whether a service is up, the way the inventory says (TCP, HTTP, a read-only command over SSH, or a query). */
export const probe = defineStep({
  type: 'probe',
  version: '1.0.0',
  title: { zh: '探测服务', en: 'Probe a service' },
  help: {
    zh: '按清单中的方式（TCP、HTTP、SSH 只读命令或 SQL 查询）看服务是否正常，只读。',
    en: 'Looks whether a service is up, the way the inventory says: TCP, HTTP, a read-only command over SSH, or a query. Reads only.',
  },
  icon: 'eye',
  group: 'healing',
  input: Type.Object({ incidentId: incidentField, service: serviceField }, { additionalProperties: false }),
  output: seenSchema,
  effect: 'none',
  run: {
    kind: 'activity',
    activity: 'probeService',
    queue: 'net',
    startToCloseMs: 30000,
    maximumAttempts: 3,
  },
  permission: null,
  controlled: false,
  simulate: ({ service }, { nowMs }) => ({
    service,
    isUp: false,
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
