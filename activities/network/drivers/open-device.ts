import type { DeviceRow } from '../../../prisma/records/types.ts';
import { limitsOf, type NetworkDeps, targetOf } from '../network-deps.ts';
import type { DeviceDriver } from './driver.ts';
import { IosDriver } from './ios.ts';
import { ciscoMarker, huaweiMarker } from './markers.ts';
import { type LineGuard, Talk } from './talk.ts';
import { OvsDriver } from './ovs.ts';
import { VrpDriver } from './vrp.ts';

/** A session that only reads has no lease: every changing line is refused. */
export const READ_ONLY: LineGuard = async () => {
  throw new Error('this session only reads');
};

/**
 * Logs in to a device of the inventory and prepares it (privileged mode, paging off). A changed host key goes to the security audit
 * before the error is thrown. Throws SshError or DeviceRefusal; the session is closed then.
 */
export async function openDevice(
  deps: NetworkDeps,
  device: DeviceRow,
  guard: LineGuard,
): Promise<DeviceDriver> {
  const target = targetOf(device);
  const limits = limitsOf(deps, device);
  const credential = await deps.resolveCredential(device.credentialRef);
  const session = await deps.sshPool.open(target, credential, limits).catch(async (error: unknown) => {
    await auditHostKey(deps, device, error);
    throw error;
  });
  if (device.platform === 'ovs') {
    return prepared(new OvsDriver({ session, guard, clock: deps.clock, device }));
  }
  const findMarker = device.platform === 'cisco_ios' ? ciscoMarker : huaweiMarker;
  const talk = new Talk({ session, clock: deps.clock, guard, findMarker });
  const driver =
    device.platform === 'cisco_ios'
      ? new IosDriver(talk, credential, deps.clock)
      : new VrpDriver(talk, device.attributes.dialect === 'vrp8' ? 'vrp8' : 'vrp5', deps.clock);
  return prepared(driver);
}

async function prepared(driver: DeviceDriver): Promise<DeviceDriver> {
  try {
    await driver.prepare();
    return driver;
  } catch (error) {
    await driver.destroy();
    throw error;
  }
}

async function auditHostKey(deps: NetworkDeps, device: DeviceRow, error: unknown): Promise<void> {
  if (!isHostKeyChange(error)) return;
  deps.log.error({ device: device.name }, 'host key of a device has changed; no credential was sent');
  await deps.records.audit.append({
    actor: 'system:network',
    action: 'device.host-key-changed',
    objectKind: 'device',
    objectId: device.deviceId,
    detail: { device: device.name, pinned: device.hostKeySha256, seen: error.seenFingerprint ?? null },
  });
}

function isHostKeyChange(error: unknown): error is { seenFingerprint?: string } {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'host-key-changed';
}
