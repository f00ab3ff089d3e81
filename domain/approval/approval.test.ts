import { describe, expect, it } from 'vitest';
import { receive, replayApproval } from './advance.ts';
import {
  type ApprovalAct,
  type ApprovalEvent,
  type ApprovalRequestFacts,
  type ApprovalState,
  countedDecisions,
  openApproval,
} from './approval.ts';
import { migrateApprovalInput, readApprovalInput } from './approval-input.ts';
import { askedNow } from './rules.ts';

const level = (from: string[], rule: 'any' | 'all' | 'at-least' = 'any', need = 1) => ({
  name: '',
  from,
  rule,
  need,
});
const FACTS: ApprovalRequestFacts = {
  approvalId: 'a1',
  contentHash: 'hash',
  attemptNonce: 'nonce',
  requestedBy: 'li.na',
  authoredBy: 'chen.lei',
  applicant: 'sun.yan',
  levels: [level(['person:ann', 'person:bob'], 'all'), level(['role:risk'])],
  copyTo: [],
};

const event = (by: string, act: ApprovalAct | ApprovalAct['kind'], over: Partial<ApprovalEvent> = {}) =>
  ({
    eventId: `${by}-${typeof act === 'string' ? act : act.kind}`,
    approvalId: 'a1',
    contentHash: 'hash',
    attemptNonce: 'nonce',
    by,
    roles: by.startsWith('risk') ? ['risk'] : [],
    onBehalfOf: null,
    act: typeof act === 'string' ? ({ kind: act } as ApprovalAct) : act,
    comment: '',
    atMs: 1,
    ...over,
  }) satisfies ApprovalEvent;

/** Runs acts one after the other; returns the state and what became of the last one. */
function play(acts: readonly ApprovalEvent[], facts = FACTS) {
  let state: ApprovalState = openApproval(facts);
  let reception = 'none' as ReturnType<typeof receive>['reception'] | 'none';
  for (const act of acts) ({ state, reception } = receive(state, act));
  return { state, reception };
}
const receptionOf = (...acts: ApprovalEvent[]) => play(acts).reception;
const outcomeOf = (...acts: ApprovalEvent[]) => play(acts).state.result?.outcome;

describe('levels', () => {
  it('asks one after the other and is approved by the last', () => {
    expect(receptionOf(event('risk1', 'approve'))).toBe('not-a-candidate');
    expect(outcomeOf(event('ann', 'approve'))).toBeUndefined();
    expect(askedNow(play([event('ann', 'approve')]).state)).toEqual(['person:bob']);
    const { state } = play([event('ann', 'approve'), event('bob', 'approve')]);
    expect([state.current, askedNow(state)]).toEqual([1, ['role:risk']]);
    expect(outcomeOf(event('ann', 'approve'), event('bob', 'approve'), event('risk1', 'approve'))).toBe(
      'approved',
    );
  });

  it('is refused by one refusal at any level, and then nothing counts', () => {
    expect(outcomeOf(event('ann', 'refuse'))).toBe('refused');
    expect(receptionOf(event('ann', 'refuse'), event('bob', 'approve'))).toBe('approval-closed');
  });

  it('needs so many different people under at-least', () => {
    const facts = { ...FACTS, levels: [level(['role:risk'], 'at-least', 2)] };
    expect(play([event('risk1', 'approve')], facts).state.result).toBeNull();
    expect(play([event('risk1', 'approve'), event('risk2', 'approve')], facts).state.result?.outcome).toBe(
      'approved',
    );
  });
});

describe('what does not count', () => {
  it.each([
    ['other-approval', { approvalId: 'a2' }],
    ['other-attempt', { attemptNonce: 'old' }],
    ['other-content', { contentHash: 'changed' }],
    ['requester-may-not-decide', { by: 'li.na' }],
    ['author-may-not-decide', { by: 'chen.lei' }],
    ['applicant-may-not-decide', { by: 'sun.yan' }],
    ['requester-may-not-decide', { onBehalfOf: { username: 'li.na', roles: [] } }],
    ['not-a-candidate', { by: 'eve' }],
  ] as const)('%s', (code, over) => {
    expect(receptionOf(event('ann', 'approve', over))).toBe(code);
  });

  it('nobody twice: not as a person, not as a delegate, not in a seat that was used', () => {
    const forAnn = { onBehalfOf: { username: 'ann', roles: [] } };
    expect(receptionOf(event('ann', 'approve'), event('ann', 'approve', { eventId: 'x' }))).toBe(
      'already-decided',
    );
    expect(receptionOf(event('bob', 'approve'), event('bob', 'approve', { eventId: 'x', ...forAnn }))).toBe(
      'already-decided',
    );
    expect(receptionOf(event('dan', 'approve', forAnn), event('ann', 'approve'))).toBe('already-decided');
    expect(
      receptionOf(
        event('ann', 'approve'),
        event('bob', 'approve'),
        event('ann', 'approve', { eventId: 'x', roles: ['risk'] }),
      ),
    ).toBe('already-decided');
  });

  it('reminders and escalation by a person, withdrawal by anybody but who asked', () => {
    expect(receptionOf(event('ann', 'remind'))).toBe('only-the-run');
    expect(receptionOf(event('ann', 'withdraw'))).toBe('only-requester');
    expect(outcomeOf(event('li.na', 'withdraw'))).toBe('withdrawn');
    expect(outcomeOf(event('sun.yan', 'withdraw'))).toBe('withdrawn');
  });
});

describe('moves', () => {
  it('adds signers before the level and after it; all of them sign', () => {
    const before = event('ann', { kind: 'add-sign', place: 'before', people: ['dan', 'eve'] });
    const { state } = play([before]);
    expect(askedNow(state)).toEqual(['person:dan', 'person:eve']);
    expect(receptionOf(before, event('ann', 'approve'))).toBe('not-a-candidate');
    const signed = play([before, event('dan', 'approve'), event('eve', 'approve')]).state;
    expect(askedNow(signed)).toEqual(['person:ann', 'person:bob']);
    const after = event('ann', { kind: 'add-sign', place: 'after', people: ['dan'] });
    const later = play([after, event('ann', 'approve'), event('bob', 'approve')]).state;
    expect(askedNow(later)).toEqual(['person:dan']);
    expect(later.levels.map(({ addedBy }) => addedBy)).toEqual([null, 'ann', null]);
  });

  it.each([
    ['person-may-not-decide', ['li.na']],
    ['person-may-not-decide', ['sun.yan']],
    ['already-asked', ['bob']],
    ['already-asked', ['ann']],
    ['nobody-named', []],
  ] as const)('does not add: %s', (code, people) => {
    expect(receptionOf(event('ann', { kind: 'add-sign', place: 'before', people }))).toBe(code);
  });

  it('hands a seat on: the new holder decides, the old one does not, also over two hands', () => {
    const handed = event('ann', { kind: 'transfer', to: 'dan' });
    expect(receptionOf(handed, event('ann', 'approve'))).toBe('not-a-candidate');
    expect(askedNow(play([handed]).state)).toEqual(['person:bob', 'person:dan']);
    const all = [handed, event('dan', 'approve'), event('bob', 'approve')];
    expect(play(all).state.current).toBe(1);
    const again = [handed, event('dan', { kind: 'transfer', to: 'eve' })];
    expect(receptionOf(...again, event('dan', 'approve'))).toBe('not-a-candidate');
    expect(play([...again, event('eve', 'approve'), event('bob', 'approve')]).state.current).toBe(1);
  });

  it('lets a delegate decide in the seat, and says so', () => {
    const { state } = play([event('dan', 'approve', { onBehalfOf: { username: 'ann', roles: [] } })]);
    expect(countedDecisions(state)).toMatchObject([{ username: 'dan', seat: { username: 'ann' } }]);
    expect(askedNow(state)).toEqual(['person:bob']);
  });

  it('returns and voids as results that are no approval', () => {
    expect(outcomeOf(event('ann', 'return'))).toBe('returned');
    expect(outcomeOf(event('ann', 'approve'), event('li.na', 'change'))).toBe('voided');
    expect(receptionOf(event('eve', 'return'))).toBe('not-a-candidate');
  });

  it('escalates: one of those asked then is enough for the level', () => {
    const up = event('run:r1', { kind: 'escalate', people: ['role:head'] });
    const { state } = play([up, event('boss', 'approve', { roles: ['head'] })]);
    expect(state.current).toBe(1);
    expect(play([event('run:r1', 'remind')]).state.reminders).toBe(1);
  });

  it('copies people in once', () => {
    const copy = (by: string, eventId: string) => event(by, { kind: 'copy', people: ['zhou'] }, { eventId });
    expect(play([copy('ann', 'c1'), copy('li.na', 'c2')]).state.copyTo).toEqual(['zhou']);
    expect(receptionOf(copy('eve', 'c3'))).toBe('not-a-candidate');
  });
});

/** A small generator with a seed (mulberry32): the same seed gives the same case again. */
function randomOf(seed: number) {
  let state = seed;
  return (below: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const PEOPLE = ['ann', 'bob', 'dan', 'eve', 'risk1', 'risk2', 'li.na', 'chen.lei', 'sun.yan'];

function randomLog(seed: number): ApprovalEvent[] {
  const random = randomOf(seed);
  const one = () => PEOPLE[random(PEOPLE.length)] ?? 'ann';
  return Array.from({ length: 12 }, (_unused, index) => {
    const acts: ApprovalAct[] = [
      { kind: 'approve' },
      { kind: 'approve' },
      { kind: 'approve' },
      { kind: 'refuse' },
      { kind: 'add-sign', place: random(2) === 0 ? 'before' : 'after', people: [one()] },
      { kind: 'transfer', to: one() },
      { kind: 'copy', people: [one()] },
      { kind: 'escalate', people: ['role:risk'] },
      { kind: 'return' },
    ];
    // Ends are rare, or most cases would be over before anything happened.
    const act = acts[random(random(4) === 0 ? acts.length : 3)] ?? { kind: 'approve' };
    const onBehalfOf = random(5) === 0 ? { username: one(), roles: random(2) === 0 ? ['risk'] : [] } : null;
    const by = act.kind === 'escalate' ? 'run:r1' : one();
    return event(by, act, { eventId: `e${index}`, sequence: index + 1, onBehalfOf, atMs: index });
  });
}

function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  const random = randomOf(seed);
  return items
    .map((item) => ({ item, at: random(1_000_000) }))
    .toSorted((left, right) => left.at - right.at)
    .map(({ item }) => item);
}

describe('properties over 3,000 random logs', () => {
  const seeds = Array.from({ length: 3_000 }, (_unused, index) => index + 1);

  it('comes to the same state whatever the order of arrival, also with repetitions', () => {
    for (const seed of seeds) {
      const log = randomLog(seed);
      const expected = replayApproval(FACTS, log);
      const arrived = shuffled([...log, ...log.slice(0, 5)], seed * 7);
      expect(replayApproval(FACTS, arrived), `seed ${seed}`).toEqual(expected);
    }
  });

  it('counts nobody twice and never requester, applicant or author', () => {
    let decided = 0;
    for (const seed of seeds) {
      const decisions = countedDecisions(replayApproval(FACTS, randomLog(seed)));
      const names = decisions.flatMap(({ username, seat }) => [...new Set([username, seat.username])]);
      expect(new Set(names).size, `seed ${seed}`).toBe(names.length);
      for (const barred of ['li.na', 'chen.lei', 'sun.yan'])
        expect(names, `seed ${seed}`).not.toContain(barred);
      decided += decisions.length;
    }
    expect(decided).toBeGreaterThan(2_000);
  });

  it('keeps its end, and is approved only when every level has agreed', () => {
    let approved = 0;
    for (const seed of seeds) {
      const log = randomLog(seed);
      const ends = log.map((_event, index) => replayApproval(FACTS, log.slice(0, index + 1)).result);
      const first = ends.findIndex((result) => result !== null);
      if (first >= 0) expect(new Set(ends.slice(first).map((end) => JSON.stringify(end))).size).toBe(1);
      const { result, levels } = replayApproval(FACTS, log);
      if (result?.outcome !== 'approved') continue;
      approved += 1;
      for (const { decisions } of levels)
        expect(
          decisions.some(({ decision }) => decision === 'approve'),
          `seed ${seed}`,
        ).toBe(true);
    }
    expect(approved).toBeGreaterThan(20);
  });

  it('lets the decisions of one level arrive in any order, without a log too', () => {
    const votes = ['risk1', 'risk2', 'risk3', 'risk4'].map((by) => event(by, 'approve'));
    const facts = { ...FACTS, levels: [level(['role:risk'], 'at-least', 4)] };
    for (let seed = 1; seed <= 24; seed += 1)
      expect(play(shuffled(votes, seed), facts).state.result?.outcome).toBe('approved');
  });
});

describe('input of the step', () => {
  const old = { title: 't', from: ['role:a'], rule: 'all', deadline: 'PT1H', content: { a: 1 } };

  it('reads the old form as one level, before and after its migration', () => {
    const read = readApprovalInput(old);
    expect(read.levels).toEqual([{ name: '', from: ['role:a'], rule: 'all', need: 1 }]);
    expect(readApprovalInput(migrateApprovalInput(old))).toEqual(read);
    expect(migrateApprovalInput(migrateApprovalInput(old))).toEqual(migrateApprovalInput(old));
  });

  it('keeps expressions where they stand', () => {
    const given = { ...old, from: '${ .people }' };
    expect(migrateApprovalInput(given)).toMatchObject({ levels: [{ from: '${ .people }', rule: 'all' }] });
  });

  it('does not escalate to nobody', () => {
    expect(readApprovalInput({ ...old, onDeadline: 'escalate' }).onDeadline).toBe('expire');
  });
});
