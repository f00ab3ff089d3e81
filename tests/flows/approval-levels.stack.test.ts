import { randomUUID } from 'node:crypto';
import { WorkflowFailedError } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { relayOnce } from '../../api/relay.ts';
import type { ApprovalAct } from '../../domain/approval/approval.ts';
import type { ApprovalRow, RunRow } from '../../prisma/records/types.ts';
import { waitFor } from '../support/api-session.ts';
import { type FlowBench, openFlowBench } from './flow-bench.ts';

const ask = (settings: string) => `
  - ask:
      call: approval:1.1.0@default
      with: { title: 两级, ${settings}, content: { port: p1 } }
`;
const TWO = `levels: [ { from: ['person:ann', 'person:bob'], rule: all }, { from: ['role:risk'], rule: at-least, need: 2 } ]`;

describe('levels, moves and deadlines on real Temporal', () => {
  let bench: FlowBench;
  beforeAll(async () => {
    bench = await openFlowBench();
  });
  afterAll(async () => {
    await bench.close();
  });

  const begin = async (settings: string, options = {}): Promise<[RunRow, ApprovalRow]> => {
    const run = await bench.start(await bench.publish(ask(settings)), {}, options);
    const approval = await waitFor(
      'the approval',
      20_000,
      async () =>
        (await bench.records.approvals.list({ runId: run.runId, status: 'open' }, { limit: 1 })).items[0],
    );
    return [run, approval];
  };
  /** Records an act as the api does; the relay or the caller tells the run. */
  const act = async (approval: ApprovalRow, personId: string, kind: ApprovalAct | ApprovalAct['kind']) => {
    const recorded = await bench.records.approvals.act({
      eventId: randomUUID(),
      approvalId: approval.approvalId,
      personId,
      roles: personId.startsWith('risk') ? ['risk'] : personId === 'boss' ? ['head'] : [],
      onBehalfOf: null,
      act: typeof kind === 'string' ? ({ kind } as ApprovalAct) : kind,
      comment: 'c',
      contentHash: approval.contentHash,
    });
    if (recorded.outcome === 'refused') throw new Error(recorded.code);
    return recorded.event;
  };
  const find = async ({ approvalId }: ApprovalRow) => {
    const row = await bench.records.approvals.find(approvalId);
    if (row === undefined) throw new Error('the approval is gone');
    return row;
  };

  it('takes a whole log up in its order though it arrives backwards, twice, and over continue-as-new', async () => {
    const [run, approval] = await begin(TWO, { continueAtEveryBoundary: true });
    const events = [
      await act(approval, 'ann', 'approve'),
      await act(approval, 'bob', { kind: 'transfer', to: 'dan' }),
      await act(approval, 'dan', 'approve'),
      await act(approval, 'risk1', 'approve'),
      await act(approval, 'risk2', 'approve'),
    ];
    const { commandId } = approval;
    const { workflowId } = run;
    const told = [];
    for (const event of [...events.slice(1), ...events.slice(2)].toReversed())
      told.push(await bench.flowClient.tellApproval({ event, workflowId, commandId }));
    expect(told.every(Boolean)).toBe(true);
    await bench.restartWorkers();
    expect((await find(approval)).status).toBe('open');
    expect((await relayOnce(bench.api)).decided).toBe(5);
    expect(await bench.result(run)).toMatchObject({
      decision: 'approved',
      outcome: 'approved',
      decidedBy: ['ann', 'dan', 'risk1', 'risk2'],
    });
    expect((await find(approval)).status).toBe('approved');
  });

  it.each([
    ['returned', 'ann', 'return'],
    ['voided', 'requester', 'change'],
    ['withdrawn', 'requester', 'withdraw'],
  ] as const)('ends %s as a result that is no approval', async (outcome, by, kind) => {
    const [run, approval] = await begin(TWO);
    await act(approval, 'bob', 'approve');
    await act(approval, by, kind);
    await relayOnce(bench.api);
    expect(await bench.result(run)).toMatchObject({ decision: 'refused', outcome, comment: 'c' });
    expect((await find(approval)).status).toBe(outcome);
    await expect(act(approval, 'risk1', 'approve')).rejects.toThrow('approval-closed');
  });

  it('reminds at every deadline and goes on waiting', async () => {
    const [run, approval] = await begin(`from: ['role:risk'], deadline: PT0.4S, onDeadline: remind`);
    await waitFor('two reminders', 20_000, async () => {
      const log = await bench.records.approvals.log(approval.approvalId);
      return log.filter((event) => event.act.kind === 'remind').length >= 2 ? true : undefined;
    });
    await act(approval, 'risk1', 'approve');
    await relayOnce(bench.api);
    expect(await bench.result(run)).toMatchObject({ decision: 'approved', decidedBy: ['risk1'] });
    expect(await bench.records.approvals.unacknowledged(10)).toEqual([]);
  });

  it('escalates a level once: those asked then decide; without them it ends as a timeout', async () => {
    const settings = `from: ['role:risk'], rule: at-least, need: 2, deadline: PT2S, onDeadline: escalate, escalateTo: ['role:head']`;
    const [run, approval] = await begin(settings);
    await waitFor('the escalation', 20_000, async () =>
      (await find(approval)).asked.includes('role:head') ? true : undefined,
    );
    await act(approval, 'boss', 'approve');
    await relayOnce(bench.api);
    expect(await bench.result(run)).toMatchObject({ decision: 'approved', decidedBy: ['boss'] });

    const [silent, unanswered] = await begin(settings.replace('PT2S', 'PT0.3S'));
    expect(await bench.result(silent).catch((error: unknown) => error)).toBeInstanceOf(WorkflowFailedError);
    expect((await find(unanswered)).status).toBe('expired');
  });

  it('gives every level its own time', async () => {
    const [run, approval] = await begin(
      `levels: [ { from: ['person:ann'] }, { from: ['role:risk'] } ], deadline: PT3S`,
    );
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await act(approval, 'ann', 'approve');
    await relayOnce(bench.api);
    const { deadlineAt } = await find(approval);
    expect((deadlineAt?.getTime() ?? 0) - (approval.deadlineAt?.getTime() ?? 0)).toBeGreaterThan(1_000);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await act(approval, 'risk1', 'approve');
    await relayOnce(bench.api);
    expect(await bench.result(run)).toMatchObject({ decision: 'approved' });
  });
});
