import { replayApproval } from '../../domain/approval/advance.ts';
import type {
  ApprovalAct,
  ApprovalEvent,
  ApprovalRequestFacts,
  ApprovalState,
} from '../../domain/approval/approval.ts';
import { askedNow, type EventRefusal, refusalOf, seatOf } from '../../domain/approval/rules.ts';
import type { ApprovalRecords, ApprovalRow, OfferedAct, Recorded } from './approval-types.ts';
import { toApproval } from './approval-rows.ts';
import { brokenConstraint, type Database, type Row } from './database.ts';
import { objectOf, textOf, textOrNull, textsOf, timeOf, timeOrNull, wholeOf } from './row.ts';

type Query = Database['query'];

/** Sentences for what the rules refuse; the constraints of the database, the second net, speak the same. */
const REASONS: Readonly<Record<EventRefusal, string>> = {
  'other-approval': 'the act is about another approval',
  'other-attempt': 'the act is about an earlier asking',
  'other-content': 'the decision is about other content than the approval asks for',
  'approval-closed': 'the approval is over',
  'only-the-run': 'only the run reminds and escalates',
  'only-requester': 'only the one who asked may do this',
  'requester-may-not-decide': 'the person asked for this run and may not decide it',
  'author-may-not-decide': 'the person published this flow version and may not decide it',
  'applicant-may-not-decide': 'the request is made in this person’s name, so another person has to decide it',
  'not-a-candidate': 'the person is not asked at this level',
  'already-decided': 'this person has decided already',
  'person-may-not-decide': 'a person named may not decide this approval',
  'already-asked': 'a person named is asked at this level already',
  'nobody-named': 'the act names nobody, or too many',
  'too-many-levels': 'the approval has as many levels as it may have',
};

const CONSTRAINTS: Readonly<Record<string, EventRefusal>> = {
  decision_not_by_requester_check: 'requester-may-not-decide',
  decision_not_for_requester_check: 'requester-may-not-decide',
  decision_not_by_earlier_requester: 'requester-may-not-decide',
  decision_not_by_author_check: 'author-may-not-decide',
  decision_not_for_author_check: 'author-may-not-decide',
  decision_not_by_applicant: 'applicant-may-not-decide',
  decision_bound_fkey: 'other-content',
  decision_once_per_person_key: 'already-decided',
  decision_once_per_seat_key: 'already-decided',
};

/** What an approval row says about the asking. */
export function factsOf(row: ApprovalRow): ApprovalRequestFacts {
  return {
    approvalId: row.approvalId,
    contentHash: row.contentHash,
    attemptNonce: row.attemptNonce,
    requestedBy: row.requesterId,
    authoredBy: row.authorId,
    applicant: row.applicantId,
    levels: row.levels,
    copyTo: row.copyTo,
  };
}

/** The log of an approval, decisions and moves in their one order. */
export async function readLog(query: Query, approvalId: string): Promise<ApprovalEvent[]> {
  const rows = await query(`${EVENTS} WHERE approval_id = $1 ORDER BY sequence`, [approvalId]);
  return rows.map(toEvent);
}

/** Decisions and moves as one table; the columns of an event. */
export const EVENTS = `SELECT * FROM (
  SELECT decision_id AS event_id, approval_id, sequence, attempt_nonce, content_hash, person_id, roles, on_behalf_of, behalf_roles,
         json_build_object('kind', decision) AS act, comment, decided_at AS at, acknowledged_at FROM decision
  UNION ALL
  SELECT move_id, approval_id, sequence, attempt_nonce, content_hash, person_id, roles, on_behalf_of, behalf_roles,
         act, comment, moved_at, acknowledged_at FROM approval_move) AS event`;

/** One row of `EVENTS`. */
export function toEvent(row: Row): ApprovalEvent {
  const behalf = textOrNull(row, 'on_behalf_of');
  return {
    eventId: textOf(row, 'event_id'),
    sequence: wholeOf(row, 'sequence'),
    approvalId: textOf(row, 'approval_id'),
    contentHash: textOf(row, 'content_hash'),
    attemptNonce: textOf(row, 'attempt_nonce'),
    by: textOf(row, 'person_id'),
    roles: textsOf(row, 'roles'),
    onBehalfOf: behalf === null ? null : { username: behalf, roles: textsOf(row, 'behalf_roles') },
    // Written from an act of the same type and kept by the database.
    act: objectOf(row, 'act') as unknown as ApprovalAct,
    comment: textOf(row, 'comment'),
    atMs: timeOf(row, 'at').getTime(),
  };
}

/**
 * Records an act. The lock on the approval's row makes one order of all acts: each is judged on the state all earlier ones left, so
 * the run, which applies them in the same order, comes to the same verdict.
 */
export function createAct(database: Database): ApprovalRecords['act'] {
  return async (offered) => {
    try {
      return await database.transaction((query) => record(query, offered));
    } catch (error) {
      const code = CONSTRAINTS[brokenConstraint(error) ?? ''];
      if (code === undefined) throw error;
      return { outcome: 'refused', code, reason: REASONS[code] };
    }
  };
}

async function record(query: Query, offered: OfferedAct): Promise<Recorded> {
  const [found] = await query('SELECT * FROM approval WHERE approval_id = $1 FOR UPDATE', [
    offered.approvalId,
  ]);
  if (found === undefined)
    return { outcome: 'refused', code: 'approval-not-found', reason: 'there is no such approval' };
  const approval = toApproval(found);
  const log = await readLog(query, offered.approvalId);
  const earlier = await findEarlier(query, offered, log);
  if (earlier !== undefined) return earlier;
  if (approval.status !== 'open')
    return { outcome: 'refused', code: 'approval-closed', reason: `the approval is ${approval.status}` };
  const before = replayApproval(factsOf(approval), log);
  const event = eventOf(offered, approval, wholeOf(found, 'last_sequence') + 1);
  const refusal = refusalOf(before, event);
  if (refusal !== undefined) return { outcome: 'refused', code: refusal, reason: REASONS[refusal] };
  await insertEvent(query, approval, event, seatOf(before, event)?.username ?? event.by);
  await moveOn(query, approval, before, replayApproval(factsOf(approval), [...log, event]), event);
  return { outcome: 'recorded', event, acknowledgedAt: null };
}

/** The same act sent again is a repetition; another word of somebody who has decided is refused by the rules. */
async function findEarlier(
  query: Query,
  offered: OfferedAct,
  log: readonly ApprovalEvent[],
): Promise<Recorded | undefined> {
  const { kind } = offered.act;
  const isDecision = kind === 'approve' || kind === 'refuse';
  const same = log.find(
    (event) =>
      event.eventId === offered.eventId ||
      (isDecision &&
        event.by === offered.personId &&
        event.act.kind === kind &&
        event.contentHash === offered.contentHash),
  );
  if (same === undefined) return undefined;
  const [row] = await query(`${EVENTS} WHERE event_id = $1`, [same.eventId]);
  return {
    outcome: 'replayed',
    event: same,
    acknowledgedAt: row === undefined ? null : timeOrNull(row, 'acknowledged_at'),
  };
}

function eventOf(offered: OfferedAct, approval: ApprovalRow, sequence: number): ApprovalEvent {
  const { eventId, approvalId, personId, roles, onBehalfOf, act, comment, contentHash } = offered;
  return {
    eventId,
    sequence,
    approvalId,
    contentHash,
    attemptNonce: approval.attemptNonce,
    by: personId,
    roles,
    onBehalfOf,
    act,
    comment,
    atMs: Date.now(),
  };
}

async function insertEvent(
  query: Query,
  approval: ApprovalRow,
  event: ApprovalEvent,
  seatId: string,
): Promise<void> {
  const shared = [
    event.eventId,
    event.approvalId,
    event.sequence,
    event.attemptNonce,
    event.contentHash,
    event.by,
    event.roles,
    event.onBehalfOf?.username ?? null,
    event.onBehalfOf?.roles ?? [],
    event.comment,
    new Date(event.atMs),
  ];
  const { act } = event;
  if (act.kind === 'approve' || act.kind === 'refuse') {
    await query(
      `INSERT INTO decision (decision_id, approval_id, sequence, attempt_nonce, content_hash, person_id, roles, on_behalf_of,
         behalf_roles, comment, decided_at, decision, seat_id, requester_id, author_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
      [...shared, act.kind, seatId, approval.requesterId, approval.authorId],
    );
    return;
  }
  await query(
    `INSERT INTO approval_move (move_id, approval_id, sequence, attempt_nonce, content_hash, person_id, roles, on_behalf_of,
       behalf_roles, comment, moved_at, act)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::json)`,
    [...shared, JSON.stringify(act)],
  );
}

/** Brings the columns that lists search by up to the new state, and tells whoever listens. A new level has its whole time. */
async function moveOn(
  query: Query,
  approval: ApprovalRow,
  before: ApprovalState,
  after: ApprovalState,
  event: ApprovalEvent,
): Promise<void> {
  const isNewTerm =
    after.levels[after.current]?.levelId !== before.levels[before.current]?.levelId ||
    event.act.kind === 'remind' ||
    event.act.kind === 'escalate';
  const deadlineAt =
    isNewTerm && approval.deadlineMs !== null
      ? new Date(event.atMs + approval.deadlineMs)
      : approval.deadlineAt;
  await query(
    `UPDATE approval SET last_sequence = $2, asked = $3, copy_to = $4, deadline_at = $5 WHERE approval_id = $1
     RETURNING pg_notify('approval', approval_id), pg_notify('run', run_id)`,
    [approval.approvalId, event.sequence, askedNow(after), after.copyTo, deadlineAt],
  );
}
