import { randomUUID } from 'node:crypto';
import Type, { type Static } from 'typebox';
import { wallClock } from '../../domain/calendar/index.ts';
import { dayOfFiring, nextFireTimes, parseScheduleRule } from '../../domain/calendar/schedule-rule.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { TriggerRow } from '../../prisma/records/event-types.ts';
import type { Caller } from '../caller.ts';
import type { AppDependencies } from '../dependencies.ts';
import { ApiProblem, notFound } from '../problem.ts';
import { defineRoute } from '../route.ts';
import { fireTrigger } from '../triggers/fire.ts';
import { settingsProblems } from '../triggers/settings.ts';
import { nameSchema } from './common.ts';

const PREVIEWED = 20;
const FIRINGS_SHOWN = 50;

const params = Type.Object({ name: nameSchema });
const kindSchema = Type.Union([Type.Literal('schedule'), Type.Literal('event'), Type.Literal('webhook')]);
const triggerBody = Type.Object(
  { kind: kindSchema, flow: nameSchema, settings: Type.Record(Type.String(), Type.Unknown()) },
  { additionalProperties: false },
);

/** Triggers: what starts flows without a person. */
export const triggerRoutes = [
  defineRoute({
    method: 'GET',
    url: '/v1/triggers',
    permission: 'trigger.read',
    summary: 'All triggers with their next time and what came of the last occasion',
    handle: async (_input, deps) => {
      const rows = await deps.records.triggers.list();
      const items = await Promise.all(
        rows.map(async (row) => {
          const [last] = await deps.records.triggers.firings(row.triggerName, 1);
          const preview = previewOf(row, deps.clock(), 1);
          return {
            ...row,
            next: preview.times[0] ?? null,
            stopped: preview.stopped ?? null,
            last: last ?? null,
          };
        }),
      );
      return { status: 200, body: { items } };
    },
  }),
  defineRoute({
    method: 'GET',
    url: '/v1/triggers/:name',
    permission: 'trigger.read',
    summary: 'One trigger, its next 20 times and its latest occasions',
    params,
    handle: async ({ params: { name } }, deps) => {
      const row = await triggerOf(deps, name);
      return {
        status: 200,
        body: {
          ...row,
          preview: previewOf(row, deps.clock(), PREVIEWED),
          firings: await deps.records.triggers.firings(name, FIRINGS_SHOWN),
        },
      };
    },
  }),
  defineRoute({
    method: 'POST',
    url: '/v1/triggers/preview',
    permission: 'trigger.read',
    summary: 'The next 20 times of schedule settings, without storing them',
    body: Type.Object(
      { settings: Type.Record(Type.String(), Type.Unknown()) },
      { additionalProperties: false },
    ),
    handle: async ({ body }, deps) => {
      const settings = checkedSettings('schedule', body.settings as JsonObject);
      return { status: 200, body: nextFireTimes(parseScheduleRule(settings), deps.clock(), PREVIEWED) };
    },
  }),
  defineRoute({
    method: 'PUT',
    url: '/v1/triggers/:name',
    permission: 'trigger.manage',
    summary: 'Create or change a trigger',
    params,
    body: triggerBody,
    handle: async ({ params: { name }, body, caller }, deps) => putTrigger(deps, caller, name, body),
  }),
  ...(['pause', 'resume'] as const).map((verb) =>
    defineRoute({
      method: 'POST',
      url: `/v1/triggers/:name/${verb}`,
      permission: 'trigger.manage',
      summary:
        verb === 'pause'
          ? 'Pause a trigger: occasions are noted, nothing starts'
          : 'Let a trigger fire again',
      params,
      handle: async ({ params: { name }, caller }, deps) => {
        const row = await deps.records.triggers.setPaused(name, verb === 'pause' ? caller.actor : null);
        if (row === undefined) throw notFound('trigger', name);
        await audit(deps, caller, verb === 'pause' ? 'trigger.paused' : 'trigger.resumed', name);
        return { status: 200, body: row };
      },
    }),
  ),
  defineRoute({
    method: 'POST',
    url: '/v1/triggers/:name/fire',
    permission: 'trigger.manage',
    summary: 'Fire a schedule now, for today or a given day; the run is the caller’s own',
    params,
    body: Type.Object(
      { forDay: Type.Optional(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })) },
      { additionalProperties: false },
    ),
    handle: async ({ params: { name }, body, caller }, deps) => fireNow(deps, caller, name, body.forDay),
  }),
];

async function putTrigger(
  deps: AppDependencies,
  caller: Caller,
  name: string,
  body: Static<typeof triggerBody>,
) {
  const settings = checkedSettings(body.kind, body.settings as JsonObject);
  if ((await deps.records.flows.find(body.flow)) === undefined) throw notFound('flow', body.flow);
  const row = await deps.records.triggers.put({
    triggerName: name,
    kind: body.kind,
    flowName: body.flow,
    settings,
    changedBy: caller.actor,
  });
  await audit(deps, caller, 'trigger.changed', name, { kind: body.kind, flow: body.flow, settings });
  return { status: 200, body: { ...row, preview: previewOf(row, deps.clock(), PREVIEWED) } };
}

async function fireNow(deps: AppDependencies, caller: Caller, name: string, forDay: string | undefined) {
  const row = await triggerOf(deps, name);
  if (row.kind !== 'schedule')
    throw new ApiProblem(
      422,
      'trigger-needs-an-event',
      `Trigger “${name}” reacts to ${row.kind === 'event' ? 'events' : 'webhooks'}; send one, or start a run of flow “${row.flowName}”.`,
    );
  const rule = parseScheduleRule(row.settings);
  const nowMs = deps.clock();
  const { date } = wallClock(nowMs, rule.timeZone);
  const day = forDay ?? dayOfFiring(rule, date) ?? date;
  const press = randomUUID();
  const firing = await fireTrigger(deps, row, {
    occasion: `person ${press}`,
    cause: 'person',
    subject: { tradingDay: day, date, firedAt: new Date(nowMs).toISOString(), trigger: name },
    presetInput: { tradingDay: day },
    presetKey: `${name}/${day}#${press.slice(0, 8)}`,
    requestedBy: caller.actor,
  });
  await audit(deps, caller, 'trigger.fired', name, { forDay: day, runId: firing.runId });
  if (firing.outcome === 'refused')
    throw new ApiProblem(422, 'trigger-refused', `Nothing was started: ${firing.detail ?? ''}.`);
  return { status: 201, body: firing };
}

function checkedSettings(kind: TriggerRow['kind'], settings: JsonObject): JsonObject {
  const problems = settingsProblems(kind, settings);
  if (problems.length === 0) return settings;
  throw new ApiProblem(
    422,
    'settings-not-valid',
    `The settings are not valid: ${problems[0]?.pointer} ${problems[0]?.message}.`,
    { problems },
  );
}

function previewOf(row: TriggerRow, nowMs: number, count: number): ReturnType<typeof nextFireTimes> {
  if (row.kind !== 'schedule') return { times: [] };
  return nextFireTimes(parseScheduleRule(row.settings), nowMs, count);
}

async function triggerOf(deps: AppDependencies, name: string): Promise<TriggerRow> {
  const row = await deps.records.triggers.find(name);
  if (row === undefined) throw notFound('trigger', name);
  return row;
}

async function audit(
  deps: AppDependencies,
  caller: Caller,
  action: string,
  name: string,
  detail?: JsonObject,
): Promise<void> {
  await deps.records.audit.append({
    actor: caller.actor,
    action,
    objectKind: 'trigger',
    objectId: name,
    ...(detail === undefined ? {} : { detail }),
  });
}
