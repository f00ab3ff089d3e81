import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { DeviceServer } from './device-server.ts';
import type { ControlCommand, ReadyLine, SimulatorConfig } from './types.ts';

/** `node --import tsx tests/simulators/switch/main.ts --config FILE`: prints one ready line, then obeys commands on stdin. */
async function main(): Promise<void> {
  const file = process.argv[process.argv.indexOf('--config') + 1];
  if (!process.argv.includes('--config') || !file) throw new Error('usage: main.ts --config FILE.json');
  const config = JSON.parse(readFileSync(file, 'utf8')) as SimulatorConfig;
  mkdirSync(config.folder, { recursive: true });
  const portsFile = path.join(config.folder, 'ports.json');
  const kept: Record<string, number> = existsSync(portsFile)
    ? JSON.parse(readFileSync(portsFile, 'utf8'))
    : {};
  const devices = new Map<string, DeviceServer>();
  for (const options of config.devices) {
    const device = new DeviceServer(options, config.folder);
    await device.listen(options.sshPort ?? kept[options.name] ?? 0);
    devices.set(options.name, device);
    kept[options.name] = device.sshPort;
  }
  writeFileSync(portsFile, JSON.stringify(kept));
  const ready: ReadyLine = {
    ready: true,
    devices: [...devices].map(([name, device]) => ({
      name,
      sshPort: device.sshPort,
      hostKeyType: 'ecdsa-sha2-nistp256',
      hostKeySha256: device.hostKeySha256,
    })),
  };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
  const input = createInterface({ input: process.stdin });
  input.on('line', (line) => void answer(devices, line));
  const stop = (): void =>
    void Promise.all([...devices.values()].map((device) => device.close())).then(() => process.exit(0));
  input.on('close', stop);
  process.on('SIGTERM', stop);
}

async function answer(devices: ReadonlyMap<string, DeviceServer>, line: string): Promise<void> {
  const { requestId, command } = JSON.parse(line) as { requestId: number; command: ControlCommand };
  let reply: Record<string, unknown>;
  try {
    reply = { requestId, result: await obey(devices, command) };
  } catch (error) {
    reply = { requestId, error: error instanceof Error ? error.message : String(error) };
  }
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}

async function obey(devices: ReadonlyMap<string, DeviceServer>, command: ControlCommand): Promise<unknown> {
  const device = devices.get(command.device);
  if (!device) throw new Error(`no device ${command.device}`);
  if (command.kind === 'faults') device.faults.replace(command.rules);
  if (command.kind === 'patch') device.state.patch(command.port, command.patch);
  if (command.kind === 'edit') device.foreignEdit(command.port, command.lines);
  if (command.kind === 'hostKey') await device.useHostKey(command.which);
  if (command.kind === 'auth') device.acceptLogins = command.accept;
  if (command.kind === 'reboot') {
    device.state.bootedAtMs = command.bootedAtMs;
    device.state.store();
  }
  if (command.kind === 'secondAdmin') {
    device.state.secondAdmin = command.user ? { user: command.user, configuring: command.configuring } : null;
  }
  return command.kind === 'state' ? device.view() : null;
}

await main();
