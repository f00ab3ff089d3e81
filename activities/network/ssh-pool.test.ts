import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSwitchSimulator, type SwitchSimulator } from '../../tests/simulators/switch/start.ts';
import type { FaultRule } from '../../tests/simulators/switch/types.ts';
import { DEFAULT_LIMITS, type SshTarget } from './ssh/connect.ts';
import { createSshPool, type DeviceSession, type SshPool } from './ssh-pool.ts';

const LIMITS = { ...DEFAULT_LIMITS, commandMs: 1500, quietMs: 15, connectMs: 2000, readyMs: 4000 };
const CREDENTIAL = { username: 'netops', password: 'correct horse', enablePassword: 'lift' };

let simulator: SwitchSimulator;
let pool: SshPool;

beforeAll(async () => {
  const login = { username: 'netops', password: 'correct horse' };
  const ports = [{ name: 'GigabitEthernet1/0/5' }];
  simulator = await startSwitchSimulator({
    devices: [
      { name: 'ios', hostname: 'access-switch-floor-seven', personality: 'cisco_ios', ...login, ports },
      {
        name: 'ios-kbd',
        personality: 'cisco_ios',
        ...login,
        auth: 'keyboard-interactive',
        enablePassword: 'lift',
        ports,
      },
      { name: 'five', personality: 'vrp5', ...login, ports: [{ name: 'GigabitEthernet0/0/5' }] },
      { name: 'eight', personality: 'vrp8', ...login, ports: [{ name: 'GE1/0/5' }] },
    ],
  });
  pool = createSshPool(1);
});
afterAll(async () => {
  await pool?.close();
  await simulator?.stop();
});

function target(name: string, changes: Partial<SshTarget> = {}): SshTarget {
  const device = simulator.device(name);
  return {
    deviceName: name,
    host: device.host,
    port: device.sshPort,
    platform: name.startsWith('ios') ? 'cisco_ios' : 'huawei_vrp',
    sshProfile: 'modern',
    hostKeyType: device.hostKeyType,
    hostKeySha256: device.hostKeySha256,
    auth: name === 'ios-kbd' ? 'keyboard-interactive' : 'password',
    ...changes,
  };
}

describe('SSH sessions in worker threads', () => {
  it('learns the prompt, follows modes and reads output whole', async () => {
    const session = await pool.open(target('ios'), CREDENTIAL, LIMITS);
    expect(session.facts.promptLine).toBe('access-switch-floor-seven#');
    await session.run('terminal length 0');
    expect((await session.run('show running-config')).output).toContain('interface GigabitEthernet1/0/5');
    const config = await session.run('configure terminal');
    expect(config).toMatchObject({ prompt: { mode: 'config' }, promptLine: 'access-switch-floor-(config)#' });
    expect((await session.run('interface GigabitEthernet1/0/5')).prompt.mode).toBe('interface');
    expect((await session.run('switchport bogus')).output).toContain('% Invalid input');
    await session.close();
  });

  it('answers keyboard-interactive and a hidden enable password', async () => {
    const session = await pool.open(target('ios-kbd'), CREDENTIAL, LIMITS);
    expect(session.facts.promptLine).toBe('ios-kbd>');
    const enabled = await session.run('enable', {
      answers: [{ pattern: 'ssword', answer: 'lift', hidden: true }],
    });
    expect(enabled.prompt.mode).toBe('privileged');
    await session.close();
  });

  it('tells clean from changed on a two-stage device and meets its question', async () => {
    const session = await pool.open(target('eight'), CREDENTIAL, LIMITS);
    expect((await session.run('system-view')).prompt).toEqual({ mode: 'config', candidate: 'clean' });
    await session.run('interface GE1/0/5');
    expect((await session.run('description wall')).prompt).toEqual({
      mode: 'interface',
      candidate: 'changed',
    });
    const left = await session.run('return', { answers: [{ pattern: 'Uncommitted', answer: 'N' }] });
    expect(left.promptLine).toBe('<eight>');
    expect((await simulator.view('eight')).ports['GE1/0/5']?.running).toEqual([]);
    await session.close();
  });

  it.each([
    [
      'another host key',
      { hostKeySha256: 'SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' },
      'host-key-changed',
    ],
    ['no pinned host key', { hostKeySha256: null, hostKeyType: null }, 'host-key-unpinned'],
  ] as const)('sends no credential to %s', async (_title, changes, code) => {
    const before = (await simulator.view('five')).credentialsSeen;
    await expect(pool.open(target('five', changes), CREDENTIAL, LIMITS)).rejects.toMatchObject({
      code,
      seenFingerprint: simulator.device('five').hostKeySha256,
    });
    expect((await simulator.view('five')).credentialsSeen).toBe(before);
  });

  it('tries exactly one login', async () => {
    const before = (await simulator.view('five')).credentialsSeen;
    const wrong = { ...CREDENTIAL, password: 'wrong' };
    await expect(pool.open(target('five'), wrong, LIMITS)).rejects.toMatchObject({ code: 'auth-failed' });
    expect((await simulator.view('five')).credentialsSeen).toBe(before + 1);
  });

  it('names an address where nothing listens', async () => {
    await expect(pool.open(target('five', { port: 1 }), CREDENTIAL, LIMITS)).rejects.toMatchObject({
      code: 'unreachable',
    });
  });
});

describe('a line that does not end as expected', () => {
  let session: DeviceSession;
  beforeEach(async () => {
    await simulator.setFaults('five', []);
    session = await pool.open(target('five'), CREDENTIAL, LIMITS);
    await session.run('screen-length 0 temporary');
    return async () => session.close();
  });

  it.each<[string, FaultRule['act'], string]>([
    ['stall', { kind: 'stall' }, 'silence'],
    ['pager', { kind: 'pager' }, 'unexpected-pager'],
    ['question', { kind: 'question', text: 'Are you sure? [Y/N]:' }, 'unexpected-question'],
    ['drop', { kind: 'drop', before: true }, 'connection-lost'],
    ['renamed prompt', { kind: 'rename', hostname: 'somewhere-else' }, 'silence'],
    ['flood', { kind: 'flood', bytes: 10_000_000 }, 'output-too-large'],
  ])('%s is a failure and the session takes no further line', async (_title, act, code) => {
    await simulator.setFaults('five', [{ line: 'display version', act }]);
    await expect(session.run('display version')).rejects.toMatchObject({ code });
    await expect(session.run('display clock')).rejects.toMatchObject({ code: 'session-unusable' });
    await simulator.setFaults('five', [{ act: { kind: 'rename', hostname: 'five' } }]);
  });

  it('sees through escape sequences and a slow answer', async () => {
    await simulator.setFaults('five', [
      { line: 'display clock', act: { kind: 'delay', delayMs: 200 } },
      { line: 'display clock', act: { kind: 'garbage' } },
    ]);
    expect((await session.run('display clock')).output).toMatch(
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+08:00\nMonday/,
    );
  });

  it('never types control characters or the help key', async () => {
    for (const line of ['display\nreset', 'display ?', 'a\u001bb', 'a\u0003']) {
      await expect(session.run(line)).rejects.toMatchObject({ code: 'bad-line' });
    }
  });
});
