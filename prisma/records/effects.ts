import type { Database, Row } from './database.ts';
import { RecordConflict } from './errors.ts';
import { objectOf, textOf, textOrNull, wordOf } from './row.ts';
import type { EffectRow, EffectStatus, Records } from './types.ts';

/**
 * What may follow what. `failed` and `unknown` may be sent again, after read-back; what is done can only be undone; what was undone
 * stays so.
 */
const NEXT: Readonly<Record<EffectStatus, readonly EffectStatus[]>> = {
  planned: ['planned', 'sent', 'done', 'failed', 'unknown'],
  sent: ['sent', 'done', 'failed', 'unknown', 'compensated'],
  failed: ['failed', 'sent', 'done', 'unknown', 'compensated'],
  unknown: ['unknown', 'sent', 'done', 'failed', 'compensated'],
  done: ['done', 'compensated'],
  compensated: ['compensated'],
};

/** The effect ledger: intent committed before an effect, outcome after it. */
export function createEffectRecords({ query }: Database): Records['effects'] {
  const find = async (effectId: string): Promise<EffectRow | undefined> => {
    const [row] = await query('SELECT * FROM effect WHERE effect_id = $1', [effectId]);
    return row === undefined ? undefined : toEffect(row);
  };
  return {
    plan: async (row) => {
      await insertEffect(query, row);
      const planned = await find(row.effectId);
      if (planned === undefined) throw new RecordConflict('unknown-row', `effect ${row.effectId} is gone`);
      return planned;
    },
    mark: async (effectId, status, { fence, outcome, evidenceHash }) => {
      const allowedFrom = Object.entries(NEXT).flatMap(([from, to]) => (to.includes(status) ? [from] : []));
      const marked = await query(
        `UPDATE effect SET status = $2, fence = GREATEST(fence, $3::bigint), outcome = COALESCE($4::json, outcome),
           evidence_hash = COALESCE($5, evidence_hash), changed_at = clock_timestamp()
         WHERE effect_id = $1 AND status = ANY($6) AND ($3::bigint IS NULL OR fence IS NULL OR fence <= $3::bigint)
         RETURNING effect_id`,
        [
          effectId,
          status,
          fence?.toString() ?? null,
          outcome === undefined ? null : JSON.stringify(outcome),
          evidenceHash ?? null,
          allowedFrom,
        ],
      );
      if (marked.length === 0) throw refusal(await find(effectId), effectId, status, allowedFrom);
    },
    find,
    ofRun: async (runId) => {
      const rows = await query('SELECT * FROM effect WHERE run_id = $1 ORDER BY planned_at, effect_id', [
        runId,
      ]);
      return rows.map(toEffect);
    },
  };
}

/** Writes the intent of an effect; one that is there stays as it is. */
export async function insertEffect(
  query: Database['query'],
  row: Omit<EffectRow, 'status' | 'outcome' | 'evidenceHash'>,
): Promise<void> {
  await query(
    `INSERT INTO effect (effect_id, run_id, pointer, visit, part, effect_class, fence, intent)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8::json) ON CONFLICT DO NOTHING`,
    [
      row.effectId,
      row.runId,
      row.pointer,
      row.visit,
      row.part,
      row.effectClass,
      row.fence?.toString() ?? null,
      JSON.stringify(row.intent),
    ],
  );
}

function refusal(
  effect: EffectRow | undefined,
  effectId: string,
  status: EffectStatus,
  allowedFrom: readonly string[],
): RecordConflict {
  if (effect === undefined) return new RecordConflict('unknown-row', `effect ${effectId} was never planned`);
  if (!allowedFrom.includes(effect.status))
    return new RecordConflict(
      'effect-closed',
      `effect ${effectId} is ${effect.status} and cannot become ${status}`,
    );
  return new RecordConflict(
    'effect-fenced',
    `effect ${effectId} belongs to a newer lease, fence ${effect.fence}`,
  );
}

function toEffect(row: Row): EffectRow {
  const fence = textOrNull(row, 'fence');
  return {
    effectId: textOf(row, 'effect_id'),
    runId: textOf(row, 'run_id'),
    pointer: textOf(row, 'pointer'),
    visit: textOf(row, 'visit'),
    part: textOf(row, 'part'),
    effectClass: wordOf<EffectRow['effectClass']>(row, 'effect_class'),
    status: wordOf<EffectStatus>(row, 'status'),
    fence: fence === null ? null : BigInt(fence),
    intent: objectOf(row, 'intent'),
    outcome: row.outcome === null ? null : objectOf(row, 'outcome'),
    evidenceHash: textOrNull(row, 'evidence_hash'),
  };
}
