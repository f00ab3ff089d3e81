import type { JsonObject } from '../../domain/json.ts';
import type { RestartStart } from '../../engine/restart/types.ts';
import { appendAudit } from './audit.ts';
import type { Database, Row } from './database.ts';
import { RecordConflict } from './errors.ts';
import type { NewRestart, RestartRecords, RestartRow } from './restart-types.ts';
import { objectOf, textOf, textsOf, timeOf, wholeOf, wordOf } from './row.ts';
import { BusinessKeyTaken, claimKey, earlierOfKey, toRun } from './runs.ts';
import { toStepRun } from './timeline.ts';
import type { RunStatus } from './types.ts';

type Query = Database['query'];

const MOVING = `('accepted', 'running', 'waiting')`;
const FAMILY = `SELECT run.* FROM run WHERE run.run_id = $1
  OR run.run_id IN (SELECT run_id FROM run_restart WHERE root_run_id = $1)`;
const LINKS = `SELECT run_restart.*, run.status, run.business_key FROM run_restart JOIN run USING (run_id)`;

/** Runs that go on from a step of another. */
export function createRestartRecords(database: Database): RestartRecords {
  const { query } = database;
  return {
    accept: async (restart) => {
      for (;;) {
        try {
          return await database.transaction((inside) => accept(inside, restart));
        } catch (error) {
          if (error instanceof Replayed) return error.answer;
          // Somebody started a run under the very key that was free a moment ago: the next one is tried.
          if (!(error instanceof BusinessKeyTaken)) throw error;
        }
      }
    },
    replayed: (idempotency) => earlierOfKey(query, idempotency),
    startOf: async (runId) => {
      const [row] = await query('SELECT start FROM run_restart WHERE run_id = $1', [runId]);
      return row === undefined ? undefined : (objectOf(row, 'start') as unknown as RestartStart);
    },
    around: async (runId) => {
      const rows = await query(
        `${LINKS} WHERE run_id = $1 OR restart_of = $1 ORDER BY restarted_at, run_id`,
        [runId],
      );
      const links = rows.map(toRestart);
      return {
        made: links.find((link) => link.runId === runId),
        later: links.filter((link) => link.restartOf === runId),
      };
    },
    family: async (runId) => {
      const rows = await query(`${FAMILY} ORDER BY accepted_at, run_id`, [await rootOf(query, runId)]);
      return rows.map(toRun);
    },
    steps: async (runId) => {
      const rows = await query('SELECT * FROM step_run WHERE run_id = $1 ORDER BY sequence, attempt', [
        runId,
      ]);
      return rows.map((row) => ({ ...toStepRun(row), lastSequence: wholeOf(row, 'last_sequence') }));
    },
  };
}

type Answer = Awaited<ReturnType<RestartRecords['accept']>>;

/** The key came before: thrown so that nothing of this attempt stays. */
class Replayed extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super('the key came before');
    this.answer = answer;
  }
}

async function accept(query: Query, restart: NewRestart): Promise<Answer> {
  const { restartOf, run: asked } = restart;
  const rootRunId = await rootOf(query, restartOf);
  // One restart of a family after the other: each sees what the one before it made.
  const [root] = await query('SELECT business_key FROM run WHERE run_id = $1 FOR UPDATE', [rootRunId]);
  if (root === undefined) throw new RecordConflict('unknown-row', `run ${restartOf} is gone`);
  const businessKey = await nextKey(query, asked.flowName, textOf(root, 'business_key'), rootRunId);
  const row = { ...asked, businessKey, workflowId: restart.workflowIdOf(businessKey) };
  const claimed = await claimKey(query, row, restart.idempotency);
  if (claimed.outcome !== 'created') throw new Replayed(claimed);
  await refuseMoving(query, rootRunId, asked.runId, restartOf);
  await settleEffects(query, restart);
  await link(query, restart, rootRunId);
  await keepSteps(query, restart);
  await appendAudit(query, auditEntry(restart));
  // Pages that show the earlier run name the new one.
  await query(`SELECT pg_notify('run', $1)`, [restartOf]);
  return claimed;
}

async function rootOf(query: Query, runId: string): Promise<string> {
  const [row] = await query('SELECT root_run_id FROM run_restart WHERE run_id = $1', [runId]);
  return row === undefined ? runId : textOf(row, 'root_run_id');
}

/** The first free of `KEY#2`, `KEY#3` …; the root is the first run of its business. */
async function nextKey(query: Query, flowName: string, key: string, rootRunId: string): Promise<string> {
  const [counted] = await query('SELECT count(*)::int AS count FROM run_restart WHERE root_run_id = $1', [
    rootRunId,
  ]);
  let number = (counted === undefined ? 0 : wholeOf(counted, 'count')) + 2;
  for (;;) {
    const candidate = `${key}#${number}`;
    const [taken] = await query('SELECT 1 FROM run WHERE flow_name = $1 AND business_key = $2', [
      flowName,
      candidate,
    ]);
    if (taken === undefined) return candidate;
    number += 1;
  }
}

async function refuseMoving(
  query: Query,
  rootRunId: string,
  ownRunId: string,
  restartOf: string,
): Promise<void> {
  const [moving] = await query(
    `SELECT run_id FROM (${FAMILY}) AS family WHERE status IN ${MOVING} AND run_id <> $2 LIMIT 1`,
    [rootRunId, ownRunId],
  );
  if (moving === undefined) return;
  const movingId = textOf(moving, 'run_id');
  throw movingId === restartOf
    ? new RecordConflict('run-going-on', `run ${movingId} has not ended`)
    : new RecordConflict(
        'restart-going-on',
        `run ${movingId}, which belongs to the same restarts, has not ended`,
      );
}

async function settleEffects(query: Query, { effects, reason, run }: NewRestart): Promise<void> {
  for (const { effectId, as, isOpen } of effects) {
    if (!isOpen) continue;
    const outcome: JsonObject = { statedBy: run.requestedBy, statedAs: as, reason };
    const settled = await query(
      `UPDATE effect SET status = $2, outcome = COALESCE(outcome, $3::json), changed_at = clock_timestamp()
       WHERE effect_id = $1 AND status IN ('planned', 'sent', 'unknown') RETURNING effect_id`,
      [effectId, as === 'done' ? 'done' : 'failed', JSON.stringify(outcome)],
    );
    if (settled.length === 0)
      throw new RecordConflict('effects-changed', `effect ${effectId} is no longer open; look again`);
  }
}

async function link(query: Query, restart: NewRestart, rootRunId: string): Promise<void> {
  const { run, restartOf, start, stepName, reason, effects } = restart;
  const [earlier] = await query(
    `SELECT run.requested_by, COALESCE(run_restart.requesters, '{}') AS requesters
     FROM run LEFT JOIN run_restart USING (run_id) WHERE run_id = $1`,
    [restartOf],
  );
  if (earlier === undefined) throw new RecordConflict('unknown-row', `run ${restartOf} is gone`);
  const requesters = [...new Set([...textsOf(earlier, 'requesters'), textOf(earlier, 'requested_by')])];
  await query(
    `INSERT INTO run_restart (run_id, restart_of, root_run_id, pointer, visit, step_name, reason, restarted_by, requesters,
                              effects, start)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::json, $11::json)`,
    [
      run.runId,
      restartOf,
      rootRunId,
      start.pointer,
      start.visit,
      stepName,
      reason,
      run.requestedBy,
      requesters,
      JSON.stringify(effects),
      JSON.stringify(start),
    ],
  );
}

/** The lines before the step, as the earlier run has them; each names the run that carried it out. */
async function keepSteps(query: Query, { run, restartOf, kept }: NewRestart): Promise<void> {
  const copied = await query(
    `INSERT INTO step_run (run_id, pointer, visit, attempt, sequence, last_sequence, changed_at, name, task, function, status,
                           started_at, ended_at, input, output, answer, error, kept_of)
     SELECT $2, old.pointer, old.visit, old.attempt, old.sequence, old.last_sequence, old.changed_at, old.name, old.task,
       old.function, old.status, old.started_at, old.ended_at, old.input, old.output, old.answer, old.error,
       COALESCE(old.kept_of, old.run_id)
     FROM step_run AS old JOIN unnest($3::text[], $4::text[], $5::int[]) AS kept(pointer, visit, attempt)
       USING (pointer, visit, attempt)
     WHERE old.run_id = $1 RETURNING 1`,
    [
      restartOf,
      run.runId,
      kept.map(({ pointer }) => pointer),
      kept.map(({ visit }) => visit),
      kept.map(({ attempt }) => attempt),
    ],
  );
  if (copied.length !== kept.length)
    throw new RecordConflict(
      'unknown-row',
      `${kept.length - copied.length} steps of run ${restartOf} are gone`,
    );
}

function auditEntry({ run, restartOf, start, reason, effects }: NewRestart) {
  return {
    actor: run.requestedBy,
    action: 'run.restarted',
    objectKind: 'run',
    objectId: run.runId,
    contentHash: run.planHash,
    detail: {
      restartOf,
      step: start.pointer,
      flow: run.flowName,
      version: run.flowVersion,
      reason,
      effects: effects.map(({ effectId, as }) => ({ effectId, as })),
    },
  };
}

function toRestart(row: Row): RestartRow {
  return {
    runId: textOf(row, 'run_id'),
    restartOf: textOf(row, 'restart_of'),
    pointer: textOf(row, 'pointer'),
    stepName: textOf(row, 'step_name'),
    reason: textOf(row, 'reason'),
    restartedBy: textOf(row, 'restarted_by'),
    restartedAt: timeOf(row, 'restarted_at'),
    status: wordOf<RunStatus>(row, 'status'),
    businessKey: textOf(row, 'business_key'),
  };
}
