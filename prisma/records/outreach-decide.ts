import {
  capBucket,
  type CustomerState,
  decideAtFire,
  type FireDecision,
  type Representative,
  routeTask,
  type Routing,
} from '../../domain/outreach/index.ts';
import type { Database } from './database.ts';
import { endEntries, lockCustomers } from './outreach-customers.ts';
import { versionsOf } from './outreach-journeys.ts';
import { toEntry } from './outreach-rows.ts';
import type { FireAnswer, JourneyEntryRow, JourneyVersionRow } from './outreach-types.ts';
import { objectOf, textOf, textsOf, wholeOf } from './row.ts';

type Query = Database['query'];

/** What the decisions of one batch look at; counts move on as tasks are made, so that entries of a batch see each other. */
interface Scene {
  readonly customers: ReadonlyMap<string, CustomerState>;
  readonly versions: ReadonlyMap<string, JourneyVersionRow>;
  readonly withTask: Set<string>;
  readonly reserved: Map<string, number>;
  readonly people: Map<string, Representative>;
  readonly owners: ReadonlyMap<string, string>;
  readonly nowMs: number;
}

/** A decision with where it goes. */
interface Decided {
  readonly entry: JourneyEntryRow;
  readonly decision: FireDecision;
  readonly bucket: string;
  readonly routing: Routing | null;
}

/** Status an entry takes by what was decided; a deferral keeps it waiting. */
const STATUS = {
  person: 'task',
  robot: 'handed-off',
  'no-call': 'no-call',
  refuse: 'refused',
  expire: 'expired',
} as const;

/**
 * Looks at entries again and acts, in one transaction: customers are locked first, then entries, then cap buckets, so that two
 * journeys cannot both pass one cap and no event comes between the look and the act. A repeat answers what was done.
 */
export async function decideAll(
  inside: Query,
  entryIds: readonly string[],
  nowMs: number,
): Promise<FireAnswer[]> {
  const asked = await inside(
    'SELECT DISTINCT customer_id FROM journey_entry WHERE entry_id = ANY($1::text[])',
    [entryIds],
  );
  const customers = await lockCustomers(
    inside,
    asked.map((row) => textOf(row, 'customer_id')),
  );
  const rows = await inside(
    'SELECT * FROM journey_entry WHERE entry_id = ANY($1::text[]) ORDER BY entry_id FOR UPDATE',
    [entryIds],
  );
  const entries = new Map(rows.map((row) => [textOf(row, 'entry_id'), toEntry(row)]));
  const answers = new Map<string, FireAnswer>();
  for (const row of rows)
    if (row['outcome'] !== null)
      answers.set(
        textOf(row, 'entry_id'),
        revived(objectOf(row, 'outcome')['answer'] as unknown as StoredAnswer),
      );
  const open = [...entries.values()].filter((entry) => entry.status === 'waiting');
  for (const entry of entries.values())
    if (entry.status !== 'waiting' && !answers.has(entry.entryId))
      answers.set(entry.entryId, endedAnswer(entry));
  if (open.length > 0) {
    const scene = await lookAround(inside, open, customers, nowMs);
    const decided = open.map((entry) => decideOne(scene, entry));
    for (const each of decided) answers.set(each.entry.entryId, answerOf(each));
    await act(inside, decided, nowMs);
  }
  return entryIds.flatMap((entryId) => answers.get(entryId) ?? []);
}

async function lookAround(
  inside: Query,
  entries: readonly JourneyEntryRow[],
  customers: ReadonlyMap<string, CustomerState>,
  nowMs: number,
): Promise<Scene> {
  const versions = await versionsOf(inside, entries);
  const ids = [...customers.keys()];
  const withTask = await inside(
    `SELECT customer_id FROM call_task WHERE customer_id = ANY($1::text[]) AND status IN ('open', 'calling')`,
    [ids],
  );
  const buckets = entries.map((entry) => bucketOf(entry, versions, customers, nowMs));
  const capped = entries.map((entry) => entry.customerId);
  await inside(
    `INSERT INTO contact_cap (customer_id, bucket) SELECT DISTINCT * FROM unnest($1::text[], $2::text[]) ON CONFLICT DO NOTHING`,
    [capped, buckets],
  );
  const caps = await inside(
    `SELECT * FROM contact_cap WHERE (customer_id, bucket) IN (SELECT * FROM unnest($1::text[], $2::text[]))
     ORDER BY customer_id, bucket FOR UPDATE`,
    [capped, buckets],
  );
  const owners = await inside(
    `SELECT DISTINCT ON (customer_id) customer_id, assignee FROM call_task
     WHERE customer_id = ANY($1::text[]) AND assignee IS NOT NULL AND calls > 0 ORDER BY customer_id, created_at DESC`,
    [ids],
  );
  return {
    customers,
    versions,
    withTask: new Set(withTask.map((row) => textOf(row, 'customer_id'))),
    reserved: new Map(
      caps.map((row) => [
        `${textOf(row, 'customer_id')}\n${textOf(row, 'bucket')}`,
        wholeOf(row, 'reserved'),
      ]),
    ),
    people: await representatives(inside),
    owners: new Map(owners.map((row) => [textOf(row, 'customer_id'), textOf(row, 'assignee')])),
    nowMs,
  };
}

/** Representatives with their open tasks, for routing and the board. */
export async function representatives(inside: Query): Promise<Map<string, Representative>> {
  const rows = await inside(
    `SELECT representative.*, (SELECT count(*)::int FROM call_task
       WHERE assignee = person_id AND status IN ('open', 'calling')) AS open_tasks
     FROM representative ORDER BY person_id`,
  );
  return new Map(
    rows.map((row) => [
      textOf(row, 'person_id'),
      {
        personId: textOf(row, 'person_id'),
        skills: textsOf(row, 'skills'),
        isOnShift: row['is_on_shift'] === true,
        openTasks: wholeOf(row, 'open_tasks'),
        capacity: wholeOf(row, 'capacity'),
      },
    ]),
  );
}

function bucketOf(
  entry: JourneyEntryRow,
  versions: Scene['versions'],
  customers: Scene['customers'],
  nowMs: number,
): string {
  const rules = versionOf(versions, entry).rules;
  return capBucket(rules.cap.days, nowMs, customers.get(entry.customerId)?.timeZone ?? 'UTC');
}

function versionOf(versions: Scene['versions'], entry: JourneyEntryRow): JourneyVersionRow {
  const version = versions.get(`${entry.journey}/${entry.version}`);
  if (version === undefined) throw new Error(`journey ${entry.journey} has no version ${entry.version}`);
  return version;
}

function decideOne(scene: Scene, entry: JourneyEntryRow): Decided {
  const { rules, pausedBy } = versionOf(scene.versions, entry);
  const customer = scene.customers.get(entry.customerId);
  if (customer === undefined) throw new Error(`entry ${entry.entryId} has no customer`);
  const bucket = bucketOf(entry, scene.versions, scene.customers, scene.nowMs);
  const capKey = `${entry.customerId}\n${bucket}`;
  const callsReserved = scene.reserved.get(capKey) ?? 0;
  const decision = decideAtFire(
    {
      rules,
      isJourneyActive: pausedBy === null,
      customer,
      stall: { step: entry.step, sequence: entry.stallSequence },
      entryId: entry.entryId,
      firstDueAtMs: entry.firstDueAt.getTime(),
      dueAtMs: entry.dueAt.getTime(),
      isFrozen: entry.frozenBy !== null,
      hasOpenTask: scene.withTask.has(entry.customerId),
      callsReserved,
    },
    scene.nowMs,
  );
  if (decision.outcome !== 'person' && decision.outcome !== 'robot')
    return { entry, decision, bucket, routing: null };
  scene.reserved.set(capKey, callsReserved + 1);
  if (decision.outcome === 'robot') return { entry, decision, bucket, routing: null };
  scene.withTask.add(entry.customerId);
  const routing = routeTask([...scene.people.values()], {
    skill: rules.skills[entry.step] ?? null,
    owner: scene.owners.get(entry.customerId) ?? null,
  });
  const person = routing.assignee === null ? undefined : scene.people.get(routing.assignee);
  if (person !== undefined) scene.people.set(person.personId, { ...person, openTasks: person.openTasks + 1 });
  return { entry, decision, bucket, routing };
}

/** Id of the task of an entry: there is one at most, so they share it. */
const taskIdOf = (entry: JourneyEntryRow): string => entry.entryId;

function answerOf({ entry, decision, routing }: Decided): FireAnswer {
  return {
    entryId: entry.entryId,
    outcome: decision.outcome,
    reason: 'reason' in decision ? decision.reason : null,
    dueAt: decision.outcome === 'defer' ? new Date(decision.untilMs) : entry.dueAt,
    taskId: decision.outcome === 'person' ? taskIdOf(entry) : null,
    assignee: routing?.assignee ?? null,
    grade: 'grade' in decision ? decision.grade : null,
  };
}

/** An answer as its entry keeps it. */
type StoredAnswer = Omit<FireAnswer, 'dueAt'> & { readonly dueAt: string };
const revived = (stored: StoredAnswer): FireAnswer => ({ ...stored, dueAt: new Date(stored.dueAt) });

/** An entry that ended otherwise (an event, a person) answers with its end. */
const endedAnswer = (entry: JourneyEntryRow): FireAnswer => ({
  entryId: entry.entryId,
  outcome: 'cancel',
  reason: entry.reason as FireAnswer['reason'],
  dueAt: entry.dueAt,
  taskId: null,
  assignee: null,
  grade: null,
});

async function act(inside: Query, decided: readonly Decided[], nowMs: number): Promise<void> {
  await endEntries(
    inside,
    decided.flatMap(({ entry, decision }) =>
      decision.outcome === 'cancel' ? [{ entry, reason: decision.reason }] : [],
    ),
  );
  const put = decided.flatMap(({ entry, decision }) =>
    decision.outcome === 'defer' ? [{ entry, decision }] : [],
  );
  if (put.length > 0)
    await inside(
      `UPDATE journey_entry SET due_at = t.due FROM unnest($1::text[], $2::timestamptz[]) AS t(id, due)
       WHERE entry_id = t.id AND frozen_by IS NULL`,
      [put.map(({ entry }) => entry.entryId), put.map(({ decision }) => new Date(decision.untilMs))],
    );
  const over = decided.filter(
    ({ decision }) => decision.outcome !== 'cancel' && decision.outcome !== 'defer',
  );
  if (over.length > 0)
    await inside(
      `UPDATE journey_entry SET status = t.status, reason = t.reason, outcome = t.outcome::json, ended_at = $5
       FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS t(id, status, reason, outcome) WHERE entry_id = t.id`,
      [
        over.map(({ entry }) => entry.entryId),
        over.map(({ decision }) => STATUS[decision.outcome as keyof typeof STATUS]),
        over.map(({ decision }) => ('reason' in decision ? decision.reason : null)),
        over.map((each) => JSON.stringify({ capBucket: each.bucket, answer: answerOf(each) })),
        new Date(nowMs),
      ],
    );
  await reserve(inside, decided);
  await makeTasks(inside, decided, nowMs);
  await handOff(inside, decided);
}

async function reserve(inside: Query, decided: readonly Decided[]): Promise<void> {
  const calls = decided.filter(({ decision: { outcome } }) => outcome === 'person' || outcome === 'robot');
  if (calls.length === 0) return;
  await inside(
    `UPDATE contact_cap SET reserved = reserved + t.calls FROM (
       SELECT id, bucket, count(*)::int AS calls FROM unnest($1::text[], $2::text[]) AS u(id, bucket) GROUP BY id, bucket) AS t
     WHERE contact_cap.customer_id = t.id AND contact_cap.bucket = t.bucket`,
    [calls.map(({ entry }) => entry.customerId), calls.map(({ bucket }) => bucket)],
  );
}

async function makeTasks(inside: Query, decided: readonly Decided[], nowMs: number): Promise<void> {
  const made = decided.flatMap((each) =>
    each.decision.outcome === 'person' ? [{ ...each, grade: each.decision.grade }] : [],
  );
  if (made.length === 0) return;
  const column = <Value>(pick: (each: (typeof made)[number]) => Value) => made.map(pick);
  await inside(
    `INSERT INTO call_task (task_id, entry_id, customer_id, journey, stall_key, step, grade, score, explanation, cap_bucket,
       assignee, routing, due_at, created_at)
     SELECT a, b, c, d, e, f, g, h, i::json, j, k, l, $13, $13 FROM unnest($1::text[], $2::text[], $3::text[], $4::text[],
       $5::text[], $6::text[], $7::text[], $8::int[], $9::text[], $10::text[], $11::text[], $12::text[])
       AS t(a, b, c, d, e, f, g, h, i, j, k, l)`,
    [
      column(({ entry }) => taskIdOf(entry)),
      column(({ entry }) => entry.entryId),
      column(({ entry }) => entry.customerId),
      column(({ entry }) => entry.journey),
      column(({ entry }) => entry.stallKey),
      column(({ entry }) => entry.step),
      column(({ grade }) => grade.grade),
      column(({ grade }) => Math.round(grade.score)),
      column(({ grade }) => JSON.stringify(grade)),
      column(({ bucket }) => bucket),
      column(({ routing }) => routing?.assignee ?? null),
      column(({ routing }) => routing?.reason ?? 'nobody-free'),
      new Date(nowMs),
    ],
  );
}

async function handOff(inside: Query, decided: readonly Decided[]): Promise<void> {
  const robots = decided.flatMap(({ entry, decision }) =>
    decision.outcome === 'robot' ? [{ entry, grade: decision.grade }] : [],
  );
  if (robots.length === 0) return;
  await inside(
    `INSERT INTO outbox (queue, dedupe_key, payload)
     SELECT 'robot-calls', 'call/' || t.id, t.payload::json FROM unnest($1::text[], $2::text[]) AS t(id, payload)
     ON CONFLICT DO NOTHING`,
    [
      robots.map(({ entry }) => entry.entryId),
      robots.map(({ entry, grade }) =>
        JSON.stringify({
          kind: 'call',
          entryId: entry.entryId,
          customer: entry.customerId,
          journey: entry.journey,
          step: entry.step,
          score: grade.score,
        }),
      ),
    ],
  );
}
