import { replayApproval } from '../domain/approval/advance.ts';
import {
  type ApprovalAct,
  type ApprovalEvent,
  type ApprovalState,
  countedDecisions,
} from '../domain/approval/approval.ts';
import type { Seat } from '../domain/approval/quorum.ts';
import { type EventRefusal, isRequester, refusalOf } from '../domain/approval/rules.ts';
import { isAllowed } from '../domain/access/permissions.ts';
import { factsOf } from '../prisma/records/approval-log.ts';
import type { ApprovalRow } from '../prisma/records/approval-types.ts';
import type { PersonRow, Records } from '../prisma/records/types.ts';
import type { Caller } from './caller.ts';

/** A person as somebody acts on an approval: for himself, or in the seat of a person who delegated to him. */
export interface Acting {
  readonly username: string;
  readonly roles: readonly string[];
  readonly onBehalfOf: Seat | null;
}

/** Signing moves a person may be offered besides the decision itself. */
export const SIGNER_MOVES = ['add-sign', 'transfer', 'return', 'copy'] as const;

/** The approval's state by its log. */
export async function standingOf(records: Records, approval: ApprovalRow): Promise<ApprovalState> {
  return replayApproval(factsOf(approval), await records.approvals.log(approval.approvalId));
}

/** Those whose seat the person may take now, by delegation. */
export async function delegatorsOf(records: Records, personId: string, nowMs: number): Promise<Seat[]> {
  const rows = await records.delegations.liveFor(personId, new Date(nowMs));
  const people = await Promise.all(rows.map((row) => records.people.byId(row.personId)));
  return people.flatMap((person) =>
    person === undefined || person.disabledAt !== null
      ? []
      : [{ username: person.personId, roles: person.roles }],
  );
}

/**
 * How a caller may act on an approval now: for himself when he is asked, else in a seat delegated to him. Otherwise why not, as the
 * rules say it for himself. Services act on nothing.
 */
export function actingOn(
  state: ApprovalState,
  caller: Caller,
  delegators: readonly Seat[],
): Acting | EventRefusal {
  const { personId, roles } = caller;
  if (personId === null || caller.kind === 'service') return 'not-a-candidate';
  let own: EventRefusal | undefined;
  for (const onBehalfOf of [null, ...delegators]) {
    const refusal = refusalOf(state, probe(state, { username: personId, roles, onBehalfOf }));
    if (refusal === undefined) return { username: personId, roles, onBehalfOf };
    own ??= refusal;
  }
  return own ?? 'not-a-candidate';
}

/** What the page may offer a caller: decisions and moves of signers, withdrawal and change of the one who asked. */
export function offeredTo(
  state: ApprovalState,
  approval: ApprovalRow,
  caller: Caller,
  acting: Acting | EventRefusal,
): Array<ApprovalAct['kind']> {
  if (approval.status !== 'open' || state.result !== null) return [];
  return [
    ...(typeof acting === 'string' ? [] : (['approve', 'refuse', ...SIGNER_MOVES] as const)),
    ...(isRequester(state, caller.actor) ? (['withdraw', 'change'] as const) : []),
  ];
}

/** People who may be named in a move: enabled, allowed to decide, and neither requester, applicant nor author, nor decided already. */
export async function decidersFor(records: Records, state: ApprovalState): Promise<PersonRow[]> {
  const barred = new Set([
    state.requestedBy,
    state.authoredBy,
    state.applicant,
    ...countedDecisions(state).flatMap(({ username, seat }) => [username, seat.username]),
  ]);
  return (await records.people.list()).filter(
    (person) =>
      person.disabledAt === null &&
      !barred.has(person.personId) &&
      isAllowed(person.roles, 'approval.decide'),
  );
}

function probe(state: ApprovalState, { username, roles, onBehalfOf }: Acting): ApprovalEvent {
  const { approvalId, contentHash, attemptNonce } = state;
  return {
    eventId: '',
    approvalId,
    contentHash,
    attemptNonce,
    by: username,
    roles,
    onBehalfOf,
    act: { kind: 'approve' },
    comment: '',
    atMs: 0,
  };
}
