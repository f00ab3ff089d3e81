import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSwitchSimulator, type SwitchSimulator } from '../../tests/simulators/switch/start.ts';
import type { PlannedDevice } from './push/push-types.ts';
import { type PushOutput, pushDeviceChanges } from './push-device-changes.ts';
import { createSshPool, type SshPool } from './ssh-pool.ts';
import { PushBench } from '../../tests/simulators/switch/bench/push-bench.ts';
import {
  EIGHT,
  FIVE,
  IOS,
  type PushCase,
  planOf,
  simulatedDevices,
} from '../../tests/simulators/switch/bench/push-cases.ts';

let simulator: SwitchSimulator;
let pool: SshPool;
let bench: PushBench;
/** Every test takes ports of its own. */
const taken = new Map<string, number>();
function fresh(kind: PushCase): number {
  const index = (taken.get(kind.device) ?? 0) + 1;
  taken.set(kind.device, index);
  return index;
}

beforeAll(async () => {
  simulator = await startSwitchSimulator({ devices: simulatedDevices(40) });
  pool = createSshPool(1);
});
afterAll(async () => {
  await pool?.close();
  await simulator?.stop();
});
beforeEach(async () => {
  bench = new PushBench(simulator, pool);
  bench.addAll();
  for (const device of ['ios', 'five', 'eight']) {
    await simulator.setFaults(device, []);
    await simulator.control({ kind: 'secondAdmin', device, user: null, configuring: false });
  }
});

async function push(devices: readonly PlannedDevice[]): Promise<PushOutput> {
  return pushDeviceChanges(bench.deps, { context: bench.context(), input: bench.input(devices) });
}
const running = async (kind: PushCase, index: number): Promise<string[] | undefined> =>
  (await simulator.view(kind.device)).ports[kind.portName(index)]?.running;
const journalOf = (kind: PushCase, index: number): string[] =>
  simulator
    .journal(kind.device)
    .filter((entry) => entry.interface === kind.portName(index))
    .map((entry) => entry.line);

/** Runs a push whose worker dies when `dies` says so; resolves once it is dead. */
async function crashDuring(
  devices: readonly PlannedDevice[],
  dies: (line: number) => boolean,
): Promise<void> {
  const doomed = createSshPool(1);
  bench.pool = doomed;
  await new Promise<void>((resolve, reject) => {
    bench.onHeartbeat = (details) => {
      if (typeof details.line !== 'number' || !dies(details.line)) return;
      bench.onHeartbeat = () => undefined;
      void bench.crash(doomed).then(resolve, reject);
    };
    push(devices).then(() => reject(new Error('the push ended before the crash')), reject);
  });
  bench.pool = pool;
}

describe.each([IOS, FIVE, EIGHT])('worker death during a push to $device', (kind) => {
  it.each(kind.commands.map((line, index) => [index + 1, line] as const))(
    'before line %i (%s): the next attempt reads first and ends in the planned state',
    async (at) => {
      const index = fresh(kind);
      const devices = planOf(kind, [index]);
      await crashDuring(devices, (line) => line === at);
      const sentBefore = journalOf(kind, index).length;
      const output = await push(devices);
      expect(output.results[0]).toMatchObject({ outcome: 'applied' });
      expect(await running(kind, index)).toEqual(kind.post);
      expect([...bench.fake.effectRows.values()].map((row) => row.status)).toEqual(['done']);
      const view = await simulator.view(kind.device);
      expect(view.ports[kind.portName(index)]?.startup).toEqual(kind.post);
      // Lines that had taken effect were taken back before they were sent again.
      if (kind.device !== 'eight' && at > 1) {
        expect(journalOf(kind, index).slice(sentBefore)).toEqual(expect.arrayContaining([kind.inverse[0]]));
      }
    },
  );

  it('after the last line: nothing is sent again, and it is saved', async () => {
    const index = fresh(kind);
    const devices = planOf(kind, [index]);
    await simulator.setFaults(kind.device, [
      { line: kind.device === 'ios' ? 'write memory' : 'save', act: { kind: 'stall' } },
    ]);
    const doomed = createSshPool(1);
    bench.pool = doomed;
    void push(devices).catch(() => undefined);
    await expect
      .poll(() => [...bench.fake.effectRows.values()][0]?.outcome?.result !== undefined, { timeout: 8000 })
      .toBe(true);
    await bench.crash(doomed);
    bench.pool = pool;
    await simulator.setFaults(kind.device, []);
    const sent = journalOf(kind, index).length;
    const output = await push(devices);
    expect(output.results[0]).toMatchObject({ outcome: 'applied', reason: 'verified' });
    expect(journalOf(kind, index)).toHaveLength(sent);
    expect((await simulator.view(kind.device)).ports[kind.portName(index)]?.startup).toEqual(kind.post);
  });

  it('and then a foreign edit: nothing is overwritten, a person is called', async () => {
    const index = fresh(kind);
    const devices = planOf(kind, [index]);
    await crashDuring(devices, (line) => line === 2);
    await simulator.editPort(kind.device, kind.portName(index), [
      'description keep out',
      kind.device === 'ios' ? 'spanning-tree portfast' : 'stp disable',
    ]);
    const before = await running(kind, index);
    const sent = journalOf(kind, index).length;
    const output = await push(devices);
    expect(output.results[0]).toMatchObject({ outcome: 'needs-human' });
    expect(await running(kind, index)).toEqual(before);
    expect(journalOf(kind, index)).toHaveLength(sent);
    expect(bench.fake.auditEntries.map((entry) => entry.action)).toContain('device.needs-human');
    // Asked once more, it still touches nothing.
    expect((await push(devices)).results[0]).toMatchObject({ outcome: 'needs-human' });
    expect(journalOf(kind, index)).toHaveLength(sent);
  });
});

describe.each([IOS, FIVE, EIGHT])('what stops a push to $device', (kind) => {
  const foreign = kind.device === 'ios' ? ['spanning-tree portfast'] : ['stp disable'];

  it('a foreign edit of the same port in the middle is kept', async () => {
    const index = fresh(kind);
    const act = { kind: 'edit', port: kind.portName(index), lines: foreign } as const;
    await simulator.setFaults(kind.device, [{ line: kind.commands[1] ?? '', act }]);
    const output = await push(planOf(kind, [index]));
    expect(output.results[0]).toMatchObject({ outcome: 'needs-human' });
    expect(await running(kind, index)).toEqual(expect.arrayContaining(foreign));
  });

  it('a foreign edit of another port restores ours, skips the rest and saves nothing', async () => {
    const [one, other, rest] = [fresh(kind), fresh(kind), fresh(kind)];
    const act = { kind: 'edit', port: kind.portName(other), lines: foreign } as const;
    await simulator.setFaults(kind.device, [{ line: kind.commands[1] ?? '', act }]);
    const output = await push(planOf(kind, [one, rest]));
    expect(output.results.map((result) => result.outcome)).toEqual(['rolled-back', 'skipped']);
    expect(await running(kind, one)).toEqual([]);
    expect(await running(kind, other)).toEqual(foreign);
    expect((await simulator.view(kind.device)).ports[kind.portName(other)]?.startup).toEqual([]);
  });

  it('drift from the approved state voids the port before any line', async () => {
    const [one, two] = [fresh(kind), fresh(kind)];
    await simulator.editPort(kind.device, kind.portName(one), ['description taken']);
    const output = await push(planOf(kind, [one, two]));
    expect(output.results.map((result) => result.outcome)).toEqual(['voided', 'applied']);
    expect(journalOf(kind, one)).toEqual(['description taken']);
  });

  it('a link, a learned address, a neighbour or a channel voids the port', async () => {
    const patches = [
      { link: 'up' },
      { macs: [kind.device === 'ios' ? '0011.2233.4455' : '0011-2233-4455'] },
      { neighbor: 'core-1' },
      { link: 'err-disabled' },
    ] as const;
    const indexes = patches.map(() => fresh(kind));
    for (const [at, patch] of patches.entries())
      await simulator.patchPort(kind.device, kind.portName(indexes[at] ?? 0), {
        ...patch,
        ...('macs' in patch ? { macs: [...patch.macs] } : {}),
      } as never);
    const output = await push(planOf(kind, indexes));
    expect(output.status).toBe('voided');
    expect(output.results.map((result) => result.reason)).toEqual([
      'link-up',
      'mac-learned',
      'neighbor-present: core-1',
      'err-disabled',
    ]);
    expect(indexes.flatMap((index) => journalOf(kind, index))).toEqual([]);
  });

  it('a protected port and a reboot since the last sample', async () => {
    const [one, two] = [fresh(kind), fresh(kind)];
    const row = bench.fake.deviceRows.get(kind.device);
    if (row)
      bench.fake.deviceRows.set(kind.device, {
        ...row,
        protectedPorts: [kind.portName(one).replace('GigabitEthernet', kind.device === 'ios' ? 'Gi' : 'GE')],
      });
    bench.fake.sampleRows.push({
      deviceName: kind.device,
      port: kind.portName(two),
      tradingDay: new Date(Date.now() - 86_400_000).toISOString().slice(0, 10),
      sampledAt: new Date(Date.now() - 86_400_000),
      link: 'down',
      flapCount: 0,
      downSince: null,
      deviceUpSince: null,
      source: 'schedule',
    });
    await simulator.control({ kind: 'reboot', device: kind.device, bootedAtMs: Date.now() - 3_600_000 });
    const output = await push(planOf(kind, [one, two]));
    await simulator.control({
      kind: 'reboot',
      device: kind.device,
      bootedAtMs: Date.now() - 30 * 86_400_000,
    });
    expect(output.results.map((result) => [result.outcome, result.reason])).toEqual([
      ['voided', 'protected-port'],
      ['voided', 'rebooted'],
    ]);
  });

  it('a second administrator', async () => {
    const index = fresh(kind);
    await simulator.control({ kind: 'secondAdmin', device: kind.device, user: 'zhao', configuring: true });
    const output = await push(planOf(kind, [index]));
    expect(output.results[0]).toMatchObject({
      outcome: 'skipped',
      reason: 'second-admin: zhao is logged in',
    });
    expect(journalOf(kind, index)).toEqual([]);
  });

  it('two failed ports: the rest is skipped', async () => {
    const indexes = [fresh(kind), fresh(kind), fresh(kind), fresh(kind)];
    await simulator.setFaults(kind.device, [
      { line: kind.commands[1] ?? '', times: 0, act: { kind: 'reject' } },
    ]);
    const output = await push(planOf(kind, indexes));
    expect(output.results.map((result) => result.outcome)).toEqual([
      'rolled-back',
      'rolled-back',
      'skipped',
      'skipped',
    ]);
    expect(output.status).toBe('rolled-back');
  });

  it('a cancel in the middle finishes the line, restores the port and ends cancelled', async () => {
    const [one, two] = [fresh(kind), fresh(kind)];
    bench.onHeartbeat = (details) => {
      if (details.line === 2) bench.cancel.abort(new Error('CANCELLED'));
    };
    const error: unknown = await push(planOf(kind, [one, two])).catch((reason: unknown) => reason);
    const results = (
      error as {
        cancelledWith: {
          results: Array<{ outcome: string; reason: string; lines: Array<{ line: string }> }>;
        };
      }
    ).cancelledWith.results;
    expect(results.map((result) => [result.outcome, result.reason])).toEqual([
      ['rolled-back', 'cancelled'],
      ['skipped', 'cancelled'],
    ]);
    expect(results[0]?.lines.map((line) => line.line)).toContain(kind.commands[1]);
    expect(await running(kind, one)).toEqual([]);
    expect(bench.fake.evidenceFiles.map((entry) => entry.file.name)).toContain('result.csv');
  });

  it('a stopping worker restores the port and leaves the rest to the next attempt', async () => {
    const devices = planOf(kind, [fresh(kind), fresh(kind)]);
    bench.onHeartbeat = (details) => {
      if (details.line === 2) bench.cancel.abort(new Error('WORKER_SHUTDOWN'));
    };
    await expect(push(devices)).rejects.toMatchObject({ retryable: true });
    expect([...bench.fake.effectRows.values()].map((row) => row.status)).toEqual(['planned', 'planned']);
    bench.onHeartbeat = () => undefined;
    bench.cancel = new AbortController();
    bench.attempt = 2;
    expect((await push(devices)).status).toBe('applied');
  });

  it('a lost lease: not one more line', async () => {
    const index = fresh(kind);
    bench.leaseTtlMs = 300;
    let sent = -1;
    bench.onHeartbeat = (details) => {
      if (details.line !== 2) return;
      bench.fake.stealLease(`id-${kind.device}`);
      bench.onHeartbeat = () => undefined;
      // The process stands still past the end of its lease, as after SIGSTOP.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 700);
      sent = journalOf(kind, index).length;
    };
    await expect(push(planOf(kind, [index]))).rejects.toMatchObject({
      retryable: true,
      flowError: { type: 'https://afterbell.example/errors/lease-lost' },
    });
    expect(sent).toBeGreaterThan(-1);
    expect(journalOf(kind, index)).toHaveLength(sent);
  });
});

describe('what is never begun', () => {
  it('another plan than the approved one, an approval that does not hold, a closed window', async () => {
    const devices = planOf(IOS, [fresh(IOS)]);
    const input = bench.input(devices);
    const run = async (changed: typeof input): Promise<unknown> =>
      pushDeviceChanges(bench.deps, { context: bench.context(), input: changed }).catch(
        (error: unknown) => error,
      );
    const mismatch = {
      retryable: false,
      flowError: { type: 'https://afterbell.example/errors/approval-mismatch' },
    };
    const other = planOf(IOS, [fresh(IOS)]);
    expect(await run({ ...input, plan: { ...input.plan, devices: other } })).toMatchObject(mismatch);
    const approvedOther = bench.input(other);
    expect(await run({ ...approvedOther, plan: input.plan })).toMatchObject(mismatch);
    expect(await run(input)).toMatchObject(mismatch);
    const stored = bench.fake.approvalRows.get('approval-1');
    const again = bench.input(devices);
    if (stored) bench.fake.approvalRows.set('approval-1', { ...stored, status: 'voided' });
    expect(await run(again)).toMatchObject(mismatch);
    const closed = bench.input(planOf(IOS, [fresh(IOS)]));
    const window = { ...closed.window, closesAt: new Date(Date.now() - 1000).toISOString() };
    expect(await run({ ...closed, window })).toMatchObject({
      results: [{ outcome: 'skipped', reason: 'the change window is closed' }],
    });
  });

  it('a device with another host key: audit, no credential, nothing sent', async () => {
    await simulator.control({ kind: 'hostKey', device: 'five', which: 'other' });
    const before = (await simulator.view('five')).credentialsSeen;
    const output = await push(planOf(FIVE, [fresh(FIVE)]));
    expect(output.results[0]?.outcome).toBe('skipped');
    expect(output.results[0]?.reason).toContain('host-key-changed');
    expect((await simulator.view('five')).credentialsSeen).toBe(before);
    expect(bench.fake.auditEntries.map((entry) => entry.action)).toEqual(['device.host-key-changed']);
    await simulator.control({ kind: 'hostKey', device: 'five', which: 'own' });
  });

  it('a plan that names a VLAN the device does not have', async () => {
    const index = fresh(IOS);
    const [device] = planOf(IOS, [index]);
    if (!device?.ports[0]) throw new Error('no plan');
    const commands = ['switchport access vlan 99'];
    const output = await push([
      { ...device, ports: [{ ...device.ports[0], commands, inverse: ['no switchport access vlan'] }] },
    ]);
    expect(output.results[0]).toMatchObject({ outcome: 'voided', reason: 'vlan-missing: 99' });
  });
});
