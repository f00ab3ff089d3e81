import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labObstacle, type OvsLab, startOvsLab } from './lab.ts';

const obstacle = labObstacle();

describe.skipIf(obstacle !== undefined)(
  `Open vSwitch lab${obstacle ? ` (cannot run here: ${obstacle})` : ''}`,
  () => {
    let lab: OvsLab;
    beforeAll(async () => {
      lab = await startOvsLab([
        { name: 'a', port: 'p1', address: '10.77.0.1', vlan: 10, up: true },
        { name: 'b', port: 'p2', address: '10.77.0.2', vlan: 20, up: true },
      ]);
    });
    afterAll(async () => {
      await lab?.stop();
    });

    const overSsh = (command: string): string => {
      const key = `${lab.ovsRunDir}/key`;
      writeFileSync(key, lab.privateKey, { mode: 0o600 });
      const options = [
        '-o',
        'StrictHostKeyChecking=no',
        '-o',
        'UserKnownHostsFile=/dev/null',
        '-o',
        'LogLevel=ERROR',
      ];
      return execFileSync(
        'ssh',
        [...options, '-i', key, '-p', String(lab.sshPort), 'root@127.0.0.1', command],
        { encoding: 'utf8' },
      );
    };

    it('separates VLANs in real traffic and joins them after a change over SSH', async () => {
      expect(lab.canPing('a', 'b')).toBe(false);
      overSsh(`OVS_RUNDIR=${lab.ovsRunDir} ovs-vsctl set port p2 tag=10`);
      await expect.poll(() => lab.canPing('a', 'b'), { timeout: 20_000 }).toBe(true);
    });

    it('stores a wrong tag while the fault is planted', () => {
      lab.corruptTagOf('p2');
      overSsh(`OVS_RUNDIR=${lab.ovsRunDir} ovs-vsctl set port p2 tag=20`);
      expect(lab.ovsVsctl('get', 'port', 'p2', 'tag')).toBe('999');
    });
  },
);
