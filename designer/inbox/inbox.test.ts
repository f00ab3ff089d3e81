import { describe, expect, it } from 'vitest';
import { ELIGIBILITY_REASONS } from '../../domain/network/port-eligibility.ts';
import en from '../i18n/en/inbox.ts';
import zh from '../i18n/zh-CN/inbox.ts';
import { type ApprovalDetail, countChanges, factsOf, planOf, standingOf } from './approval-content.ts';
import { problemOf } from './http.ts';
import { reasonKey, WORDED_REASONS } from './reasons.ts';
import { clockTime, relativeTime, timeText } from './times.ts';

const port = {
  port: 'GE0/0/1',
  preState: ['shutdown'],
  preStateHash: 'a',
  commands: ['undo shutdown'],
  inverse: ['shutdown'],
  intended: { device: 'sw1', port: 'GE0/0/1', mode: 'access', accessVlan: 20, adminUp: true },
  diff: [
    { mark: ' ', line: 'interface GE0/0/1' },
    { mark: '-', line: 'shutdown' },
    { mark: '+', line: 'port default vlan 20' },
    { mark: '+', line: 'description desk' },
  ],
};
const content = {
  planId: 'r-1',
  planHash: 'h',
  devices: [{ device: 'sw1', platform: 'huawei_vrp', ports: [port] }],
  skipped: [{ device: 'sw1', port: 'GE0/0/2', reason: 'link-up' }],
  scriptText: '# sw1',
};
const approval: ApprovalDetail = {
  approvalId: 'a1',
  runId: 'r1',
  title: 't',
  content,
  contentHash: '0'.repeat(64),
  rule: 'any',
  candidates: ['role:net-reviewer'],
  requesterId: 'li.na',
  authorId: 'chen.lei',
  status: 'open',
  openedAt: '2026-11-23T07:00:00.000Z',
  deadlineAt: null,
  closedAt: null,
  decisions: [],
  run: null,
  mayDecide: false,
};

describe('the content of an approval', () => {
  it('counts devices, ports and lines of a plan', () => {
    const plan = planOf(content);
    expect(plan && countChanges(plan)).toEqual({ devices: 1, ports: 1, added: 2, removed: 1 });
  });

  it('takes nothing for a plan that lacks a part, so it is shown as facts', () => {
    expect(planOf({ ...content, skipped: undefined })).toBeUndefined();
    expect(planOf({ ...content, alsoRun: ['reload'] })).toBeUndefined();
    expect(
      planOf({ ...content, devices: [{ device: 'sw1', platform: 'ovs', ports: [{}] }] }),
    ).toBeUndefined();
  });

  it('shows every leaf of other content, empty ones too', () => {
    expect(factsOf({ amount: 12, to: { names: ['a', 'b'], none: [] }, note: null })).toEqual([
      { path: 'amount', text: '12' },
      { path: 'to.names[1]', text: 'a' },
      { path: 'to.names[2]', text: 'b' },
      { path: 'to.none', text: '[]' },
      { path: 'note', text: 'null' },
    ]);
  });
});

describe('where a person stands', () => {
  it('tells requester, author and others apart', () => {
    expect(standingOf(approval, 'li.na')).toBe('requester');
    expect(standingOf(approval, 'chen.lei')).toBe('author');
    expect(standingOf(approval, 'somebody')).toBe('not-asked');
    expect(standingOf({ ...approval, mayDecide: true }, 'wang.min')).toBeUndefined();
    expect(standingOf({ ...approval, status: 'expired' }, 'wang.min')).toBe('closed');
  });
});

describe('words', () => {
  it('has words of its own for every reason in both languages', () => {
    for (const words of [zh, en]) {
      expect(Object.keys(words.reason).sort()).toEqual([...WORDED_REASONS].sort());
      for (const reason of ELIGIBILITY_REASONS) expect(words.reason[reason]).not.toBe('');
    }
    expect(reasonKey('mac-learned')).toBe('reason.mac-learned');
    expect(reasonKey('the port is routed')).toBeUndefined();
  });

  it('has words for every reason no button is shown', () => {
    expect(Object.keys(zh.standing)).toEqual(Object.keys(en.standing));
    expect(Object.keys(zh.decideError)).toEqual(Object.keys(en.decideError));
  });
});

describe('times and errors', () => {
  const nowMs = Date.parse('2026-11-23T07:42:00Z');

  it('says the distance first and market time second', () => {
    expect(timeText('2026-11-23T08:00:00Z', nowMs, 'en')).toBe('in 18 min. · 16:00');
    expect(relativeTime(nowMs + 18 * 60_000, nowMs, 'zh-CN')).toContain('18');
    expect(clockTime(Date.parse('2026-11-25T08:00:00Z'), nowMs)).toBe('11-25 16:00');
    expect(timeText('soon', nowMs, 'en')).toBe('soon');
  });

  it('keeps the code of a problem and survives an answer that is none', () => {
    expect(problemOf(409, { code: 'content-changed', detail: 'x' }).code).toBe('content-changed');
    expect(problemOf(502, undefined).code).toBe('http-502');
  });
});
