import { randomUUID } from 'node:crypto';
import Type, { type Static } from 'typebox';
import { contentHash } from '../../domain/json.ts';
import {
  keyText,
  noSuchStep,
  type RestartPoint,
  stepNameAt,
  type StepKey,
} from '../../engine/restart/index.ts';
import { RecordConflict } from '../../prisma/records/index.ts';
import type { RestartRecords, RestartRow, StatedEffect } from '../../prisma/records/restart-types.ts';
import type { Idempotency } from '../../prisma/records/runs.ts';
import type { RunRow } from '../../prisma/records/types.ts';
import { tryStart, workflowIdOf } from '../accept-run.ts';
import type { Caller } from '../caller.ts';
import type { AppDependencies } from '../dependencies.ts';
import { ApiProblem, type InvalidPart } from '../problem.ts';
import { type EarlierEffect, effectsAgain, needsWord } from '../restart-effects.ts';
import { findRestartable, type Restartable } from '../restart-run.ts';
import { defineRoute } from '../route.ts';
import { idSchema, nameSchema } from './common.ts';

const runParams = Type.Object({ runId: idSchema });
const effectsBody = Type.Array(
  Type.Object(
    {
      effectId: Type.String({ minLength: 1, maxLength: 1_000 }),
      as: Type.Union([Type.Literal('done'), Type.Literal('not-done')]),
    },
    { additionalProperties: false },
  ),
  { maxItems: 1_000 },
);
const restartBody = Type.Object(
  {
    step: Type.String({
      minLength: 1,
      maxLength: 2_000,
      pattern: '^/',
      description: 'JSON pointer of the step',
    }),
    version: Type.Optional(nameSchema),
    reason: Type.String({ maxLength: 500, pattern: '\\S' }),
    effects: Type.Optional(effectsBody),
  },
  { additionalProperties: false },
);

/** Restarting an ended run from one of its steps. */
export const restartRoutes = [
  defineRoute({
    method: 'GET',
    url: '/v1/runs/:runId/restart-points',
    permission: 'run.read',
    summary:
      'Each step of the flow as a place to restart from: what is kept, which effects happen again, or why not',
    params: runParams,
    query: Type.Object({ version: Type.Optional(nameSchema) }, { additionalProperties: false }),
    handle: async ({ params, query }, deps) => {
      const found = await findRestartable(deps, params.runId, query.version);
      const points = found.points.map((point) => pointView(point, found));
      return { status: 200, body: { version: found.version.version, points } };
    },
  }),
  defineRoute({
    method: 'POST',
    url: '/v1/runs/:runId/restart',
    permission: 'run.restart',
    summary: 'Restart an ended run from a step, as a new run. The same Idempotency-Key gives the same run',
    params: runParams,
    headers: Type.Object({
      'idempotency-key': Type.String({ minLength: 1, maxLength: 200, pattern: '^[\\x21-\\x7e]+$' }),
    }),
    body: restartBody,
    handle: async ({ params, body, caller, request }, deps) => {
      const idempotency = {
        key: String(request.headers['idempotency-key']),
        owner: caller.actor,
        bodyHash: contentHash({ ...body, runId: params.runId }),
      };
      const made =
        (await deps.records.restarts.replayed(idempotency)) ??
        (await restart(deps, { runId: params.runId, ...body }, caller, idempotency));
      if (made.outcome === 'conflict')
        throw new ApiProblem(
          422,
          'idempotency-key-reused',
          `The key “${idempotency.key}” came before with another request; use a new one.`,
          { members: { runId: made.run.runId } },
        );
      return {
        status: 201,
        body: startedView(made.run, params.runId, body.step, deps.settings.publicUrl),
      };
    },
  }),
];

async function restart(
  deps: AppDependencies,
  asked: Static<typeof restartBody> & { readonly runId: string },
  caller: Caller,
  idempotency: Idempotency,
): ReturnType<RestartRecords['accept']> {
  const found = await findRestartable(deps, asked.runId, asked.version);
  const { run, version } = found;
  const point = possiblePoint(found, asked.step);
  const effects = statedEffects(effectsAgain(found.effects, point.kept), asked.effects ?? [], caller);
  try {
    const made = await deps.records.restarts.accept({
      run: {
        runId: randomUUID(),
        flowVersionId: version.flowVersionId,
        flowName: version.flowName,
        flowVersion: version.version,
        planHash: version.planHash,
        input: run.input,
        requestedBy: caller.actor,
        authoredBy: version.publishedBy,
      },
      workflowIdOf: (businessKey) => workflowIdOf(deps, version.flowName, businessKey),
      restartOf: run.runId,
      start: point.start,
      stepName: point.name,
      kept: point.kept,
      reason: asked.reason.trim(),
      effects,
      idempotency,
    });
    if (made.outcome === 'created') await tryStart(deps, made.run, version, point.start);
    return made;
  } catch (error) {
    if (!(error instanceof RecordConflict)) throw error;
    throw new ApiProblem(409, error.code, `Nothing was started: ${error.message}.`);
  }
}

/** How a run is tied to others by restarts, as its page shows it. */
export function restartLinks({
  made,
  later,
}: {
  made: RestartRow | undefined;
  later: readonly RestartRow[];
}) {
  return { restartOf: made ?? null, restarts: later };
}

function startedView(run: RunRow, restartOf: string, step: string, publicUrl: string) {
  return {
    runId: run.runId,
    // What this call did, not where the run is by now: a repetition gets the same answer to the byte.
    status: 'accepted',
    flow: run.flowName,
    version: run.flowVersion,
    businessKey: run.businessKey,
    restartOf: { runId: restartOf, step },
    url: `${publicUrl}/runs/${run.runId}`,
  };
}

function pointView(
  { start: _start, refusal, kept, ...point }: RestartPoint,
  { effects, ran }: Pick<Restartable, 'effects' | 'ran'>,
) {
  const isKept = new Set(kept.map(keyText));
  return {
    ...point,
    isPossible: refusal === undefined,
    refusal: refusal ?? null,
    kept: kept.length,
    keptSteps: refusal === undefined ? outermostNames(kept) : [],
    againSteps: refusal === undefined ? outermostNames(ran.filter((key) => !isKept.has(keyText(key)))) : [],
    effects: refusal === undefined ? effectsAgain(effects, kept) : [],
  };
}

/** Names shown of many; the count says how many there are. */
const MOST_NAMES = 50;

/** Names of the steps that stand inside no other of them, each once, in order. */
function outermostNames(keys: readonly StepKey[]): string[] {
  const pointers = new Set(keys.map(({ pointer }) => pointer));
  const outermost = [...pointers].filter((pointer) => {
    const parts = pointer.split('/');
    return !parts.some((_, at) => at > 0 && at < parts.length && pointers.has(parts.slice(0, at).join('/')));
  });
  return outermost.slice(0, MOST_NAMES).map(stepNameAt);
}

type PossiblePoint = RestartPoint & Required<Pick<RestartPoint, 'start'>>;

function possiblePoint({ points, version }: Restartable, step: string): PossiblePoint {
  const point = points.find(({ pointer }) => pointer === step);
  const refusal = point === undefined ? noSuchStep(step, version.version) : point.refusal;
  if (refusal === undefined && point?.start !== undefined) return { ...point, start: point.start };
  const { code = 'no-such-step', sentence = { zh: '', en: '' }, from } = refusal ?? {};
  throw new ApiProblem(422, 'restart-not-possible', sentence.en, {
    problems: [{ pointer: '/step', code, message: `step “${step}”: ${sentence.en}` }],
    members: { sentence: { ...sentence }, ...(from === undefined ? {} : { from }) },
  });
}

/** What was said of every effect that happens again; throws 422 that names each effect nobody spoke to. */
function statedEffects(
  again: readonly EarlierEffect[],
  said: Static<typeof effectsBody>,
  caller: Caller,
): StatedEffect[] {
  const asked = new Map(again.filter(needsWord).map((effect) => [effect.effectId, effect]));
  const stated = new Map(said.map(({ effectId, as }) => [effectId, as]));
  const problems: InvalidPart[] = [];
  for (const [at, { effectId, as }] of said.entries()) {
    const effect = asked.get(effectId);
    if (effect === undefined)
      problems.push({
        pointer: `/effects/${at}/effectId`,
        code: 'effect-not-asked',
        message: `effect “${effectId}” is not one that happens again from this step`,
      });
    else if (effect.status === 'done' && as !== 'done')
      problems.push({
        pointer: `/effects/${at}/as`,
        code: 'effect-is-done',
        message: `effect “${effectId}” is on record as done; “${as}” is not possible`,
      });
  }
  for (const effect of asked.values()) {
    if (stated.has(effect.effectId)) continue;
    const { step, part, what, status, effectId } = effect;
    const rule =
      status === 'done' ? 'has happened already and happens again' : 'may have happened; say whether it did';
    problems.push({
      pointer: '/effects',
      code: status === 'done' ? 'effect-not-confirmed' : 'effect-unknown',
      message: `${step}${part === '' ? '' : ` ${part}`} (${what}) ${rule}: name ${effectId} in “effects”`,
    });
  }
  const [first] = problems;
  if (first !== undefined)
    throw new ApiProblem(422, 'effects-not-confirmed', `${first.message}.`, { problems });
  if (asked.size > 0 && caller.kind === 'service')
    throw new ApiProblem(
      403,
      'effects-need-person',
      'Steps that run again have acted outside already; a person has to confirm that, not a service token.',
    );
  return [...asked.values()].map(({ effectId, status, isLedgered }) => ({
    effectId,
    as: stated.get(effectId) ?? 'done',
    isOpen: status === 'unknown' && isLedgered,
  }));
}
