import { createHash } from 'node:crypto';
import type { Json } from '../../domain/json.ts';
import type { FlowError, StepRecord } from '../../engine/types.ts';
import type { Database, Row } from './database.ts';
import { errorOf, jsonOf, textOf, textOrNull, timeOf, timeOrNull, wholeOf } from './row.ts';
import type { Records, StepRunRow, TimelineBatch } from './types.ts';

/** Inputs and outputs above this many bytes of JSON go to the payload storage and stay as a reference. */
export const INLINE_BYTES = 16 * 1024;

const FINAL: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled', 'skipped']);
const FINAL_SQL = `('completed', 'failed', 'cancelled', 'skipped')`;

/**
 * One statement per flush, whatever it holds: steps, run standings and the notices to listeners. A step that has ended keeps its ending;
 * of a step that goes on, the newest record counts, however late an older one arrives. Rows are written in key order, so that two writers
 * cannot block each other for good.
 */
const WRITE = `
  WITH step AS (
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::int[], $6::int[], $7::text[], $8::text[], $9::text[],
      $10::text[], $11::float8[], $12::float8[], $13::text[], $14::text[], $15::text[], $16::text[])
    AS t(run_id, pointer, visit, attempt, sequence, last_sequence, name, task, function, status, started_ms, changed_ms,
         input, output, answer, error)
  ), written AS (
    INSERT INTO step_run AS old (run_id, pointer, visit, attempt, sequence, last_sequence, changed_at, name, task, function,
                                 status, started_at, ended_at, input, output, answer, error)
    SELECT run_id, pointer, visit, attempt, sequence, last_sequence, to_timestamp(changed_ms / 1000), name, task, function,
      status, to_timestamp(started_ms / 1000),
      CASE WHEN status IN ${FINAL_SQL} THEN to_timestamp(changed_ms / 1000) END, input::json, output::json,
      answer::json, error::json
    FROM step ORDER BY run_id, pointer, visit, attempt
    ON CONFLICT (run_id, pointer, visit, attempt) DO UPDATE SET
      sequence = LEAST(old.sequence, excluded.sequence),
      started_at = LEAST(old.started_at, excluded.started_at),
      input = COALESCE(old.input, excluded.input),
      last_sequence = GREATEST(old.last_sequence, excluded.last_sequence),
      changed_at = GREATEST(old.changed_at, excluded.changed_at),
      status = CASE WHEN old.status IN ${FINAL_SQL} THEN old.status
        WHEN excluded.status IN ${FINAL_SQL}
          OR (excluded.last_sequence, excluded.changed_at, excluded.status) >= (old.last_sequence, old.changed_at, old.status)
        THEN excluded.status ELSE old.status END,
      ended_at = CASE WHEN old.status IN ${FINAL_SQL} THEN old.ended_at ELSE excluded.ended_at END,
      output = CASE WHEN old.status IN ${FINAL_SQL} THEN old.output ELSE COALESCE(excluded.output, old.output) END,
      answer = CASE WHEN old.status IN ${FINAL_SQL} THEN old.answer ELSE COALESCE(excluded.answer, old.answer) END,
      error = CASE WHEN old.status IN ${FINAL_SQL} THEN old.error ELSE COALESCE(excluded.error, old.error) END
  ), standing AS (
    UPDATE run SET status = t.status, status_at = t.at,
      output = CASE WHEN t.output IS NULL THEN run.output ELSE t.output::json END,
      error = CASE WHEN t.error IS NULL THEN run.error ELSE t.error::json END,
      confirmed_at = COALESCE(run.confirmed_at, t.at), started_at = COALESCE(run.started_at, t.at),
      ended_at = CASE WHEN t.status IN ${FINAL_SQL} THEN t.at END
    FROM (SELECT run_id, status, to_timestamp(at_ms / 1000) AS at, output, error
          FROM unnest($17::text[], $18::text[], $19::float8[], $20::text[], $21::text[])
          AS u(run_id, status, at_ms, output, error)) AS t
    WHERE run.run_id = t.run_id AND run.status NOT IN ${FINAL_SQL}
      AND (run.status_at IS NULL OR run.status_at <= t.at)
  )
  SELECT pg_notify('run', run_id) FROM unnest($22::text[]) AS changed(run_id)`;

/** The run timeline: written by workers in bulk, read by pages. */
export function createTimelineRecords(database: Database): Records['timeline'] {
  const { query } = database;
  return {
    write: (batches) =>
      writeBatches(database, batches, (text, values) => database.prepared('timeline', text, values ?? [])),
    steps: async (runId) => {
      const rows = await query('SELECT * FROM step_run WHERE run_id = $1 ORDER BY sequence, attempt', [
        runId,
      ]);
      return rows.map(toStepRun);
    },
    replace: (batch) =>
      database.transaction(async (inside) => {
        // What another run carried out is in no history of this one.
        // The calls of a chunk have numbers the history does not tell of: their lines were written where they were carried out.
        const told = batch.records.map(({ sequence }) => sequence);
        await inside(
          `DELETE FROM step_run WHERE run_id = $1 AND kept_of IS NULL AND (task <> 'call' OR sequence = ANY($2::int[])
             OR sequence > (SELECT coalesce(max(told), 0) FROM unnest($2::int[]) AS told))`,
          [batch.runId, told],
        );
        await writeBatches({ ...database, query: inside }, [batch], inside);
      }),
    recordAttempt: async (row) => {
      await query(
        `INSERT INTO step_attempt (run_id, command_id, attempt, worker, outcome, started_at, ended_at, message)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
        [
          row.runId,
          row.commandId,
          row.attempt,
          row.worker,
          row.outcome,
          row.startedAt,
          row.endedAt,
          row.message,
        ],
      );
    },
  };
}

/** A step as one row of the statement: all records of one flush about it, folded. */
interface FoldedStep {
  readonly runId: string;
  readonly record: StepRecord;
  readonly sequence: number;
  readonly lastSequence: number;
}

type RunStanding = NonNullable<TimelineBatch['run']> & { readonly runId: string };

async function writeBatches(
  { query }: Pick<Database, 'query'>,
  batches: readonly TimelineBatch[],
  run: Database['query'],
): Promise<void> {
  if (batches.length === 0) return;
  const steps = foldSteps(batches);
  const runs = foldRuns(batches);
  const large = new Map<string, Buffer>();
  const values = [...stepColumns(steps, large), ...runColumns(runs)];
  // Before the rows that refer to them.
  if (large.size > 0) await storePayloads(query, large);
  await run(WRITE, [...values, [...new Set(batches.map((batch) => batch.runId))]]);
}

function foldSteps(batches: readonly TimelineBatch[]): FoldedStep[] {
  const steps = new Map<string, FoldedStep>();
  for (const { runId, records } of batches) {
    for (const record of records) {
      const { pointer, visit, attempt } = record.step;
      const key = JSON.stringify([runId, pointer, visit, attempt]);
      steps.set(key, foldStep(steps.get(key), runId, record));
    }
  }
  return [...steps.values()];
}

function foldStep(earlier: FoldedStep | undefined, runId: string, record: StepRecord): FoldedStep {
  const { sequence } = record;
  if (earlier === undefined) return { runId, record, sequence, lastSequence: sequence };
  const known = earlier.record;
  const isOlder =
    FINAL.has(known.status) ||
    (!FINAL.has(record.status) &&
      (sequence < earlier.lastSequence || (sequence === earlier.lastSequence && record.atMs < known.atMs)));
  const [older, newer] = isOlder ? [record, known] : [known, record];
  return {
    runId,
    record: { ...older, ...newer, startedAtMs: Math.min(older.startedAtMs, newer.startedAtMs) },
    sequence: Math.min(earlier.sequence, sequence),
    lastSequence: Math.max(earlier.lastSequence, sequence),
  };
}

function foldRuns(batches: readonly TimelineBatch[]): RunStanding[] {
  const runs = new Map<string, RunStanding>();
  for (const { runId, run } of batches) {
    if (run === undefined) continue;
    const known = runs.get(runId);
    const isKept = known !== undefined && (FINAL.has(known.status) || known.atMs > run.atMs);
    if (!isKept) runs.set(runId, { ...run, runId });
  }
  return [...runs.values()];
}

function stepColumns(steps: readonly FoldedStep[], large: Map<string, Buffer>): unknown[][] {
  const column = (pick: (step: FoldedStep) => unknown): unknown[] => steps.map(pick);
  return [
    column((step) => step.runId),
    column(({ record }) => record.step.pointer),
    column(({ record }) => record.step.visit),
    column(({ record }) => record.step.attempt),
    column((step) => step.sequence),
    column((step) => step.lastSequence),
    column(({ record }) => record.step.name),
    column(({ record }) => record.task),
    column(({ record }) => record.function ?? null),
    column(({ record }) => record.status),
    column(({ record }) => record.startedAtMs),
    column(({ record }) => record.atMs),
    column(({ record }) => inlineJson(record.input, large)),
    column(({ record }) => inlineJson(record.output, large)),
    column(({ record }) => inlineJson(record.answer, large)),
    column(({ record }) => jsonText(record.error)),
  ];
}

function runColumns(runs: readonly RunStanding[]): unknown[][] {
  return [
    runs.map((run) => run.runId),
    runs.map((run) => run.status),
    runs.map((run) => run.atMs),
    runs.map((run) => jsonText(run.output)),
    runs.map((run) => jsonText(run.error)),
  ];
}

function jsonText(value: Json | FlowError | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

function inlineJson(value: Json | undefined, large: Map<string, Buffer>): string | null {
  const text = jsonText(value);
  // A UTF-16 unit is at least one byte of UTF-8 and at most three: most values need no count.
  if (text === null || text.length * 3 <= INLINE_BYTES || Buffer.byteLength(text) <= INLINE_BYTES)
    return text;
  const content = Buffer.from(text);
  const sha256 = createHash('sha256').update(content).digest('hex');
  large.set(sha256, content);
  return JSON.stringify({ $ref: { sha256, bytes: content.length } });
}

async function storePayloads(query: Database['query'], large: ReadonlyMap<string, Buffer>): Promise<void> {
  const rows = [...large].sort(([left], [right]) => (left < right ? -1 : 1));
  await query(
    `INSERT INTO payload (sha256, bytes, content)
     SELECT sha256, length(content), content FROM unnest($1::text[], $2::bytea[]) AS t(sha256, content)
     ON CONFLICT DO NOTHING`,
    [rows.map(([sha256]) => sha256), rows.map(([, content]) => content)],
  );
}

/** A line of the timeline. */
export function toStepRun(row: Row): StepRunRow {
  return {
    runId: textOf(row, 'run_id'),
    sequence: wholeOf(row, 'sequence'),
    pointer: textOf(row, 'pointer'),
    name: textOf(row, 'name'),
    visit: textOf(row, 'visit'),
    attempt: wholeOf(row, 'attempt'),
    task: textOf(row, 'task'),
    function: textOrNull(row, 'function'),
    status: textOf(row, 'status'),
    startedAt: timeOf(row, 'started_at'),
    endedAt: timeOrNull(row, 'ended_at'),
    input: jsonOf(row, 'input'),
    output: jsonOf(row, 'output'),
    answer: jsonOf(row, 'answer'),
    error: errorOf(row, 'error'),
    keptOf: textOrNull(row, 'kept_of'),
  };
}
