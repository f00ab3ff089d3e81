import {
  type CustomerState,
  dueTimeOf,
  type EarlierEntry,
  judgeEntry,
  type JourneyRules,
  stallKey,
} from '../../domain/outreach/index.ts';
import { sha256Hex } from '../../domain/json.ts';
import type { Database, Row } from './database.ts';
import { endEntries, lockCustomers } from './outreach-customers.ts';
import { newestJourneys } from './outreach-journeys.ts';
import { toEntry } from './outreach-rows.ts';
import type {
  EntryAnswer,
  JourneyEntryRow,
  JourneyVersionRow,
  OutreachRecords,
  StallToEnter,
} from './outreach-types.ts';
import { textOf } from './row.ts';

type Query = Database['query'];
type Entries = Pick<OutreachRecords, 'enter' | 'entry' | 'entriesOf' | 'cancelEntry' | 'due'>;

/** Entries of stalls into journeys. */
export function createEntryRecords(database: Database): Entries {
  const { query } = database;
  return {
    enter: (stalls, nowMs) =>
      stalls.length === 0
        ? Promise.resolve([])
        : database.transaction((inside) => enterAll(inside, stalls, nowMs)),
    entry: async (entryId) => {
      const [row] = await query('SELECT * FROM journey_entry WHERE entry_id = $1', [entryId]);
      return row === undefined ? undefined : toEntry(row);
    },
    entriesOf: async (customerId) => {
      const rows = await query(
        'SELECT * FROM journey_entry WHERE customer_id = $1 ORDER BY entered_at DESC',
        [customerId],
      );
      return rows.map(toEntry);
    },
    cancelEntry: (entryId, reason, at) =>
      database.transaction(async (inside) => {
        const rows = await inside(
          `UPDATE journey_entry SET status = 'cancelled', reason = $2, ended_at = $3
           WHERE entry_id = $1 AND status = 'waiting' RETURNING entry_id`,
          [entryId, reason, at],
        );
        return rows.length > 0;
      }),
    due: async (nowMs, limit) => {
      const rows = await query(
        `SELECT entry_id FROM journey_entry WHERE status = 'waiting' AND frozen_by IS NULL AND due_at <= $1
         ORDER BY due_at, entry_id LIMIT $2`,
        [new Date(nowMs), limit],
      );
      return rows.map((row) => textOf(row, 'entry_id'));
    },
  };
}

/** Id of the entry of one stall: the same for the same stall, so that a repeat finds it. */
export function entryIdOf(stall: Pick<StallToEnter, 'journey' | 'customerId' | 'step' | 'sequence'>): string {
  return sha256Hex(`${stall.journey}\n${stall.customerId}\n${stallKey(stall.step, stall.sequence)}`).slice(
    0,
    32,
  );
}

/** What entering looks at, changed as stalls of the same batch enter. */
interface EntryScene {
  readonly customers: ReadonlyMap<string, CustomerState>;
  readonly journeys: ReadonlyMap<string, JourneyVersionRow>;
  readonly byCustomer: Map<string, JourneyEntryRow[]>;
  readonly nowMs: number;
}

async function enterAll(
  inside: Query,
  stalls: readonly StallToEnter[],
  nowMs: number,
): Promise<EntryAnswer[]> {
  const ids = stalls.map((stall) => stall.customerId);
  const scene: EntryScene = {
    customers: await lockCustomers(inside, ids),
    journeys: await newestJourneys(inside, stalls),
    byCustomer: groupByCustomer(
      await inside('SELECT * FROM journey_entry WHERE customer_id = ANY($1::text[]) FOR UPDATE', [ids]),
    ),
    nowMs,
  };
  const added: JourneyEntryRow[] = [];
  const superseded: { entry: JourneyEntryRow; reason: string }[] = [];
  const answers = stalls.map((stall): EntryAnswer => {
    const judged = enterOne(scene, stall);
    if (judged.added !== undefined) added.push(judged.added);
    superseded.push(...judged.superseded.map((entry) => ({ entry, reason: 'stalled-again' })));
    return judged.answer;
  });
  await endEntries(inside, superseded);
  await storeEntries(inside, added);
  return answers;
}

interface Judged {
  readonly answer: EntryAnswer;
  readonly added?: JourneyEntryRow;
  readonly superseded: readonly JourneyEntryRow[];
}

function enterOne(scene: EntryScene, stall: StallToEnter): Judged {
  const version = scene.journeys.get(stall.journey);
  const state = scene.customers.get(stall.customerId);
  const no = (reason: Extract<EntryAnswer, { entered: false }>['reason']): Judged => ({
    answer: { entered: false, reason },
    superseded: [],
  });
  if (version === undefined) return no('unknown-journey');
  if (state === undefined) return no('unknown-customer');
  const mine = (scene.byCustomer.get(stall.customerId) ?? []).filter(
    (entry) => entry.journey === stall.journey,
  );
  const entryId = entryIdOf(stall);
  const before = mine.find((entry) => entry.entryId === entryId);
  if (before !== undefined) {
    // The same run asking again gets its entry; another run of the same stall must not wait beside it.
    const isRepeat = before.runId === stall.runId;
    return isRepeat ? { answer: { entered: true, entry: before }, superseded: [] } : no('already-waiting');
  }
  const verdict = judgeEntry(version.rules, state, stall, mine.map(toEarlier), scene.nowMs);
  if (!verdict.enters) return no(verdict.reason);
  const superseded = verdict.supersedes ? mine.filter((entry) => entry.status === 'waiting') : [];
  const entry = newEntry(version.rules, version.version, state, stall, scene.nowMs);
  const kept = (scene.byCustomer.get(stall.customerId) ?? []).map((each) =>
    superseded.includes(each) ? { ...each, status: 'superseded' as const } : each,
  );
  scene.byCustomer.set(stall.customerId, [...kept, entry]);
  return { answer: { entered: true, entry }, added: entry, superseded };
}

function newEntry(
  rules: JourneyRules,
  version: number,
  state: CustomerState,
  stall: StallToEnter,
  nowMs: number,
): JourneyEntryRow {
  const dueAt = new Date(dueTimeOf(rules, state, stall.step));
  return {
    entryId: entryIdOf(stall),
    customerId: stall.customerId,
    journey: stall.journey,
    version,
    stallKey: stallKey(stall.step, stall.sequence),
    step: stall.step,
    stallSequence: stall.sequence,
    status: 'waiting',
    reason: null,
    firstDueAt: dueAt,
    dueAt,
    frozenBy: null,
    runId: stall.runId,
    enteredAt: new Date(nowMs),
    endedAt: null,
  };
}

const toEarlier = (entry: JourneyEntryRow): EarlierEntry => ({
  step: entry.step,
  status: entry.status,
  enteredAtMs: entry.enteredAt.getTime(),
});

function groupByCustomer(rows: readonly Row[]): Map<string, JourneyEntryRow[]> {
  const groups = new Map<string, JourneyEntryRow[]>();
  for (const entry of rows.map(toEntry)) {
    const group = groups.get(entry.customerId);
    if (group === undefined) groups.set(entry.customerId, [entry]);
    else group.push(entry);
  }
  return groups;
}

async function storeEntries(inside: Query, entries: readonly JourneyEntryRow[]): Promise<void> {
  if (entries.length === 0) return;
  const column = <Value>(pick: (entry: JourneyEntryRow) => Value) => entries.map(pick);
  await inside(
    `INSERT INTO journey_entry (entry_id, customer_id, journey, version, stall_key, step, stall_sequence, first_due_at, due_at,
       run_id, entered_at)
     SELECT a, b, c, d, e, f, g, h, h, i, j FROM unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::text[], $6::text[],
       $7::bigint[], $8::timestamptz[], $9::text[], $10::timestamptz[]) AS t(a, b, c, d, e, f, g, h, i, j)`,
    [
      column((entry) => entry.entryId),
      column((entry) => entry.customerId),
      column((entry) => entry.journey),
      column((entry) => entry.version),
      column((entry) => entry.stallKey),
      column((entry) => entry.step),
      column((entry) => String(entry.stallSequence)),
      column((entry) => entry.dueAt),
      column((entry) => entry.runId),
      column((entry) => entry.enteredAt),
    ],
  );
}
