import Type from 'typebox';
import {
  type AfterOutcome,
  CallbackTimeError,
  OUTCOMES,
  type OutcomeCode,
} from '../../domain/outreach/index.ts';
import type { CallTaskRow } from '../../prisma/records/outreach-types.ts';
import type { Caller } from '../caller.ts';
import type { AppDependencies } from '../dependencies.ts';
import { ApiProblem, notFound } from '../problem.ts';
import { defineRoute } from '../route.ts';
import { idSchema, nameSchema, pageOf, pageQuery } from './common.ts';

const SHOWN_EVENTS = 50;
const taskParams = Type.Object({ taskId: idSchema });
const outcomeSchema = Type.Union(OUTCOMES.map((outcome) => Type.Literal(outcome.code)));

/** Call tasks: the queue, the card, a call from start to report. */
export const outreachTaskRoutes = [
  defineRoute({
    method: 'GET',
    url: '/v1/outreach/tasks',
    permission: 'outreach.read',
    summary: 'Call tasks by due time; mine=true: those of the caller, pool=true: those nobody has',
    query: Type.Object(
      {
        ...pageQuery,
        mine: Type.Optional(Type.Literal('true')),
        pool: Type.Optional(Type.Literal('true')),
        assignee: Type.Optional(nameSchema),
        status: Type.Optional(
          Type.Union(['open', 'calling', 'done', 'cancelled'].map((word) => Type.Literal(word))),
        ),
        grade: Type.Optional(Type.Union(['high', 'medium', 'low'].map((word) => Type.Literal(word)))),
      },
      { additionalProperties: false },
    ),
    handle: async ({ query, caller }, { records }) => {
      const assignee =
        query.mine === 'true'
          ? (caller.personId ?? caller.actor)
          : query.pool === 'true'
            ? null
            : query.assignee;
      return {
        status: 200,
        body: await records.outreach.tasks(
          {
            ...(assignee === undefined ? {} : { assignee }),
            ...(query.status === undefined ? {} : { status: query.status as CallTaskRow['status'] }),
            ...(query.grade === undefined ? {} : { grade: query.grade }),
          },
          pageOf(query),
        ),
      };
    },
  }),
  defineRoute({
    method: 'GET',
    url: '/v1/outreach/tasks/:taskId',
    permission: 'outreach.read',
    summary: 'The card of a call task: customer, why this grade, talk track, outcomes, calls so far, events',
    params: taskParams,
    handle: async ({ params, caller }, { records }) => ({
      status: 200,
      body: await cardOf(records, params.taskId, caller),
    }),
  }),
  defineRoute({
    method: 'POST',
    url: '/v1/outreach/tasks/:taskId/start',
    permission: 'outreach.call',
    summary: 'Take a task into a call; one of the pool becomes the caller’s',
    params: taskParams,
    handle: async ({ params, caller }, { records, clock }) => {
      const personId = personOf(caller);
      const started = await records.outreach.startCall(params.taskId, personId, new Date(clock()));
      if (started === undefined) throw await whyNot(records, params.taskId, 'start');
      await records.audit.append({
        actor: caller.actor,
        action: 'call.started',
        objectKind: 'call-task',
        objectId: params.taskId,
      });
      return { status: 200, body: await cardOf(records, params.taskId, caller) };
    },
  }),
  defineRoute({
    method: 'POST',
    url: '/v1/outreach/tasks/:taskId/report',
    permission: 'outreach.call',
    summary:
      'Report the outcome of the call in hand; the outcome decides whether there is another call and when',
    params: taskParams,
    body: Type.Object(
      {
        outcome: outcomeSchema,
        comment: Type.Optional(Type.String({ maxLength: 1000 })),
        callbackAt: Type.Optional(Type.String({ maxLength: 40, description: 'RFC 3339; for call-back' })),
      },
      { additionalProperties: false },
    ),
    handle: async ({ params, body, caller }, { records, clock }) => {
      const report = {
        personId: personOf(caller),
        outcome: body.outcome as OutcomeCode,
        comment: body.comment ?? '',
        at: new Date(clock()),
        callbackAt: timeOf(body.callbackAt),
      };
      const task = await records.outreach.reportCall(params.taskId, report).catch((error: unknown) => {
        throw error instanceof CallbackTimeError
          ? new ApiProblem(422, 'callback-time', `callbackAt: ${error.message}.`, {
              problems: [{ pointer: '/callbackAt', code: 'callback-time', message: error.message }],
            })
          : error;
      });
      if (task === undefined) throw await whyNot(records, params.taskId, 'report on');
      await records.audit.append({
        actor: caller.actor,
        action: 'call.reported',
        objectKind: 'call-task',
        objectId: params.taskId,
        detail: { outcome: body.outcome, status: task.status },
      });
      const next: Pick<AfterOutcome, 'status'> = { status: task.status === 'done' ? 'done' : 'open' };
      return { status: 200, body: { ...next, dueAt: task.dueAt, calls: task.calls } };
    },
  }),
  defineRoute({
    method: 'POST',
    url: '/v1/outreach/tasks/reassign',
    permission: 'outreach.manage',
    summary: 'Give open tasks to a representative, or back to the pool',
    body: Type.Object(
      {
        taskIds: Type.Array(idSchema, { minItems: 1, maxItems: 500 }),
        assignee: Type.Union([nameSchema, Type.Null()]),
      },
      { additionalProperties: false },
    ),
    handle: async ({ body, caller }, { records }) => {
      const people = await records.outreach.representatives();
      if (body.assignee !== null && !people.some((person) => person.personId === body.assignee))
        throw new ApiProblem(
          422,
          'not-a-representative',
          `assignee: “${body.assignee}” is not a representative.`,
          {
            problems: [
              { pointer: '/assignee', code: 'not-a-representative', message: 'is not a representative' },
            ],
          },
        );
      const reassigned = await records.outreach.reassign(body.taskIds, body.assignee);
      await records.audit.append({
        actor: caller.actor,
        action: 'call.reassigned',
        objectKind: 'call-task',
        objectId: body.taskIds[0] ?? '',
        detail: { tasks: body.taskIds, assignee: body.assignee, reassigned },
      });
      return { status: 200, body: { reassigned } };
    },
  }),
];

/** Everything a representative sees of a task; `mayCall` when it is theirs or anybody's to call. */
async function cardOf(records: AppDependencies['records'], taskId: string, caller: Caller) {
  const { outreach } = records;
  const task = await outreach.task(taskId);
  if (task === undefined) throw notFound('call-task', taskId);
  const entry = await outreach.entry(task.entryId);
  const version =
    entry === undefined ? undefined : await outreach.journeyVersion(entry.journey, entry.version);
  const talkTrack = version?.rules.talkTrack ?? {};
  return {
    ...task,
    entry,
    journeyTitle: version?.title ?? task.journey,
    customer: await outreach.customer(task.customerId),
    talkTrack: Object.hasOwn(talkTrack, task.step) ? talkTrack[task.step] : null,
    outcomes: OUTCOMES,
    reports: await outreach.reports(taskId),
    events: await outreach.customerEvents(task.customerId, SHOWN_EVENTS),
    mayCall:
      caller.personId !== null &&
      (task.status === 'open' || task.status === 'calling') &&
      (task.assignee === caller.personId || (task.assignee === null && task.status === 'open')),
  };
}

function personOf({ personId }: Caller): string {
  if (personId === null)
    throw new ApiProblem(403, 'person-needed', 'Calls are made by people; sign in as a representative.');
  return personId;
}

async function whyNot({ outreach }: AppDependencies['records'], taskId: string, what: string) {
  const task = await outreach.task(taskId);
  if (task === undefined) return notFound('call-task', taskId);
  const holder = task.assignee === null ? 'nobody’s' : `with ${task.assignee}`;
  return new ApiProblem(
    409,
    'task-not-yours',
    `You cannot ${what} this task: it is ${task.status} and ${holder}.`,
  );
}

function timeOf(text: string | undefined): Date | null {
  if (text === undefined) return null;
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? null : at;
}
