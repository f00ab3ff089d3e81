import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApprovalRow, RunRow } from '../prisma/records/types.ts';
import { approvalAct } from '../tests/support/approval-event.ts';
import { type FlowBench, openFlowBench } from '../tests/flows/flow-bench.ts';
import { waitFor } from '../tests/support/api-session.ts';

let bench: FlowBench;

beforeAll(async () => {
  bench = await openFlowBench();
  await bench.records.windows.put({ ...EVERY, name: 'often', periodMs: 4_000, lengthMs: 3_000 });
  // One millisecond in three weeks: closed whenever the tests run.
  await bench.records.windows.put({ ...EVERY, name: 'rare', periodMs: 2_000_000_000, lengthMs: 1 });
});

afterAll(async () => {
  await bench.close();
});

const EVERY = {
  title: 'of the tests',
  calendar: 'every',
  timeZone: 'Asia/Shanghai',
  opens: null,
  closes: null,
  lastStartMarginMs: 0,
};

const HOLD = `  - push: { call: 'linger:1.0.0@default', with: { port: 5 } }\n  - tell: { set: { told: true } }\n`;
const ASK = `
  - review:
      call: approval:1.0.0@default
      with: { title: Open a port, from: ['role:net-reviewer', 'person:li.na'], rule: all, deadline: PT1H, content: { port: 5 } }
`;

const windowed = (name: string, decidedAt: string) => `
  - window:
      call: change-window:1.0.0@default
      with: { name: ${name}, approval: { approvalId: a, decidedAt: '${decidedAt}' } }
`;

describe('a change window', () => {
  it('lets the run go on inside the window only', async () => {
    const run = await bench.start(await bench.publish(windowed('often', new Date().toISOString())), {});
    const output = (await bench.result(run)) as { opensAt: string; closesAt: string };
    const [step] = await stepsOf(run);
    expect(step?.endedAt?.getTime()).toBeGreaterThanOrEqual(Date.parse(output.opensAt));
    expect(step?.endedAt?.getTime()).toBeLessThan(Date.parse(output.closesAt));
  });

  it.each([
    ['the approval no longer holds at the next opening', 'rare', '2020-01-01T00:00:00Z', 'window-missed'],
    ['nobody has made the window', 'nowhere', '2020-01-01T00:00:00Z', 'window-not-found'],
  ])('ends the run when %s', async (_reason, name, decidedAt, slug) => {
    const run = await bench.start(await bench.publish(windowed(name, decidedAt)), {});
    await expect(bench.result(run)).rejects.toMatchObject({
      cause: { type: `https://afterbell.example/errors/${slug}` },
    });
  });
});

describe('an approval of all', () => {
  it('carries the decisions it already has over continue-as-new', async () => {
    const run = await bench.start(await bench.publish(ASK), {}, { continueAtEveryBoundary: true });
    const approval = await openApproval(run);
    expect(await decide(run, approval, 'wang.min', ['net-reviewer'])).toBe(true);
    expect((await bench.records.approvals.find(approval.approvalId))?.status).toBe('open');
    await bench.restartWorkers();
    expect(await decide(run, approval, 'li.na', [])).toBe(true);
    expect(await bench.result(run)).toMatchObject({ decision: 'approved', decidedBy: ['wang.min', 'li.na'] });
  });
});

describe('a cancellation', () => {
  it('from Temporal itself reaches the machine as well', async () => {
    const run = await bench.start(await bench.publish(HOLD), {});
    await hasBegun(run);
    await bench.client.workflow.getHandle(run.workflowId).cancel();
    await expect(bench.result(run)).rejects.toThrow();
    expect((await stepsOf(run)).map(({ name, status }) => `${name} ${status}`)).toEqual(['push cancelled']);
    expect((await bench.records.runs.find(run.runId))?.status).toBe('cancelled');
  });

  it('closes an open approval', async () => {
    const run = await bench.start(await bench.publish(ASK), {});
    const approval = await openApproval(run);
    await bench.flowClient.cancelRun(run, 'chen.lei', 'no longer needed');
    await expect(bench.result(run)).rejects.toThrow();
    expect((await bench.records.approvals.find(approval.approvalId))?.status).toBe('cancelled');
  });

  it('goes through to a sub-flow, and both end cancelled', async () => {
    const inner = (await bench.publish(HOLD)).document.name;
    const run = await bench.start(
      await bench.publish(
        `  - sub: { run: { workflow: { namespace: test, name: ${inner}, version: '1.0.0', input: {} } } }\n`,
      ),
      {},
    );
    const child = await waitFor('the sub-flow', 20_000, async () => {
      const { items } = await bench.records.runs.list({ flowName: inner }, { limit: 1 });
      return items[0];
    });
    await hasBegun(child);
    await bench.flowClient.cancelRun(run, 'chen.lei', 'stop all');
    await expect(bench.result(run)).rejects.toThrow();
    expect((await stepsOf(run)).map(({ status }) => status)).toEqual(['cancelled']);
    expect((await bench.records.runs.find(child.runId))?.status).toBe('cancelled');
  });
});

/** Waits until the timeline shows a step that runs. */
async function hasBegun(run: RunRow): Promise<void> {
  await waitFor('the call', 20_000, async () =>
    (await stepsOf(run)).some(({ status }) => status === 'running') ? true : undefined,
  );
}

async function openApproval(run: RunRow): Promise<ApprovalRow> {
  return waitFor('the approval', 20_000, async () => {
    const { items } = await bench.records.approvals.list({ runId: run.runId }, { limit: 1 });
    return items[0];
  });
}

function decide(run: RunRow, approval: ApprovalRow, by: string, roles: string[]): Promise<boolean> {
  return bench.flowClient.tellApproval(approvalAct(run, approval, { kind: 'approve' }, { by, roles }));
}

async function stepsOf(run: RunRow) {
  await bench.flush();
  return bench.records.timeline.steps(run.runId);
}
