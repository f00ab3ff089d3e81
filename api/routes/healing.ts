import Type from 'typebox';
import { readAlertmanager } from '../../domain/healing/alarms.ts';
import { TRUST_LEVELS, type TrustLevel } from '../../domain/healing/judge.ts';
import type { Json } from '../../domain/json.ts';
import { takeAlarm } from '../alarms.ts';
import type { AppDependencies } from '../dependencies.ts';
import { ApiProblem, notFound } from '../problem.ts';
import { defineRoute } from '../route.ts';
import { idSchema, nameSchema } from './common.ts';

const SHOWN = 100;

/** Alarms in, incidents, playbooks and the switch that stops all healing. */
export const healingRoutes = [
  defineRoute({
    method: 'POST',
    url: '/hooks/alertmanager',
    permission: 'alarm.report',
    summary:
      'Take alarms of Alertmanager (webhook version 4) or Grafana: stored before the answer, once each',
    body: Type.Unknown(),
    handle: async ({ body, caller }, deps) => {
      const read = readAlertmanager(body as Json);
      if ('problems' in read)
        throw new ApiProblem(
          422,
          'alarm-not-valid',
          `Nothing was taken: ${read.problems[0]?.pointer} ${read.problems[0]?.message}.`,
          { problems: read.problems },
        );
      let stored = 0;
      for (const alarm of read.alarms) if (await takeAlarm(deps, alarm, caller.actor)) stored += 1;
      return { status: 202, body: { stored, duplicates: read.alarms.length - stored } };
    },
  }),
  defineRoute({
    method: 'GET',
    url: '/v1/incidents',
    permission: 'incident.read',
    summary: 'Incidents, open ones first, newest first',
    handle: async (_input, { records }) => ({
      status: 200,
      body: { items: await records.healing.incidents(SHOWN) },
    }),
  }),
  defineRoute({
    method: 'GET',
    url: '/v1/incidents/:incidentId',
    permission: 'incident.read',
    summary: 'One incident with all that was seen, decided, done and proven',
    params: Type.Object({ incidentId: idSchema }),
    handle: async ({ params }, { records }) => {
      const incident = await records.healing.incident(params.incidentId);
      if (incident === undefined) throw notFound('incident', params.incidentId);
      return {
        status: 200,
        body: { ...incident, entries: await records.healing.entries(incident.incidentId) },
      };
    },
  }),
  defineRoute({
    method: 'GET',
    url: '/v1/playbooks',
    permission: 'incident.read',
    summary: 'Playbooks with trust, budget used and switches; services they may touch',
    handle: async (_input, { records }) => ({
      status: 200,
      body: {
        items: await records.healing.playbooks(),
        services: (await records.healing.services()).map(
          ({ credentialRef: _credential, restartCommand: _command, ...shown }) => shown,
        ),
        global: await records.healing.globalSwitch(),
      },
    }),
  }),
  defineRoute({
    method: 'PUT',
    url: '/v1/playbooks/:name/trust',
    permission: 'healing.control',
    summary: 'How far a playbook is trusted',
    params: Type.Object({ name: nameSchema }),
    body: Type.Object(
      { trust: Type.Union(TRUST_LEVELS.map((level) => Type.Literal(level))) },
      { additionalProperties: false },
    ),
    handle: async ({ params, body, caller }, deps) => {
      const row = await deps.records.healing.setTrust(params.name, body.trust as TrustLevel);
      if (row === undefined) throw notFound('playbook', params.name);
      await audit(deps, caller.actor, 'playbook.trust', params.name, { trust: body.trust });
      return { status: 200, body: row };
    },
  }),
  defineRoute({
    method: 'PUT',
    url: '/v1/kill-switches/:name',
    permission: 'healing.control',
    summary:
      'Throw or release the kill switch: `global` or a playbook. Works without the engine, counts at once',
    params: Type.Object({ name: nameSchema }),
    body: Type.Object({ isThrown: Type.Boolean() }, { additionalProperties: false }),
    handle: async ({ params, body, caller }, deps) => {
      const isKnown = await deps.records.healing.throwSwitch(
        params.name,
        body.isThrown ? caller.actor : null,
      );
      if (!isKnown) throw notFound('kill switch', params.name);
      await audit(
        deps,
        caller.actor,
        body.isThrown ? 'healing.stopped' : 'healing.released',
        params.name,
        {},
      );
      return { status: 200, body: { name: params.name, isThrown: body.isThrown } };
    },
  }),
];

async function audit(
  deps: AppDependencies,
  actor: string,
  action: string,
  objectId: string,
  detail: Readonly<Record<string, string>>,
): Promise<void> {
  await deps.records.audit.append({ actor, action, objectKind: 'healing', objectId, detail: { ...detail } });
}
