import Type, { type Static } from 'typebox';
import {
  ENTRY_CHANGED,
  journeyFaults,
  type JourneyRules,
  journeyRulesSchema,
} from '../../domain/outreach/index.ts';
import type { JourneyEntryRow, WaitingQuery } from '../../prisma/records/outreach-types.ts';
import type { AppDependencies } from '../dependencies.ts';
import { ApiProblem, notFound } from '../problem.ts';
import { defineRoute } from '../route.ts';
import { nameSchema, pageOf, pageQuery } from './common.ts';

const timeSchema = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T[0-9:.]{5,12}(Z|[+-]\\d{2}:\\d{2})$' });
const meant = {
  journey: Type.Optional(nameSchema),
  step: Type.Optional(nameSchema),
  channel: Type.Optional(nameSchema),
  dueBefore: Type.Optional(timeSchema),
};
const freezeBody = Type.Object(
  {
    ...meant,
    expected: Type.Integer({
      minimum: 0,
      description: 'The number the preview showed; the change is refused when it is another by now',
    }),
  },
  { additionalProperties: false },
);
const journeyParams = Type.Object({ journey: nameSchema });

/** The manager's side: figures, what waits, freezing and resuming, journeys and representatives. */
export const outreachBoardRoutes = [
  defineRoute({
    method: 'GET',
    url: '/v1/outreach/board',
    permission: 'outreach.read',
    summary: 'Waiting, due, open by grade, and what ended in the last 24 hours and why',
    handle: async (_input, { records, clock }) => ({
      status: 200,
      body: {
        ...(await records.outreach.board(clock())),
        representatives: await records.outreach.representatives(),
      },
    }),
  }),
  defineRoute({
    method: 'GET',
    url: '/v1/outreach/waiting',
    permission: 'outreach.read',
    summary: 'Waiting customers by due time, with the number that the query means',
    query: Type.Object(
      {
        ...pageQuery,
        ...meant,
        frozen: Type.Optional(Type.Union([Type.Literal('true'), Type.Literal('false')])),
      },
      { additionalProperties: false },
    ),
    handle: async ({ query }, { records }) => {
      const asked = {
        ...queryOf(query),
        ...(query.frozen === undefined ? {} : { frozen: query.frozen === 'true' }),
      };
      const page = await records.outreach.waiting(asked, pageOf(query));
      return { status: 200, body: { ...page, count: await records.outreach.countWaiting(asked) } };
    },
  }),
  freezeRoute('freeze'),
  freezeRoute('resume'),
  defineRoute({
    method: 'GET',
    url: '/v1/outreach/journeys',
    permission: 'outreach.read',
    summary: 'Journeys with the rules of their newest version',
    handle: async (_input, { records }) => ({
      status: 200,
      body: { items: await records.outreach.journeys() },
    }),
  }),
  defineRoute({
    method: 'POST',
    url: '/v1/outreach/journeys/:journey/versions',
    permission: 'outreach.manage',
    summary: 'Publish the next version of a journey; customers inside stay on theirs',
    params: journeyParams,
    body: Type.Object(
      {
        title: Type.String({ minLength: 1, maxLength: 100 }),
        rules: journeyRulesSchema,
      },
      { additionalProperties: false },
    ),
    handle: async ({ params, body, caller }, { records }) => {
      const rules = checkedRules(body.rules);
      const version = await records.outreach.publishJourney(params.journey, body.title, rules, caller.actor);
      await records.audit.append({
        actor: caller.actor,
        action: 'journey.published',
        objectKind: 'journey',
        objectId: params.journey,
        detail: { version: version.version },
      });
      return { status: 201, body: version };
    },
  }),
  defineRoute({
    method: 'PUT',
    url: '/v1/outreach/journeys/:journey/pause',
    permission: 'outreach.manage',
    summary: 'Pause a journey (its due calls are refused with a reason) or let it go on',
    params: journeyParams,
    body: Type.Object({ paused: Type.Boolean() }, { additionalProperties: false }),
    handle: async ({ params, body, caller }, { records }) => {
      const isKnown = await records.outreach.pauseJourney(params.journey, body.paused ? caller.actor : null);
      if (!isKnown) throw notFound('journey', params.journey);
      await records.audit.append({
        actor: caller.actor,
        action: body.paused ? 'journey.paused' : 'journey.resumed',
        objectKind: 'journey',
        objectId: params.journey,
      });
      return { status: 200, body: { journey: params.journey, paused: body.paused } };
    },
  }),
  defineRoute({
    method: 'PUT',
    url: '/v1/outreach/representatives/:personId',
    permission: 'outreach.manage',
    summary: 'Skills, capacity and shift of a representative',
    params: Type.Object({ personId: nameSchema }),
    body: Type.Object(
      {
        skills: Type.Array(nameSchema, { maxItems: 50 }),
        capacity: Type.Integer({ minimum: 1, maximum: 500 }),
        isOnShift: Type.Boolean(),
      },
      { additionalProperties: false },
    ),
    handle: async ({ params, body, caller }, { records }) => {
      await records.outreach.putRepresentative({ personId: params.personId, ...body });
      await records.audit.append({
        actor: caller.actor,
        action: 'representative.changed',
        objectKind: 'representative',
        objectId: params.personId,
        detail: { ...body },
      });
      return { status: 200, body: { personId: params.personId, ...body } };
    },
  }),
];

/** Freezing and resuming differ in one word; both refuse when the query by now means another number than was previewed. */
function freezeRoute(what: 'freeze' | 'resume') {
  return defineRoute({
    method: 'POST',
    url: `/v1/outreach/waiting/${what}`,
    permission: 'outreach.manage',
    summary:
      what === 'freeze'
        ? 'Freeze the waiting customers a query means: none of them is called until resumed'
        : 'Resume frozen customers a query means; those due meanwhile are looked at at once',
    body: freezeBody,
    handle: async ({ body, caller }, deps) => {
      const { records } = deps;
      const asked = { ...queryOf(body), frozen: what === 'resume' };
      const by = what === 'freeze' ? caller.actor : null;
      const changed = await records.outreach.setFrozen(asked, by, body.expected);
      if (changed === undefined) {
        const count = await records.outreach.countWaiting(asked);
        throw new ApiProblem(
          409,
          'count-changed',
          `expected: the query means ${count} customers now, not ${body.expected}. Look again and repeat.`,
        );
      }
      if (what === 'resume') await tellRuns(deps, changed);
      await records.audit.append({
        actor: caller.actor,
        action: what === 'freeze' ? 'outreach.frozen' : 'outreach.resumed',
        objectKind: 'journey',
        objectId: body.journey ?? 'all',
        detail: { count: changed.length, step: body.step ?? null, channel: body.channel ?? null },
      });
      return { status: 200, body: { changed: changed.length } };
    },
  });
}

function queryOf(given: Partial<Static<typeof freezeBody>>): WaitingQuery {
  return {
    journey: given.journey,
    step: given.step,
    channel: given.channel,
    dueBefore: given.dueBefore === undefined ? undefined : new Date(given.dueBefore),
  };
}

/** Wakes the runs of entries that were changed: they ask until when to wait now. */
async function tellRuns(
  { records, clock }: AppDependencies,
  entries: readonly JourneyEntryRow[],
): Promise<void> {
  const time = new Date(clock()).toISOString();
  const source = '/afterbell/outreach';
  for (let from = 0; from < entries.length; from += 1000) {
    await records.events.accept(
      entries.slice(from, from + 1000).map((entry) => {
        const eventId = `${entry.entryId}/${time}`;
        const data = { customer: entry.customerId, entryId: entry.entryId };
        return {
          source,
          eventId,
          type: ENTRY_CHANGED,
          subject: entry.customerId,
          envelope: { specversion: '1.0', id: eventId, source, type: ENTRY_CHANGED, time, data },
          receivedBy: 'outreach',
        };
      }),
    );
  }
}

function checkedRules(given: object): JourneyRules {
  const rules = given as JourneyRules;
  const faults = journeyFaults(rules);
  if (faults.length === 0) return rules;
  throw new ApiProblem(422, 'journey-not-valid', `${faults.length} faults, first ${faults[0] ?? ''}`, {
    problems: faults.map((fault) => ({
      pointer: `/rules${fault.split(':')[0] ?? ''}`,
      code: 'journey-not-valid',
      message: fault,
    })),
  });
}
