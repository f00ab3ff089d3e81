import { describe, expect, it } from 'vitest';
import { isCandidate, isQuorum, type Seat } from './quorum.ts';

const seat = (username: string, ...roles: string[]): Seat => ({ username, roles });

describe('isCandidate', () => {
  it('takes people by name and by role, and nothing else', () => {
    expect(isCandidate(['person:zhao.yun'], 'zhao.yun', [])).toBe(true);
    expect(isCandidate(['role:risk'], 'x', ['risk'])).toBe(true);
    expect(isCandidate(['role:risk'], 'risk', [])).toBe(false);
    expect(isCandidate(['team:risk'], 'risk', ['risk'])).toBe(false);
  });
});

describe('isQuorum', () => {
  it.each(['any', 'all', 'at-least'] as const)('is never reached by nobody (%s)', (rule) => {
    expect(isQuorum(rule, 0, [], [])).toBe(false);
    expect(isQuorum(rule, 0, ['role:a'], [])).toBe(false);
  });

  it('needs one under any, and as many different people as asked under at-least', () => {
    expect(isQuorum('any', 9, ['role:a'], [seat('x', 'a')])).toBe(true);
    expect(isQuorum('at-least', 2, ['role:a'], [seat('x', 'a')])).toBe(false);
    expect(isQuorum('at-least', 2, ['role:a'], [seat('x', 'a'), seat('x', 'a')])).toBe(false);
    expect(isQuorum('at-least', 2, ['role:a'], [seat('x', 'a'), seat('y', 'a')])).toBe(true);
  });

  it('does not take two people of one role for two roles under all', () => {
    const asked = ['role:net-reviewer', 'role:risk'];
    const two = [seat('a', 'net-reviewer'), seat('b', 'net-reviewer')];
    expect(isQuorum('all', 0, asked, two)).toBe(false);
    expect(isQuorum('all', 0, asked, [...two, seat('c', 'risk')])).toBe(true);
  });

  it('finds the placing that satisfies all, whoever decided first, and counts nobody twice', () => {
    const asked = ['role:a', 'role:b'];
    expect(isQuorum('all', 0, asked, [seat('x', 'a', 'b')])).toBe(false);
    expect(isQuorum('all', 0, asked, [seat('x', 'a', 'b'), seat('y', 'a')])).toBe(true);
    expect(isQuorum('all', 0, asked, [seat('x', 'a', 'b'), seat('y', 'b')])).toBe(true);
  });
});
