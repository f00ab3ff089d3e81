import { describe, expect, it } from 'vitest';
import { describeStanding, type StandingFacts, type WaitingFor } from './standing.ts';

const ZONE = 'Asia/Shanghai';
const at = (local: string): number => Date.parse(`2026-11-23T${local}:00+08:00`);

const BASE: StandingFacts = {
  status: 'running',
  nowMs: at('15:30'),
  acceptedAtMs: at('15:00'),
  endedAtMs: null,
  currentStep: null,
  waitingFor: null,
  error: null,
  cancelledBy: null,
};

const say = (over: Partial<StandingFacts>) => describeStanding({ ...BASE, ...over }, ZONE);
const waitFor = (waitingFor: WaitingFor) => say({ status: 'waiting', waitingFor });

describe('describeStanding', () => {
  it.each<[string, Partial<StandingFacts>, string, string]>([
    ['accepted', { status: 'accepted' }, '15:00 已受理', 'Accepted at 15:00'],
    ['running', { currentStep: 'collect' }, '正在执行“collect”。', 'Running “collect”.'],
    ['running without a step', {}, '正在执行。', 'Running.'],
    ['completed', { status: 'completed', endedAtMs: at('16:04') }, '16:04 已完成。', 'Completed at 16:04.'],
    [
      'cancelled by',
      { status: 'cancelled', endedAtMs: at('16:04'), cancelledBy: 'li.na' },
      '由 li.na 取消',
      'Cancelled by li.na at 16:04.',
    ],
    ['cancelled', { status: 'cancelled' }, '已取消。', 'Cancelled.'],
    ['failed', { status: 'failed' }, '失败，需处理。', 'Failed, needs a look.'],
    [
      'rolled back',
      {
        status: 'failed',
        endedAtMs: at('16:04'),
        error: { title: 'Verify failed', detail: 'VLAN 20', step: 'push', rolledBack: true },
      },
      '16:04 在“push”失败，已回滚：Verify failed: VLAN 20。',
      'Failed and rolled back at “push” at 16:04: Verify failed: VLAN 20.',
    ],
  ])('%s', (_name, over, zh, en) => {
    expect(say(over).zh).toContain(zh);
    expect(say(over).en).toContain(en);
  });

  it('names who is waited for, since when and until when', () => {
    const sentence = waitFor({
      kind: 'approval',
      title: '12 个端口',
      candidates: ['role:net-reviewer', 'person:zhao.yun'],
      sinceMs: at('15:12'),
      deadlineAtMs: at('15:50'),
    });
    expect(sentence.zh).toBe('自 15:12 起等待网络复核或zhao.yun审批“12 个端口”，15:50 截止。');
    expect(sentence.en).toBe(
      'Waiting for a network reviewer or zhao.yun to decide “12 个端口” since 15:12; the deadline is 15:50.',
    );
  });

  it('shows the date of a time on another day', () => {
    const deadlineAtMs = at('15:50') + 2 * 86_400_000;
    const asked = {
      kind: 'approval',
      title: 't',
      candidates: ['role:approver'],
      sinceMs: at('15:12'),
    } as const;
    expect(waitFor({ ...asked, deadlineAtMs }).zh).toContain('11-25 15:50 截止');
  });

  it('names the window with its hours', () => {
    const sentence = waitFor({
      kind: 'window',
      window: 'network-daily',
      opensAtMs: at('16:00'),
      closesAtMs: at('16:30'),
    });
    expect(sentence.en).toBe(
      'Waiting for the change window “network-daily”; it opens at 16:00 and closes at 16:30.',
    );
  });

  it.each<[WaitingFor]>([
    [{ kind: 'approval', title: 't', candidates: ['role:custom'], sinceMs: 0, deadlineAtMs: null }],
    [{ kind: 'window', window: 'w', opensAtMs: null, closesAtMs: null }],
    [{ kind: 'timer', step: 's', dueAtMs: at('17:00') }],
    [{ kind: 'timer', step: 's', dueAtMs: null }],
    [{ kind: 'event', step: 's' }],
    [{ kind: 'sub-flow', step: 's' }],
  ])('has a sentence for %j', (target) => {
    const { zh, en } = waitFor(target);
    expect(zh.endsWith('。')).toBe(true);
    expect(en.endsWith('.')).toBe(true);
    expect(`${zh}${en}`).not.toMatch(/undefined|null|NaN/);
  });
});
