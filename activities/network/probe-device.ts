import { openDevice, READ_ONLY } from './drivers/open-device.ts';
import type { NetworkDeps } from './network-deps.ts';
import { errorText, SshError } from './ssh/ssh-error.ts';

/** What `device test` tells. `seenFingerprint` is what the device showed, pinned or not. */
export interface ProbeOutput {
  readonly device: string;
  readonly ok: boolean;
  /** How far it came. */
  readonly stage: 'unknown-device' | 'connect' | 'host-key' | 'login' | 'prompt' | 'read' | 'done';
  readonly error: string | null;
  readonly pinnedFingerprint: string | null;
  readonly seenFingerprint: string | null;
  readonly upSince: string | null;
  readonly ports: number;
}

const STAGE: Readonly<Partial<Record<SshError['code'], ProbeOutput['stage']>>> = {
  unreachable: 'connect',
  'no-common-algorithm': 'connect',
  timeout: 'connect',
  'connection-lost': 'connect',
  'host-key-unpinned': 'host-key',
  'host-key-changed': 'host-key',
  'auth-failed': 'login',
};

/** Tries a device step by step: reach, host key, login, prompt, platform. Changes nothing; an unpinned device gets no credential. */
export async function probeDevice(
  deps: NetworkDeps,
  input: { readonly device: string },
): Promise<ProbeOutput> {
  const device = await deps.records.devices.findByName(input.device);
  const base: ProbeOutput = {
    device: input.device,
    ok: false,
    stage: 'unknown-device',
    error: 'the device is not in the inventory',
    pinnedFingerprint: device?.hostKeySha256 ?? null,
    seenFingerprint: null,
    upSince: null,
    ports: 0,
  };
  if (!device) return base;
  try {
    const driver = await openDevice(deps, device, READ_ONLY);
    try {
      const { upSinceMs } = await driver.readDevice();
      const ports = (await driver.readAllPorts()).length;
      const upSince = upSinceMs === null ? null : new Date(upSinceMs).toISOString();
      return {
        ...base,
        ok: true,
        stage: 'done',
        error: null,
        seenFingerprint: device.hostKeySha256,
        upSince,
        ports,
      };
    } finally {
      await driver.close().catch(() => undefined);
    }
  } catch (error) {
    if (!(error instanceof SshError)) return { ...base, stage: 'read', error: errorText(error) };
    const seenFingerprint = error.seenFingerprint ?? null;
    return {
      ...base,
      stage: STAGE[error.code] ?? 'prompt',
      error: `${error.code}: ${error.message}`,
      seenFingerprint,
    };
  }
}
