import { randomUUID } from 'node:crypto';
import { dispatchOnce } from '../../api/events/dispatch.ts';
import { WINDOWS } from '../../api/demo-seed.ts';
import { relayOnce } from '../../api/relay.ts';
import { isJsonObject, type Json, type JsonObject, sha256Hex } from '../../domain/json.ts';
import type { RunRow } from '../../prisma/records/types.ts';
import type { FlowBench } from '../flows/flow-bench.ts';
import { waitFor } from '../support/api-session.ts';
import type { StepAnswer } from './simulated-steps.ts';

/** One run of a shipped flow from end to end. */
export interface ShippedRun {
  readonly input: JsonObject;
  /** What people and other systems do while the run goes on. */
  readonly meanwhile?: (bench: FlowBench, run: RunRow) => Promise<void>;
  /** A member of the output that only the intended way through the flow gives. */
  readonly ends: JsonObject;
}

const WAIT_MS = 30_000;
const CUSTOMER = 'c-0417';
const SIGN_OFF = 'sign-off';

/** Runs of the shipped flows by file name: with approvals by people, events, and waits made short by what the steps answer. */
export const shippedRuns: Readonly<Record<string, ShippedRun>> = {
  'access-request': {
    // 1.8 seconds of access.
    input: {
      requestId: 'r-1',
      person: 'li.na',
      kind: 'role',
      access: 'net-reviewer',
      reason: '顶班',
      hours: 0.0005,
    },
    meanwhile: async (bench, run) => {
      await approve(bench, run, 'zhao.lin', 'risk-officer');
      await approve(bench, run, 'sun.yan', 'approver');
    },
    ends: { status: 'ended' },
  },
  'account-opening-follow-up': {
    input: { customer: CUSTOMER, step: 'id-card', sequence: 1 },
    meanwhile: async (bench, run) => {
      await reaches(bench, run, 'hear');
      await send(bench, 'com.afterbell.customer.progressed', { customer: CUSTOMER });
    },
    ends: { status: 'person' },
  },
  'daily-port-state': { input: { tradingDay: '2026-11-20' }, ends: { tradingDay: '2026-11-20' } },
  'nightly-position-reconciliation': {
    input: { tradingDay: '2026-11-20' },
    meanwhile: async (bench, run) => {
      await reaches(bench, run, 'signedLate');
      await send(bench, 'com.afterbell.reconciliation.signed', { signOffId: SIGN_OFF, maker: 'li.na' });
    },
    ends: { status: 'signed' },
  },
  'service-down': {
    input: { incidentId: 'i-1', service: 'trading-gateway' },
    meanwhile: (bench, run) => approve(bench, run, 'wang.min', 'net-reviewer'),
    ends: { status: 'resolved' },
  },
  'switch-port-provisioning': {
    input: {
      requestId: 'q-1',
      reason: '席位扩容',
      window: 'demo',
      ports: [
        { device: 'sw-1', port: 'GigabitEthernet0/1', mode: 'access', accessVlan: 120, adminUp: true },
        { device: 'sw-1', port: 'GigabitEthernet0/2', mode: 'access', accessVlan: 120, adminUp: true },
      ],
    },
    meanwhile: async (bench, run) => {
      const demo = WINDOWS.find(({ name }) => name === 'demo');
      if (demo === undefined) throw new Error('there is no window demo');
      await bench.records.windows.put(demo);
      await approve(bench, run, 'wang.min', 'net-reviewer');
    },
    ends: { decision: 'approved' },
  },
};

const members = (value: Json): JsonObject => (isJsonObject(value) ? value : {});
const inMs = (ms: number): JsonObject => ({
  dueAtMs: Date.now() + ms,
  dueAt: new Date(Date.now() + ms).toISOString(),
});

/** Answers that take the shipped flows through waits, rounds and guards their simulators know nothing of. */
export const shippedAnswers: Readonly<Record<string, StepAnswer>> = {
  'journey-enter': (_input, simulated) => ({ ...members(simulated), ...inMs(20_000) }),
  'call-cancel': (_input, simulated) => ({
    ...members(simulated),
    ...inMs(1_500),
    over: false,
    reason: null,
  }),
  'service-restart': ({ approval }, simulated) =>
    approval === undefined || approval === null
      ? { outcome: 'stopped-by-guard', rule: 'needs-approval', reason: 'a person decides' }
      : simulated,
  'sign-off': (_input, simulated) => ({ ...members(simulated), signOffId: SIGN_OFF, remainingMs: 1_500 }),
  'bot-run': ({ bot }, simulated) => {
    const name = `${typeof bot === 'string' ? bot.replace(/@.*/, '') : ''}.csv`;
    const sha256 = sha256Hex(name);
    const facts = { rows: '1', longLots: '1', shortLots: '0' };
    return {
      ...members(simulated),
      files: { [name]: { ref: `payload:${sha256}`, name, sha256, bytes: 40, rows: 1, facts } },
    };
  },
};

/** Decides the open approval of a run as the product does: on record first, then the run is told. */
async function approve(bench: FlowBench, run: RunRow, personId: string, role: string): Promise<void> {
  const { approvals } = bench.records;
  const { approvalId, contentHash } = await waitFor('the approval', WAIT_MS, async () =>
    (await approvals.list({ runId: run.runId, status: 'open' }, { limit: 1 })).items.at(0),
  );
  const recorded = await approvals.act({
    eventId: randomUUID(),
    approvalId,
    personId,
    roles: [role],
    onBehalfOf: null,
    act: { kind: 'approve' },
    comment: '同意',
    contentHash,
  });
  if (recorded.outcome === 'refused') throw new Error(recorded.code);
  await relayOnce(bench.api);
}

/** Waits until a step of the run waits for something. */
export async function reaches(bench: FlowBench, run: RunRow, step: string): Promise<void> {
  await waitFor(`the run to wait in ${step}`, WAIT_MS, async () => {
    await bench.flush();
    const rows = await bench.records.timeline.steps(run.runId);
    return rows.some(({ name, endedAt }) => name === step && endedAt === null) ? true : undefined;
  });
}

/** Stores an event and hands it out as the product does. */
export async function send(bench: FlowBench, type: string, data: JsonObject): Promise<void> {
  const eventId = randomUUID();
  const envelope = { specversion: '1.0', id: eventId, source: '/replay', type, data };
  await bench.records.events.accept([
    { source: '/replay', eventId, type, subject: null, envelope, receivedBy: 'replay' },
  ]);
  while ((await dispatchOnce(bench.api)) > 0);
}
