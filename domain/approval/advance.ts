import {
  type ApprovalAct,
  type ApprovalEvent,
  type ApprovalLevel,
  type ApprovalOutcome,
  type ApprovalRequestFacts,
  type ApprovalState,
  countedDecisions,
  newLevel,
  openApproval,
} from './approval.ts';
import { isCandidate, isQuorum } from './quorum.ts';
import { type EventRefusal, refusalOf, seatOf } from './rules.ts';

/** What became of an event: it counted, came before, waits for its turn, or does not count for the reason given. */
export type Reception = 'counted' | 'repeated' | 'held' | EventRefusal;

/**
 * Takes one event up. Events with a sequence are applied in that order however they arrive: one that is early is held, one that came
 * before is `repeated`. An event that does not count still takes its place in the order, so nothing waits for it.
 */
export function receive(
  state: ApprovalState,
  event: ApprovalEvent,
): { readonly state: ApprovalState; readonly reception: Reception } {
  const { sequence } = event;
  if (sequence === undefined) {
    const isRepeated = countedDecisions(state).some(({ decisionId }) => decisionId === event.eventId);
    return isRepeated ? { state, reception: 'repeated' } : applied(state, event);
  }
  if (sequence <= state.lastSequence || state.held.some((held) => held.sequence === sequence))
    return { state, reception: 'repeated' };
  if (sequence > state.lastSequence + 1)
    return { state: { ...state, held: [...state.held, event] }, reception: 'held' };
  const first = applied(state, event);
  return { ...first, state: releaseHeld({ ...first.state, lastSequence: sequence }) };
}

/** The state after a whole log, in whatever order it is given. */
export function replayApproval(facts: ApprovalRequestFacts, log: readonly ApprovalEvent[]): ApprovalState {
  return log.reduce((state, event) => receive(state, event).state, openApproval(facts));
}

function releaseHeld(state: ApprovalState): ApprovalState {
  const next = state.held.find(({ sequence }) => sequence === state.lastSequence + 1);
  if (next === undefined) return state;
  const held = state.held.filter((event) => event !== next);
  const { state: after } = applied({ ...state, held }, next);
  return releaseHeld({ ...after, lastSequence: state.lastSequence + 1 });
}

function applied(
  state: ApprovalState,
  event: ApprovalEvent,
): { readonly state: ApprovalState; readonly reception: Reception } {
  const refusal = refusalOf(state, event);
  if (refusal !== undefined) return { state, reception: refusal };
  return { state: afterAct(state, event, event.act), reception: 'counted' };
}

function afterAct(state: ApprovalState, event: ApprovalEvent, act: ApprovalAct): ApprovalState {
  switch (act.kind) {
    case 'approve':
    case 'refuse':
      return afterDecision(state, event, act.kind);
    case 'return':
      return ended(state, event, 'returned');
    case 'withdraw':
      return ended(state, event, 'withdrawn');
    case 'change':
      return ended(state, event, 'voided');
    case 'remind':
      return { ...state, reminders: state.reminders + 1 };
    case 'copy':
      return { ...state, copyTo: [...new Set([...state.copyTo, ...act.people])] };
    case 'escalate':
      return withCurrent(state, (level) => ({
        ...level,
        escalatedTo: [...new Set([...level.escalatedTo, ...act.people])],
      }));
    case 'transfer': {
      const seat = seatOf(state, event);
      if (seat === undefined) return state;
      return withCurrent(state, (level) => ({
        ...level,
        transfers: [...level.transfers, { seat, by: event.by, to: act.to }],
      }));
    }
    case 'add-sign':
      return withAddedLevel(state, event, act.place, act.people);
  }
}

function afterDecision(
  state: ApprovalState,
  event: ApprovalEvent,
  decision: 'approve' | 'refuse',
): ApprovalState {
  const seat = seatOf(state, event);
  if (seat === undefined) return state;
  const { eventId: decisionId, by: username, comment, atMs } = event;
  const counted = withCurrent(state, (level) => ({
    ...level,
    decisions: [...level.decisions, { decisionId, username, seat, decision, comment, atMs }],
  }));
  if (decision === 'refuse') return ended(counted, event, 'refused');
  const level = counted.levels[counted.current];
  if (level === undefined || !isLevelThrough(level)) return counted;
  const current = counted.current + 1;
  const moved = { ...counted, current };
  return current < counted.levels.length ? moved : ended(moved, event, 'approved');
}

/** A level is through when its rule is met, or when one of those it was escalated to agreed. */
function isLevelThrough(level: ApprovalLevel): boolean {
  const agreed = level.decisions.filter(({ decision }) => decision === 'approve').map(({ seat }) => seat);
  return (
    agreed.some((seat) => isCandidate(level.escalatedTo, seat.username, seat.roles)) ||
    isQuorum(level.rule, level.need, level.from, agreed)
  );
}

/** Added people all sign: before the level that asks for them is asked again, or right after it. */
function withAddedLevel(
  state: ApprovalState,
  event: ApprovalEvent,
  place: 'before' | 'after',
  people: readonly string[],
): ApprovalState {
  const from = [...new Set(people)].map((username) => `person:${username}`);
  const added = newLevel({ name: '', from, rule: 'all', need: from.length }, event.eventId, event.by);
  const at = place === 'before' ? state.current : state.current + 1;
  return { ...state, levels: [...state.levels.slice(0, at), added, ...state.levels.slice(at)] };
}

function withCurrent(state: ApprovalState, change: (level: ApprovalLevel) => ApprovalLevel): ApprovalState {
  return {
    ...state,
    levels: state.levels.map((level, index) => (index === state.current ? change(level) : level)),
  };
}

function ended(state: ApprovalState, event: ApprovalEvent, outcome: ApprovalOutcome): ApprovalState {
  const { by, comment, atMs } = event;
  return { ...state, result: { outcome, by, comment, atMs } };
}
