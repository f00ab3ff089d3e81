import {
  type ApprovalEvent,
  type ApprovalLevel,
  type ApprovalState,
  countedDecisions,
  currentLevel,
} from './approval.ts';
import { isCandidate, type Seat } from './quorum.ts';

/** Levels an approval may grow to by added signers. */
export const MAX_LEVELS = 30;
/** People one move may name. */
export const MAX_NAMED = 20;

/** Why an event does not count, as a stable code. */
export type EventRefusal =
  | 'other-approval'
  | 'other-attempt'
  | 'other-content'
  | 'approval-closed'
  | 'only-the-run'
  | 'only-requester'
  | 'requester-may-not-decide'
  | 'author-may-not-decide'
  | 'applicant-may-not-decide'
  | 'not-a-candidate'
  | 'already-decided'
  | 'person-may-not-decide'
  | 'already-asked'
  | 'nobody-named'
  | 'too-many-levels';

/** Why a person never decides an approval, whoever asks for it. */
export type Barred = 'requester-may-not-decide' | 'applicant-may-not-decide' | 'author-may-not-decide';

/**
 * Checks whether an event may count now; undefined when it may. The requester, the applicant and the author of the flow version never
 * decide, neither themselves nor by a delegate; nobody counts twice in one approval, neither as a person nor as a seat.
 */
export function refusalOf(state: ApprovalState, event: ApprovalEvent): EventRefusal | undefined {
  if (event.approvalId !== state.approvalId) return 'other-approval';
  if (event.attemptNonce !== state.attemptNonce) return 'other-attempt';
  if (event.contentHash !== state.contentHash) return 'other-content';
  const level = currentLevel(state);
  if (level === undefined) return 'approval-closed';
  switch (event.act.kind) {
    case 'remind':
    case 'escalate':
      return event.by.startsWith('run:') ? undefined : 'only-the-run';
    case 'withdraw':
    case 'change':
      return isRequester(state, event.by) ? undefined : 'only-requester';
    case 'copy':
      return refusalOfCopy(state, level, event, event.act.people);
    default:
      return refusalOfSigner(state, level, event) ?? refusalOfNamed(state, level, event);
  }
}

/** The person who asked, or in whose name was asked. */
export function isRequester(state: ApprovalState, username: string): boolean {
  return username === state.requestedBy || username === state.applicant;
}

/** Why a person may never decide this approval, whoever asks for it; undefined when nothing stands against it. */
export function barOf(
  state: Pick<ApprovalState, 'requestedBy' | 'authoredBy' | 'applicant'>,
  username: string,
): Barred | undefined {
  if (username === state.requestedBy) return 'requester-may-not-decide';
  if (username === state.applicant) return 'applicant-may-not-decide';
  if (username === state.authoredBy) return 'author-may-not-decide';
  return undefined;
}

/** The seat in which an event is made at the current level; undefined when the person is not asked there. */
export function seatOf(state: ApprovalState, event: ApprovalEvent): Seat | undefined {
  const level = currentLevel(state);
  if (level === undefined) return undefined;
  return seatAt(level, event.onBehalfOf ?? { username: event.by, roles: event.roles });
}

/** Who is asked now and has not decided, as candidates: entries of the level, those it was escalated to, holders of handed-on seats. */
export function askedNow(state: ApprovalState): string[] {
  const level = currentLevel(state);
  if (level === undefined) return [];
  const done = new Set(
    level.decisions.flatMap(({ username, seat }) => [`person:${username}`, `person:${seat.username}`]),
  );
  const holders = level.transfers
    .filter((transfer) => holderOf(level, transfer.seat.username) === transfer.to)
    .map(({ to }) => `person:${to}`);
  const left = level.transfers
    .filter(({ seat }) => holderOf(level, seat.username) !== seat.username)
    .map(({ seat }) => `person:${seat.username}`);
  return [...new Set([...level.from, ...level.escalatedTo, ...holders])].filter(
    (candidate) => !done.has(candidate) && (!left.includes(candidate) || holders.includes(candidate)),
  );
}

function seatAt(level: ApprovalLevel, person: Seat): Seat | undefined {
  const used = new Set(level.decisions.map(({ seat }) => seat.username));
  const handed = level.transfers.find(
    ({ seat, to }) =>
      to === person.username && !used.has(seat.username) && holderOf(level, seat.username) === to,
  );
  if (handed !== undefined) return handed.seat;
  const isAsked = isCandidate([...level.from, ...level.escalatedTo], person.username, person.roles);
  return isAsked && holderOf(level, person.username) === person.username ? person : undefined;
}

function holderOf(level: ApprovalLevel, username: string): string {
  return level.transfers.findLast(({ seat }) => seat.username === username)?.to ?? username;
}

function refusalOfSigner(
  state: ApprovalState,
  level: ApprovalLevel,
  event: ApprovalEvent,
): EventRefusal | undefined {
  const barred =
    barOf(state, event.by) ??
    (event.onBehalfOf === null ? undefined : barOf(state, event.onBehalfOf.username));
  if (barred !== undefined) return barred;
  const person = event.onBehalfOf ?? { username: event.by, roles: event.roles };
  const seat = seatAt(level, person);
  const names = new Set([event.by, person.username, ...(seat === undefined ? [] : [seat.username])]);
  const isCounted = countedDecisions(state).some(
    (decision) => names.has(decision.username) || names.has(decision.seat.username),
  );
  if (isCounted) return 'already-decided';
  return seat === undefined ? 'not-a-candidate' : undefined;
}

/** Those a move names must be able to decide here, and must not be asked at this level already. */
function refusalOfNamed(
  state: ApprovalState,
  level: ApprovalLevel,
  { act, by }: ApprovalEvent,
): EventRefusal | undefined {
  if (act.kind !== 'add-sign' && act.kind !== 'transfer') return undefined;
  const named = act.kind === 'transfer' ? [act.to] : act.people;
  if (named.length === 0 || named.length > MAX_NAMED) return 'nobody-named';
  const counted = countedDecisions(state);
  const asked = new Set(askedNow(state));
  for (const username of named) {
    if (barOf(state, username) !== undefined) return 'person-may-not-decide';
    if (counted.some((entry) => entry.username === username || entry.seat.username === username))
      return 'already-decided';
    if (username === by || asked.has(`person:${username}`) || level.from.includes(`person:${username}`))
      return 'already-asked';
  }
  return act.kind === 'add-sign' && state.levels.length >= MAX_LEVELS ? 'too-many-levels' : undefined;
}

function refusalOfCopy(
  state: ApprovalState,
  level: ApprovalLevel,
  event: ApprovalEvent,
  people: readonly string[],
): EventRefusal | undefined {
  if (people.length === 0 || state.copyTo.length + people.length > 5 * MAX_NAMED) return 'nobody-named';
  if (isRequester(state, event.by)) return undefined;
  return refusalOfSigner(state, level, event);
}
