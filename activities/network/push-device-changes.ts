import type { DeviceLease, EffectRow } from '../../prisma/records/types.ts';
import type { StepCall } from '../../steps/define-step.ts';
import { type ActivityTask, flowError, type NetworkDeps } from './network-deps.ts';
import { type DeviceEnd, DevicePush, stopWord } from './push/device-push.ts';
import { LeaseKeeper, LeaseLostError, monotonicMs } from './push/lease-keeper.ts';
import { finishedResult, Ledger } from './push/ledger.ts';
import type { PlannedDevice, PortResult, PushInput } from './push/push-types.ts';
import { EvidenceWriter, type StoredFile, storeDeviceFiles, storeReport } from './push/report.ts';
import { refusePlan, windowLeftMs } from './push/validate.ts';
import { SshError } from './ssh/ssh-error.ts';
import { mapLimit } from './map-limit.ts';

/** What a push leaves in the run. */
export interface PushOutput {
  readonly status: 'applied' | 'partly-applied' | 'rolled-back' | 'already-so' | 'voided';
  readonly results: PortResult[];
  readonly files: StoredFile[];
}

const DEVICES_AT_ONCE = 4;
const HEARTBEAT_MS = 3000;
const LEASE_TTL_MS = 30_000;
const LEASE_POLL_MS = 400;

interface Push {
  readonly deps: NetworkDeps;
  readonly task: ActivityTask;
  readonly call: StepCall<PushInput>;
  readonly ledger: Ledger;
  readonly writer: EvidenceWriter;
}

/**
 * Carries an approved plan to the devices: only these bytes, only inside the window, only under the device's lease. Every port ends in
 * one of six outcomes; a retry continues from what the devices show. Errors: `approval-mismatch`, `window-missed`, `device-busy` and
 * `lease-lost` (the last two are retried). A cancelled push restores the port in progress, stores its results and ends cancelled.
 */
export async function pushDeviceChanges(deps: NetworkDeps, call: StepCall<PushInput>): Promise<PushOutput> {
  const task = deps.task();
  const approval = await deps.records.approvals.find(call.input.approval.approvalId);
  const refusal = refusePlan(call.input, approval);
  if (refusal) throw task.failure(refusal, false);
  const push: Push = {
    deps,
    task,
    call,
    ledger: new Ledger(deps.records.effects, call.context),
    writer: new EvidenceWriter(deps.records.evidence, call.context),
  };
  const beat = setInterval(() => task.heartbeat({ planId: call.input.plan.planId }), HEARTBEAT_MS);
  try {
    const ends = await mapLimit(call.input.plan.devices, DEVICES_AT_ONCE, async (planned) =>
      pushDevice(push, planned),
    );
    return await conclude(push, ends);
  } finally {
    clearInterval(beat);
  }
}

async function conclude(push: Push, ends: readonly DeviceEnd[]): Promise<PushOutput> {
  const results = ends.flatMap((end) => end.results);
  if (push.task.signal.aborted && results.some((result) => result.reason === 'shutdown')) {
    const error = flowError(
      'worker-stopping',
      503,
      'The worker is stopping',
      'ports in progress were restored',
    );
    throw push.task.failure(error, true);
  }
  const status = pushStatus(results);
  await storeReport(push.writer, push.call.input, ends, status);
  await reportPeople(push, results);
  const output: PushOutput = { status, results, files: push.writer.files };
  if (!push.task.signal.aborted || stopWord(push.task.signal) === 'shutdown') return output;
  const details = structuredClone(output) as unknown as Record<string, never>;
  throw push.task.cancelled('the push was cancelled; what was in progress has been restored', details);
}

/** One word for all ports. */
export function pushStatus(results: readonly PortResult[]): PushOutput['status'] {
  const has = (outcome: PortResult['outcome']): boolean =>
    results.some((result) => result.outcome === outcome);
  const only = (...outcomes: Array<PortResult['outcome']>): boolean =>
    results.length > 0 && results.every((result) => outcomes.includes(result.outcome));
  if (only('already-so')) return 'already-so';
  if (only('applied', 'already-so')) return 'applied';
  if (only('voided')) return 'voided';
  if (has('applied') || has('already-so') || has('needs-human')) return 'partly-applied';
  return has('rolled-back') ? 'rolled-back' : 'voided';
}

async function reportPeople(push: Push, results: readonly PortResult[]): Promise<void> {
  for (const result of results.filter((one) => one.outcome === 'needs-human')) {
    const detail = { runId: push.call.context.runId, port: result.port, reason: result.reason };
    push.deps.log.error({ ...detail, device: result.device }, 'a port needs a person');
    await push.deps.records.audit.append({
      actor: 'system:network',
      action: 'device.needs-human',
      objectKind: 'device',
      objectId: result.device,
      detail,
    });
  }
}

async function pushDevice(push: Push, planned: PlannedDevice): Promise<DeviceEnd> {
  const rows = new Map<string, EffectRow>();
  const { planHash } = push.call.input.plan;
  for (const port of planned.ports)
    rows.set(port.port, await push.ledger.intend(planned.device, port, planHash));
  const finished = [...rows.values()].map(finishedResult);
  if (finished.every((result) => result !== undefined)) return bare(planned.device, finished);
  const interrupted = [...rows.values()].some((row) => row.status === 'sent');
  const device = await push.deps.records.devices.findByName(planned.device);
  if (!device) return refuseAll(push, planned, rows, 'the device is not in the inventory');
  if (device.platform !== planned.platform)
    return refuseAll(push, planned, rows, 'the device has another platform than the plan');
  if (!interrupted && windowLeftMs(push.call.input, push.deps.clock()) <= 0) {
    return refuseAll(push, planned, rows, 'the change window is closed');
  }
  const ttlMs = push.deps.leaseTtlMs ?? LEASE_TTL_MS;
  const taken = await takeLease(push, device.deviceId, ttlMs);
  if (!taken) {
    if (interrupted) throw busy(push, planned.device);
    return refuseAll(push, planned, rows, 'the device is leased to another run');
  }
  const keeper = new LeaseKeeper({
    lease: taken.lease,
    devices: push.deps.records.devices,
    ttlMs,
    deviceName: planned.device,
    acquiredAtMs: taken.askedAtMs,
    onLost: () => devicePush.cut(),
  });
  const devicePush: DevicePush = new DevicePush(
    {
      deps: push.deps,
      task: push.task,
      context: push.call.context,
      device,
      planned,
      rows,
      ledger: push.ledger,
      closesAtMs: Date.parse(push.call.input.window.closesAt),
      storeSnapshot: async (name, text) =>
        void (await push.writer.put('snapshot', name, 'text/plain; charset=utf-8', text)),
    },
    keeper,
  );
  try {
    const end = await devicePush.run();
    await storeDeviceFiles(push.writer, end);
    return end;
  } catch (error) {
    await storeDeviceFiles(push.writer, await devicePush.abandon()).catch(() => undefined);
    throw infrastructure(push, planned.device, error);
  } finally {
    await keeper.release();
  }
}

async function takeLease(
  push: Push,
  deviceId: string,
  ttlMs: number,
): Promise<{ lease: DeviceLease; askedAtMs: number } | undefined> {
  const holder = `${push.call.context.runId}/${push.task.worker}/${push.task.attempt}`;
  const giveUpAtMs = monotonicMs() + ttlMs * 1.5;
  for (;;) {
    const askedAtMs = monotonicMs();
    const lease = await push.deps.records.devices.acquireLease(deviceId, holder, ttlMs);
    if (lease) return { lease, askedAtMs };
    if (push.task.signal.aborted || monotonicMs() > giveUpAtMs) return undefined;
    await new Promise((resolve) => setTimeout(resolve, LEASE_POLL_MS));
  }
}

function bare(device: string, results: ReadonlyArray<PortResult | undefined>): DeviceEnd {
  const known = results.filter((result) => result !== undefined);
  return { device, results: known, transcript: [], before: undefined, after: undefined };
}

/** No port of the device is begun; interrupted ones need a person. */
async function refuseAll(
  push: Push,
  planned: PlannedDevice,
  rows: ReadonlyMap<string, EffectRow>,
  reason: string,
): Promise<DeviceEnd> {
  const at = new Date(push.deps.clock()).toISOString();
  const results: PortResult[] = [];
  for (const { port } of planned.ports) {
    const row = rows.get(port);
    const finished = row && finishedResult(row);
    const interrupted = row?.status === 'sent';
    const result: PortResult = finished ?? {
      device: planned.device,
      port,
      outcome: interrupted ? 'needs-human' : 'skipped',
      reason: interrupted ? `interrupted, and then ${reason}` : reason,
      startedAt: at,
      endedAt: at,
      lines: [],
      before: [],
      after: [],
    };
    if (row && !finished) await push.ledger.close(row, result);
    results.push(result);
  }
  return bare(planned.device, results);
}

function busy(push: Push, device: string): Error {
  const error = flowError('device-busy', 409, 'The device is leased to another run', device);
  return push.task.failure(error, true);
}

function infrastructure(push: Push, device: string, error: unknown): Error {
  if (error instanceof LeaseLostError) {
    return push.task.failure(flowError('lease-lost', 409, 'The device lease was lost', device), true);
  }
  if (error instanceof SshError && error.transient) {
    return push.task.failure(
      flowError('device-unreachable', 503, 'The device does not answer', error.message),
      true,
    );
  }
  return error instanceof Error ? error : new Error(String(error));
}
