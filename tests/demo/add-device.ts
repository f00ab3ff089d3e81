import { seededSamples } from '../../api/demo-seed.ts';
import { openRecords } from '../../prisma/records/index.ts';
import type { LocalStack } from '../support/local-stack.ts';

/** A device of the demo as its target describes it. */
export interface TargetDevice {
  readonly name: string;
  readonly sshPort: number;
  readonly platform: 'cisco_ios' | 'ovs';
  readonly hostKeyType: string;
  readonly hostKeySha256: string;
  readonly credential: Readonly<Record<string, string>>;
  readonly attributes: Readonly<Record<string, string>>;
  readonly protectedPorts: readonly string[];
  /** Ports that get two seeded trading days without link. */
  readonly idlePorts: readonly string[];
  readonly deviceUpSince: Date | null;
}

/** Adds the device as an administrator would, with its secret and pinned host key, and seeds the history the rule asks for. */
export async function addDevice(stack: LocalStack, device: TargetDevice): Promise<void> {
  const admin = await stack.signIn('admin');
  const { reference } = await admin.need<{ reference: string }>('POST', '/v1/secrets', {
    name: `device/${device.name}`,
    value: device.credential,
  });
  await admin.need('POST', '/v1/devices', {
    name: device.name,
    host: '127.0.0.1',
    port: device.sshPort,
    platform: device.platform,
    credentialRef: reference,
    hostKeyType: device.hostKeyType,
    hostKeySha256: device.hostKeySha256,
    protectedPorts: device.protectedPorts,
    attributes: device.attributes,
  });
  const records = openRecords(stack.databaseUrl());
  try {
    const idle = device.idlePorts.map((port) => ({
      port,
      flapCount: null,
      downSince: null,
      deviceUpSince: device.deviceUpSince,
    }));
    await records.devices.putSamples(seededSamples(device.name, idle, Date.now()));
  } finally {
    await records.close();
  }
}
