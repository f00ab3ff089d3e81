import type { Database, Row } from './database.ts';
import { cursorPoint, pageOfRows, rowsToRead } from './page.ts';
import { errorOf, jsonOf, textOf, timeOf, timeOrNull, wholeOf, wordOf } from './row.ts';
import type { Records, RunRow, RunStatus } from './types.ts';

/** A run before anything has happened to it. */
export type NewRun = Parameters<Records['runs']['accept']>[0];
/** The key under which a repeated request finds what the first one made. */
export type Idempotency = NonNullable<Parameters<Records['runs']['accept']>[1]>;
type Accepted = Awaited<ReturnType<Records['runs']['accept']>>;

const INSERT_RUN = `
  INSERT INTO run (run_id, workflow_id, flow_version_id, flow_name, flow_version, plan_hash, business_key, status, input,
                   requested_by, authored_by)
  VALUES ($1, $2, $3, $4, $5, $6, $7, 'accepted', $8::json, $9, $10)
  ON CONFLICT DO NOTHING
  RETURNING *, pg_notify('run', run_id)`;

/** Runs. A run is a row before anything else happens; the engine is told afterwards. */
export function createRunRecords(database: Database): Records['runs'] {
  const { query, prepared } = database;
  return {
    accept: (row, idempotency) =>
      idempotency === undefined ? acceptPlain(database, row) : acceptOnce(database, row, idempotency),
    find: async (runId) => {
      const [row] = await prepared('run-find', 'SELECT * FROM run WHERE run_id = $1', [runId]);
      return row === undefined ? undefined : toRun(row);
    },
    list: async (filter, page) => {
      const point = cursorPoint(page);
      const rows = await query(
        `SELECT * FROM run
         WHERE ($1::text IS NULL OR flow_name = $1) AND ($2::text IS NULL OR status = $2)
           AND ($3::text IS NULL OR business_key = $3)
           AND ($4::timestamptz IS NULL OR (accepted_at, run_id) < ($4::timestamptz, $5))
         ORDER BY accepted_at DESC, run_id DESC LIMIT $6`,
        [
          filter.flowName ?? null,
          filter.status ?? null,
          filter.businessKey ?? null,
          point?.sort ?? null,
          point?.tie ?? null,
          rowsToRead(page),
        ],
      );
      return pageOfRows(rows.map(toRun), page, (run) => ({
        sort: run.acceptedAt.toISOString(),
        tie: run.runId,
      }));
    },
    counts: async (since) => {
      const [row] = await query(
        `SELECT count(*) FILTER (WHERE status IN ('accepted', 'running'))::int AS running,
           count(*) FILTER (WHERE status = 'waiting')::int AS waiting,
           count(*) FILTER (WHERE status = 'failed')::int AS failed
         FROM run WHERE status IN ('accepted', 'running', 'waiting') OR (status = 'failed' AND ended_at >= $1)`,
        [since],
      );
      return row === undefined
        ? { running: 0, waiting: 0, failedToday: 0 }
        : {
            running: wholeOf(row, 'running'),
            waiting: wholeOf(row, 'waiting'),
            failedToday: wholeOf(row, 'failed'),
          };
    },
    unstarted: async (limit) => {
      const rows = await query(
        `SELECT * FROM run WHERE confirmed_at IS NULL AND status IN ('accepted', 'running', 'waiting')
         ORDER BY accepted_at LIMIT $1`,
        [limit],
      );
      return rows.map(toRun);
    },
    markStarted: async (runId, at) => {
      await prepared(
        'run-started',
        `UPDATE run SET confirmed_at = COALESCE(confirmed_at, $2), started_at = COALESCE(started_at, $2),
           status = CASE WHEN status = 'accepted' THEN 'running' ELSE status END
         WHERE run_id = $1 RETURNING pg_notify('run', run_id)`,
        [runId, at],
      );
    },
  };
}

async function acceptPlain({ prepared, query }: Database, row: NewRun): Promise<Accepted> {
  const [created] = await prepared('run-accept', INSERT_RUN, valuesOf(row));
  if (created !== undefined) return { outcome: 'created', run: toRun(created) };
  return { outcome: 'conflict', run: await holderOf(query, row) };
}

/** The business key is another run's; thrown to roll the idempotency key back, since nothing came of it. */
export class BusinessKeyTaken extends Error {}

async function acceptOnce(database: Database, row: NewRun, idempotency: Idempotency): Promise<Accepted> {
  try {
    return await database.transaction((query) => claimKey(query, row, idempotency));
  } catch (error) {
    if (!(error instanceof BusinessKeyTaken)) throw error;
    return { outcome: 'conflict', run: await holderOf(database.query, row) };
  }
}

/** What the first request with a key made; `conflict` when it was another request. */
export async function earlierOfKey(
  query: Database['query'],
  { key, owner, bodyHash }: Idempotency,
): Promise<{ outcome: 'replayed' | 'conflict'; run: RunRow } | undefined> {
  const [earlier] = await query(
    `SELECT run.*, idempotency_key.body_hash FROM idempotency_key JOIN run USING (run_id)
     WHERE owner = $1 AND key = $2`,
    [owner, key],
  );
  if (earlier === undefined) return undefined;
  return {
    outcome: textOf(earlier, 'body_hash') === bodyHash ? 'replayed' : 'conflict',
    run: toRun(earlier),
  };
}

/** The key's row comes first: of several requests at once all but one wait here, then see what the first one made. */
export async function claimKey(
  query: Database['query'],
  row: NewRun,
  { key, owner, bodyHash }: Idempotency,
): Promise<Accepted> {
  const [claimed] = await query(
    `INSERT INTO idempotency_key (owner, key, body_hash, run_id) VALUES ($1, $2, $3, $4)
     ON CONFLICT DO NOTHING RETURNING run_id`,
    [owner, key, bodyHash, row.runId],
  );
  if (claimed === undefined) {
    const earlier = await earlierOfKey(query, { key, owner, bodyHash });
    if (earlier === undefined) throw new Error('an idempotency key without a run');
    return earlier;
  }
  const [created] = await query(INSERT_RUN, valuesOf(row));
  if (created === undefined) throw new BusinessKeyTaken();
  return { outcome: 'created', run: toRun(created) };
}

async function holderOf(query: Database['query'], row: NewRun): Promise<RunRow> {
  const [held] = await query(
    `SELECT * FROM run WHERE run_id = $1 OR workflow_id = $2 OR (flow_name = $3 AND business_key = $4)
     ORDER BY (run_id = $1) DESC LIMIT 1`,
    [row.runId, row.workflowId, row.flowName, row.businessKey],
  );
  if (held === undefined) throw new Error('a run was refused and no other run explains it');
  return toRun(held);
}

function valuesOf(row: NewRun): unknown[] {
  return [
    row.runId,
    row.workflowId,
    row.flowVersionId,
    row.flowName,
    row.flowVersion,
    row.planHash,
    row.businessKey,
    JSON.stringify(row.input),
    row.requestedBy,
    row.authoredBy,
  ];
}

/** A row of the table of runs. */
export function toRun(row: Row): RunRow {
  return {
    runId: textOf(row, 'run_id'),
    workflowId: textOf(row, 'workflow_id'),
    flowVersionId: textOf(row, 'flow_version_id'),
    flowName: textOf(row, 'flow_name'),
    flowVersion: textOf(row, 'flow_version'),
    planHash: textOf(row, 'plan_hash'),
    businessKey: textOf(row, 'business_key'),
    status: wordOf<RunStatus>(row, 'status'),
    input: jsonOf(row, 'input'),
    output: jsonOf(row, 'output'),
    error: errorOf(row, 'error'),
    requestedBy: textOf(row, 'requested_by'),
    authoredBy: textOf(row, 'authored_by'),
    acceptedAt: timeOf(row, 'accepted_at'),
    startedAt: timeOrNull(row, 'started_at'),
    endedAt: timeOrNull(row, 'ended_at'),
  };
}
