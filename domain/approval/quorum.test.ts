import { describe, expect, it } from 'vitest';
import { type OfferedDecision, type OpenApproval, outcomeOf, refusalOf, withDecision } from './quorum.ts';

const APPROVAL: OpenApproval = {
  approvalId: 'a1',
  contentHash: 'hash',
  attemptNonce: 'nonce',
  rule: 'any',
  candidates: ['role:net-reviewer', 'person:zhao.yun'],
  requestedBy: 'li.na',
  authoredBy: 'chen.lei',
  decisions: [],
};

const offer = (over: Partial<OfferedDecision> = {}): OfferedDecision => ({
  approvalId: 'a1',
  contentHash: 'hash',
  attemptNonce: 'nonce',
  decisionId: 'd1',
  username: 'wang.min',
  roles: ['net-reviewer'],
  decision: 'approve',
  comment: '',
  atMs: 1,
  ...over,
});

describe('refusalOf', () => {
  it.each([
    ['other-approval', { approvalId: 'a2' }],
    ['other-attempt', { attemptNonce: 'old' }],
    ['other-content', { contentHash: 'changed' }],
    ['requester-may-not-decide', { username: 'li.na' }],
    ['author-may-not-decide', { username: 'chen.lei' }],
    ['not-a-candidate', { roles: ['viewer'] }],
  ] as const)('says %s', (code, over) => {
    expect(refusalOf(APPROVAL, offer(over))).toBe(code);
  });

  it('counts a person once', () => {
    const decided = withDecision(APPROVAL, offer());
    expect(refusalOf(decided, offer({ decisionId: 'd2' }))).toBe('already-decided');
  });

  it('takes a person named directly', () => {
    expect(refusalOf(APPROVAL, offer({ username: 'zhao.yun', roles: [] }))).toBeUndefined();
  });
});

describe('outcomeOf', () => {
  it('stays open without a decision', () => {
    expect(outcomeOf(APPROVAL)).toBeUndefined();
  });

  it('needs one approval under any', () => {
    expect(outcomeOf(withDecision(APPROVAL, offer()))).toBe('approved');
  });

  it('needs as many people as candidates under all', () => {
    const all: OpenApproval = { ...APPROVAL, rule: 'all' };
    const once = withDecision(all, offer());
    expect(outcomeOf(once)).toBeUndefined();
    expect(outcomeOf(withDecision(once, offer({ username: 'zhao.yun', decisionId: 'd2' })))).toBe('approved');
  });

  it('does not take two people of one role for two roles under all', () => {
    const all: OpenApproval = { ...APPROVAL, rule: 'all', candidates: ['role:net-reviewer', 'role:risk'] };
    const two = withDecision(withDecision(all, offer()), offer({ username: 'b', decisionId: 'd2' }));
    expect(outcomeOf(two)).toBeUndefined();
    expect(outcomeOf(withDecision(two, offer({ username: 'c', roles: ['risk'] })))).toBe('approved');
  });

  it('finds the placing that satisfies all, whoever decided first, and counts nobody twice', () => {
    const all: OpenApproval = { ...APPROVAL, rule: 'all', candidates: ['role:a', 'role:b'] };
    const both = withDecision(all, offer({ username: 'x', roles: ['a', 'b'] }));
    expect(outcomeOf(both)).toBeUndefined();
    expect(outcomeOf(withDecision(both, offer({ username: 'y', roles: ['a'] })))).toBe('approved');
    expect(outcomeOf(withDecision(both, offer({ username: 'y', roles: ['b'] })))).toBe('approved');
  });

  it.each(['any', 'all'] as const)('is never approved by nobody, even when nobody is asked (%s)', (rule) => {
    expect(outcomeOf({ ...APPROVAL, rule, candidates: [] })).toBeUndefined();
  });

  it('is refused by one refusal, whatever else was said', () => {
    const refused = withDecision(
      withDecision(APPROVAL, offer()),
      offer({ username: 'zhao.yun', decision: 'refuse' }),
    );
    expect(outcomeOf(refused)).toBe('refused');
  });
});
