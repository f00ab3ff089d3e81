import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labObstacle, type OvsLab, startOvsLab } from '../../tests/simulators/ovs/lab.ts';
import type { PlannedDevice } from './push/push-types.ts';
import { pushDeviceChanges } from './push-device-changes.ts';
import { createSshPool, type SshPool } from './ssh-pool.ts';
import { PushBench, plannedPort } from '../../tests/simulators/switch/bench/push-bench.ts';

const obstacle = labObstacle();

describe.skipIf(obstacle !== undefined)(
  `push to a real Open vSwitch${obstacle ? ` (cannot run here: ${obstacle})` : ''}`,
  () => {
    let lab: OvsLab;
    let pool: SshPool;
    let bench: PushBench;
    beforeAll(async () => {
      pool = createSshPool(1);
      lab = await startOvsLab([
        { name: 'a', port: 'p1', address: '10.77.0.1', vlan: 10, up: true },
        { name: 'b', port: 'p2', address: '10.77.0.2', vlan: 20, up: false },
      ]);
      bench = new PushBench(undefined, pool);
      bench.credential = { username: lab.username, privateKey: lab.privateKey };
      bench.fake.deviceRows.set('ovs', {
        deviceId: 'id-ovs',
        name: 'ovs',
        host: '127.0.0.1',
        port: lab.sshPort,
        platform: 'ovs',
        zone: 'default',
        credentialRef: 'device/ovs#v1',
        hostKeyType: lab.hostKeyType,
        hostKeySha256: lab.hostKeySha256,
        sshProfile: 'modern',
        protectedPorts: ['p1'],
        attributes: { bridge: lab.bridge, ovsRunDir: lab.ovsRunDir, auth: 'key' },
      });
    });
    afterAll(async () => {
      await pool?.close();
      await lab?.stop();
    });

    const plan = (from: number, to: number): PlannedDevice[] => [
      {
        device: 'ovs',
        platform: 'ovs',
        ports: [
          plannedPort(
            'p2',
            ['vlan_mode=access', `tag=${from}`],
            [
              `ovs-vsctl set port p2 vlan_mode=access tag=${to} -- set interface p2 "external_ids:description=seat 12"`,
            ],
            [
              `ovs-vsctl set port p2 vlan_mode=access tag=${from} -- remove interface p2 external_ids description`,
            ],
          ),
        ],
      },
    ];
    const push = async (devices: PlannedDevice[], runId: string) =>
      pushDeviceChanges(bench.deps, { context: bench.context(runId), input: bench.input(devices) });

    it('restores a port whose stored tag is not the one that was sent', async () => {
      lab.corruptTagOf('p2');
      const output = await push(plan(20, 10), 'run-a');
      expect(output.results[0]).toMatchObject({ outcome: 'rolled-back' });
      expect(lab.ovsVsctl('get', 'port', 'p2', 'tag')).toBe('20');
      lab.corruptTagOf(null);
    });

    it('moves a port into another VLAN: real traffic passes afterwards', async () => {
      lab.setHostLink('b', true);
      expect(lab.canPing('a', 'b')).toBe(false);
      lab.setHostLink('b', false);
      await expect.poll(() => lab.ovsVsctl('get', 'interface', 'p2', 'link_state')).toBe('down');
      const output = await push(plan(20, 10), 'run-b');
      expect(output.results[0]).toMatchObject({ outcome: 'applied', reason: 'verified' });
      lab.setHostLink('b', true);
      await expect.poll(() => lab.canPing('a', 'b'), { timeout: 10_000 }).toBe(true);
    });

    it('refuses a line that touches anything but the port, and a port with a link', async () => {
      const [device] = plan(10, 20);
      if (!device?.ports[0]) throw new Error('no plan');
      const pre = ['vlan_mode=access', 'tag=10', 'description=seat 12'];
      lab.setHostLink('b', true);
      await expect.poll(() => lab.ovsVsctl('get', 'interface', 'p2', 'link_state')).toBe('up');
      const linked = plannedPort('p2', pre, device.ports[0].commands, device.ports[0].inverse);
      expect((await push([{ ...device, ports: [linked] }], 'run-c')).results[0]).toMatchObject({
        reason: 'link-up',
      });
      lab.setHostLink('b', false);
      await expect.poll(() => lab.ovsVsctl('get', 'interface', 'p2', 'link_state')).toBe('down');
      const evil = plannedPort(
        'p2',
        pre,
        ['ovs-vsctl set port p2 tag=20 -- del-port br0 p1'],
        device.ports[0].inverse,
      );
      const output = await push([{ ...device, ports: [evil] }], 'run-d');
      expect(output.results[0]).toMatchObject({ outcome: 'rolled-back' });
      expect(output.results[0]?.reason).toContain('only columns of this port are allowed');
      expect(lab.ovsVsctl('list-ports', 'br0').split('\n')).toContain('p1');
    });
  },
);
