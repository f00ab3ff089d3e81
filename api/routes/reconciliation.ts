import Type from 'typebox';
import { MARKET_TIME_ZONE, wallClock } from '../../domain/calendar/index.ts';
import {
  ageInTradingDays,
  BREAK_CLASSES,
  BREAK_STATUSES,
  type BreakMove,
} from '../../domain/reconciliation/breaks.ts';
import type { BreakRow, SignOffRow } from '../../prisma/records/reconciliation-types.ts';
import type { Caller } from '../caller.ts';
import type { AppDependencies } from '../dependencies.ts';
import { ApiProblem, notFound } from '../problem.ts';
import { defineRoute } from '../route.ts';
import { idSchema, nameSchema, pageOf, pageQuery } from './common.ts';

const MARKET = 'SHFE';
const SIGN_OFFS_SHOWN = 30;

const breakParams = Type.Object({ breakId: idSchema });
const words = (list: readonly string[]) => Type.Union(list.map((word) => Type.Literal(word)));
const text = Type.String({ minLength: 1, maxLength: 2000 });

/** A person’s move as the request carries it. */
const moveBody = Type.Object(
  {
    move: words(['assign', 'comment', 'explain', 'propose-close', 'close', 'reject-close']),
    /** Person a break is assigned to. */
    to: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    text: Type.Optional(text),
  },
  { additionalProperties: false },
);

/** The break desk and the signing of days. */
export const reconciliationRoutes = [
  defineRoute({
    method: 'GET',
    url: '/v1/breaks',
    permission: 'break.read',
    summary: 'Breaks, oldest first, with their age in trading days',
    query: Type.Object(
      {
        ...pageQuery,
        reconciliation: Type.Optional(nameSchema),
        class: Type.Optional(words(BREAK_CLASSES)),
        status: Type.Optional(words(['open', ...BREAK_STATUSES])),
        owner: Type.Optional(Type.String({ maxLength: 100 })),
      },
      { additionalProperties: false },
    ),
    handle: async ({ query }, deps) => {
      const { items, next } = await deps.records.reconciliation.list(
        {
          status: (query.status ?? 'open') as BreakRow['status'] | 'open',
          ...(query.reconciliation === undefined ? {} : { reconciliation: query.reconciliation }),
          ...(query.class === undefined ? {} : { class: query.class as BreakRow['class'] }),
          ...(query.owner === undefined ? {} : { owner: query.owner }),
        },
        pageOf(query),
      );
      return {
        status: 200,
        body: {
          items: items.map((row) => withAge(row, deps.clock())),
          ...(next === undefined ? {} : { next }),
        },
      };
    },
  }),
  defineRoute({
    method: 'GET',
    url: '/v1/breaks/:breakId',
    permission: 'break.read',
    summary: 'One break with both sides, its history and the files of the run that saw it last',
    params: breakParams,
    handle: async ({ params }, deps) => {
      const row = await deps.records.reconciliation.find(params.breakId);
      if (row === undefined) throw notFound('break', params.breakId);
      return {
        status: 200,
        body: {
          ...withAge(row, deps.clock()),
          entries: await deps.records.reconciliation.entries(row.breakId),
          files: await deps.records.evidence.ofRun(row.runId),
        },
      };
    },
  }),
  defineRoute({
    method: 'POST',
    url: '/v1/breaks/:breakId/moves',
    permission: 'break.handle',
    summary: 'Assign, comment, explain, propose to close, close or send back; whoever proposed never closes',
    params: breakParams,
    body: moveBody,
    handle: async ({ params, body, caller }, deps) =>
      moveOne(deps, caller, params.breakId, moveOf(body), body.text ?? ''),
  }),
  defineRoute({
    method: 'GET',
    url: '/v1/sign-offs',
    permission: 'break.read',
    summary: 'The latest sign-offs, newest first',
    handle: async (_input, { records }) => ({
      status: 200,
      body: { items: await records.reconciliation.signOffs(SIGN_OFFS_SHOWN) },
    }),
  }),
  defineRoute({
    method: 'POST',
    url: '/v1/sign-offs/:signOffId/signatures',
    permission: 'break.handle',
    summary: 'Sign a day: first the maker, then another person as checker',
    params: Type.Object({ signOffId: idSchema }),
    body: Type.Object({ comment: Type.Optional(text) }, { additionalProperties: false }),
    handle: async ({ params, body, caller }, deps) =>
      sign(deps, caller, params.signOffId, body.comment ?? ''),
  }),
];

function withAge(row: BreakRow, nowMs: number) {
  const { date } = wallClock(nowMs, MARKET_TIME_ZONE);
  return { ...row, ageInTradingDays: ageInTradingDays(MARKET, row.firstSeen, date) };
}

function moveOf({ move, to, text: said }: { move: string; to?: string; text?: string }): BreakMove {
  const needed = (value: string | undefined, pointer: string): string => {
    if (value !== undefined && value.trim() !== '') return value;
    throw new ApiProblem(422, 'move-incomplete', `“${move}” needs ${pointer.slice(1)}.`, {
      problems: [{ pointer, code: 'required', message: `${move} needs it` }],
    });
  };
  switch (move) {
    case 'assign':
      return { kind: 'assign', to: needed(to, '/to') };
    case 'explain':
      return { kind: 'explain', cause: needed(said, '/text') };
    case 'propose-close':
      return { kind: 'propose-close', reason: needed(said, '/text') };
    case 'close':
    case 'reject-close':
      return { kind: move };
    default:
      needed(said, '/text');
      return { kind: 'comment' };
  }
}

const REFUSALS = {
  'already-closed': 'The break is closed; the run that finds it again reopens it.',
  'not-proposed': 'Closing must be proposed first.',
  'maker-is-checker': 'Whoever proposed or signed first cannot be the second; ask another person.',
  'reason-missing': 'A reason is needed.',
  'already-signed': 'Both have signed already.',
} as const;

async function moveOne(
  deps: AppDependencies,
  caller: Caller,
  breakId: string,
  move: BreakMove,
  said: string,
) {
  const person = personOf(caller);
  const line = move.kind === 'assign' ? move.to : said;
  const answer = await deps.records.reconciliation.move(breakId, move, person, line);
  if ('refused' in answer) {
    if (answer.refused === 'unknown') throw notFound('break', breakId);
    throw new ApiProblem(409, answer.refused, REFUSALS[answer.refused]);
  }
  await deps.records.audit.append({
    actor: caller.actor,
    action: `break.${move.kind}`,
    objectKind: 'break',
    objectId: breakId,
    detail: { text: line },
  });
  return { status: 200, body: withAge(answer.row, deps.clock()) };
}

async function sign(deps: AppDependencies, caller: Caller, signOffId: string, comment: string) {
  const person = personOf(caller);
  const answer = await deps.records.reconciliation.sign(signOffId, person, comment);
  if ('refused' in answer) {
    if (answer.refused === 'unknown') throw notFound('sign-off', signOffId);
    throw new ApiProblem(409, answer.refused, REFUSALS[answer.refused]);
  }
  await deps.records.audit.append({
    actor: caller.actor,
    action: 'sign-off.signed',
    objectKind: 'sign-off',
    objectId: signOffId,
    detail: { as: answer.row.checker === null ? 'maker' : 'checker' },
  });
  if (answer.row.checker !== null) await tellSigned(deps, answer.row);
  return { status: 200, body: answer.row };
}

/** The flow that asked for the sign-off listens for this. */
async function tellSigned(deps: AppDependencies, row: SignOffRow): Promise<void> {
  const event = {
    specversion: '1.0',
    id: `sign-off-${row.signOffId}`,
    source: '/afterbell/reconciliation',
    type: 'com.afterbell.reconciliation.signed',
    subject: row.signOffId,
    time: new Date(deps.clock()).toISOString(),
    data: {
      signOffId: row.signOffId,
      reconciliation: row.reconciliation,
      tradingDay: row.tradingDay,
      maker: row.maker ?? '',
      checker: row.checker ?? '',
    },
  };
  await deps.records.events.accept([
    {
      source: event.source,
      eventId: event.id,
      type: event.type,
      subject: event.subject,
      envelope: event,
      receivedBy: 'afterbell',
    },
  ]);
}

/** Breaks and days are signed by people; a service has no eyes. */
function personOf(caller: Caller): string {
  if (caller.personId !== null) return caller.personId;
  throw new ApiProblem(403, 'person-needed', 'Only a signed-in person does this.');
}
