import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSwitchSimulator, type SwitchSimulator } from '../../tests/simulators/switch/start.ts';
import { collectDevices, collectPortState } from './collect-devices.ts';
import { probeDevice } from './probe-device.ts';
import { createSshPool, type SshPool } from './ssh-pool.ts';
import { ENABLE_PASSWORD, LOGIN, PushBench } from '../../tests/simulators/switch/bench/push-bench.ts';

let simulator: SwitchSimulator;
let pool: SshPool;
let bench: PushBench;
const FOUR_DAYS_AGO = Date.now() - 4 * 86_400_000;

beforeAll(async () => {
  const ports = (prefix: string, mac: string) => [
    {
      name: `${prefix}1`,
      link: 'up' as const,
      macs: [mac],
      neighbor: 'core-1',
      config: { mode: 'trunk' as const, trunkVlans: [10, 20], nativeVlan: 10 },
    },
    {
      name: `${prefix}2`,
      downSinceMs: FOUR_DAYS_AGO,
      flaps: 3,
      config: { description: 'spare seat', mode: 'access' as const, accessVlan: 20 },
    },
    { name: `${prefix}3`, link: 'err-disabled' as const, channelMember: true },
    { name: `${prefix}4`, config: { shutdown: true } },
  ];
  const vlans = [10, 20];
  simulator = await startSwitchSimulator({
    devices: [
      {
        name: 'ios',
        personality: 'cisco_ios',
        ...LOGIN,
        enablePassword: ENABLE_PASSWORD,
        vlans,
        ports: ports('GigabitEthernet1/0/', '0011.2233.4455'),
      },
      {
        name: 'five',
        personality: 'vrp5',
        ...LOGIN,
        vlans,
        ports: ports('GigabitEthernet0/0/', '0011-2233-4455'),
      },
    ],
  });
  pool = createSshPool(1);
  bench = new PushBench(simulator, pool);
  bench.addDevice('ios', 'cisco_ios');
  bench.addDevice('five', 'huawei_vrp');
});
afterAll(async () => {
  await pool?.close();
  await simulator?.stop();
});

describe('collecting devices', () => {
  it.each([
    [
      'ios',
      'GigabitEthernet1/0/',
      ['description spare seat', 'switchport access vlan 20', 'switchport mode access'],
    ],
    [
      'five',
      'GigabitEthernet0/0/',
      ['description spare seat', 'port link-type access', 'port default vlan 20'],
    ],
  ])('reads %s whole', async (name, prefix, config) => {
    const { devices } = await collectDevices(bench.deps, [name]);
    const [device] = devices;
    expect(device).toMatchObject({ device: name, reachable: true });
    expect(Math.abs(Date.parse(device?.upSince ?? '') - (Date.now() - 30 * 86_400_000))).toBeLessThan(
      120_000,
    );
    expect(device?.ports).toMatchObject([
      {
        port: `${prefix}1`,
        link: 'up',
        adminUp: true,
        vlanMode: 'trunk',
        trunkVlans: [10, 20],
        nativeVlan: 10,
        macCount: 1,
        neighbor: 'core-1',
        downSince: null,
      },
      {
        port: `${prefix}2`,
        link: 'down',
        flapCount: 3,
        vlanMode: 'access',
        accessVlan: 20,
        description: 'spare seat',
        macCount: 0,
        neighbor: null,
        config,
      },
      { port: `${prefix}3`, link: 'err-disabled', channelMember: true },
      { port: `${prefix}4`, link: 'admin-down', adminUp: false },
    ]);
    expect(Math.abs(Date.parse(device?.ports[1]?.downSince ?? '') - FOUR_DAYS_AGO)).toBeLessThan(3_700_000);
    expect(simulator.journal(name)).toEqual([]);
  });

  it('reports a dead device, a strange host key and an unknown name without failing the others', async () => {
    const row = bench.fake.deviceRows.get('ios');
    if (!row) throw new Error('no device');
    bench.fake.deviceRows.set('dead', { ...row, name: 'dead', port: 1 });
    bench.fake.deviceRows.set('unpinned', {
      ...row,
      name: 'unpinned',
      hostKeySha256: null,
      hostKeyType: null,
    });
    const { devices } = await collectDevices(bench.deps, ['dead', 'unpinned', 'nowhere', 'five']);
    expect(devices.map((device) => [device.device, device.reachable, device.error?.split(':')[0]])).toEqual([
      ['dead', false, 'unreachable'],
      ['unpinned', false, 'host-key-unpinned'],
      ['nowhere', false, 'the device is not in the inventory'],
      ['five', true, undefined],
    ]);
  });

  it('stores one sample per port of a trading day', async () => {
    const summary = await collectPortState(bench.deps, {
      tradingDay: '2026-11-20',
      devices: ['ios', 'dead'],
    });
    expect(summary).toMatchObject({
      devices: [
        { device: 'ios', ports: 4 },
        { device: 'dead', ports: 0, error: expect.stringContaining('unreachable') },
      ],
    });
    expect(bench.fake.sampleRows).toHaveLength(4);
    expect(bench.fake.sampleRows[1]).toMatchObject({
      deviceName: 'ios',
      tradingDay: '2026-11-20',
      link: 'down',
      flapCount: 3,
      source: 'schedule',
    });
    await expect(collectPortState(bench.deps, { tradingDay: 'yesterday' })).rejects.toThrow(
      'Bad trading day',
    );
  });
});

describe('device test', () => {
  it('tells how far it came', async () => {
    expect(await probeDevice(bench.deps, { device: 'ios' })).toMatchObject({
      ok: true,
      stage: 'done',
      ports: 4,
    });
    expect(await probeDevice(bench.deps, { device: 'dead' })).toMatchObject({ ok: false, stage: 'connect' });
    expect(await probeDevice(bench.deps, { device: 'unpinned' })).toMatchObject({
      stage: 'host-key',
      seenFingerprint: simulator.device('ios').hostKeySha256,
    });
    expect(await probeDevice(bench.deps, { device: 'nowhere' })).toMatchObject({ stage: 'unknown-device' });
  });
});
