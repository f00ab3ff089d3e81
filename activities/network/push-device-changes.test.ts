import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSwitchSimulator, type SwitchSimulator } from '../../tests/simulators/switch/start.ts';
import type { FaultAction } from '../../tests/simulators/switch/types.ts';
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

beforeAll(async () => {
  simulator = await startSwitchSimulator({ devices: simulatedDevices(40) });
  pool = createSshPool(1);
});
afterAll(async () => {
  await pool?.close();
  await simulator?.stop();
});

/** Every test takes fresh ports, so that none sees what another left. */
let next = 0;
const fresh = (): number => {
  next += 1;
  return next;
};

beforeEach(async () => {
  bench = new PushBench(simulator, pool);
  bench.addDevice('ios', 'cisco_ios');
  bench.addDevice('five', 'huawei_vrp', { dialect: 'vrp5' });
  bench.addDevice('eight', 'huawei_vrp', { dialect: 'vrp8' });
  for (const device of ['ios', 'five', 'eight']) {
    await simulator.setFaults(device, []);
    await simulator.control({ kind: 'secondAdmin', device, user: null, configuring: false });
  }
});

async function push(devices: readonly PlannedDevice[]): Promise<PushOutput> {
  return pushDeviceChanges(bench.deps, { context: bench.context(), input: bench.input(devices) });
}

async function fault(device: string, line: string, act: FaultAction): Promise<void> {
  await simulator.setFaults(device, [{ line, act }]);
}

const running = async (kind: PushCase, index: number): Promise<string[] | undefined> =>
  (await simulator.view(kind.device)).ports[kind.portName(index)]?.running;

describe.each([IOS, FIVE, EIGHT])('push to $device', (kind) => {
  it('applies, verifies, saves and leaves evidence', async () => {
    const [one, two] = [fresh(), fresh()];
    const output = await push(planOf(kind, [one, two]));
    expect(output.results.map((result) => [result.outcome, result.reason])).toEqual([
      ['applied', 'verified'],
      ['applied', 'verified'],
    ]);
    expect(output.status).toBe('applied');
    const view = await simulator.view(kind.device);
    for (const index of [one, two]) {
      expect(view.ports[kind.portName(index)]).toEqual({ running: kind.post, startup: kind.post });
    }
    expect(view.running).toBe(view.startup);
    const kinds = bench.fake.evidenceFiles.map((entry) => entry.file.kind);
    expect(kinds).toEqual(expect.arrayContaining(['result', 'transcript', 'script', 'snapshot']));
    expect(output.files).toHaveLength(bench.fake.evidenceFiles.length);
    const everything = JSON.stringify([
      bench.fake.evidenceFiles,
      [...bench.fake.effectRows.values()].map((row) => row.outcome),
      bench.logs,
      bench.heartbeats,
    ]);
    expect(everything).not.toContain('S3cret-Canary');
    expect([...bench.fake.effectRows.values()].map((row) => row.status)).toEqual(['done', 'done']);
    expect(bench.fake.statuses[0]?.status).toBe('sent');
  });

  it('sends nothing when the port already is as planned', async () => {
    const index = fresh();
    await push(planOf(kind, [index]));
    bench = Object.assign(new PushBench(simulator, pool), { attempt: 1 });
    bench.addDevice(kind.device, kind.platform, { dialect: kind.device === 'eight' ? 'vrp8' : 'vrp5' });
    const before = simulator.journal(kind.device).length;
    expect((await push(planOf(kind, [index]))).status).toBe('already-so');
    expect(simulator.journal(kind.device)).toHaveLength(before);
  });

  it('rolls a refused port back alone and goes on with the others', async () => {
    const [one, two] = [fresh(), fresh()];
    await simulator.setFaults(kind.device, [{ line: kind.commands[2] ?? '', act: { kind: 'reject' } }]);
    const output = await push(planOf(kind, [one, two]));
    expect(output.results.map((result) => result.outcome)).toEqual(['rolled-back', 'applied']);
    expect(output.status).toBe('partly-applied');
    expect(await running(kind, one)).toEqual([]);
    expect(await running(kind, two)).toEqual(kind.post);
  });

  it.each<[string, FaultAction]>([
    ['silence', { kind: 'stall' }],
    ['a lost connection before the line', { kind: 'drop', before: true }],
    ['a lost connection after the line', { kind: 'drop', before: false }],
    ['a pager', { kind: 'pager' }],
    ['an unexpected question', { kind: 'question', text: 'Are you sure? [Y/N]:' }],
    ['a line without effect', { kind: 'ignore' }],
  ])('%s in the middle restores the port', async (_title, act) => {
    const index = fresh();
    await fault(kind.device, kind.commands[2] ?? '', act);
    const output = await push(planOf(kind, [index]));
    expect(output.results[0]).toMatchObject({ outcome: 'rolled-back' });
    expect(await running(kind, index)).toEqual([]);
    const view = await simulator.view(kind.device);
    expect(view.startup).not.toContain(`interface ${kind.portName(index)}\n description`);
  });
});
