import type { JsonObject } from '../../domain/json.ts';
import type { FlowError } from '../../engine/types.ts';
import type { DeviceRow, Records } from '../../prisma/records/types.ts';
import { type DeviceCredential, DEFAULT_LIMITS, type SshLimits, type SshTarget } from './ssh/connect.ts';
import type { SshPool } from './ssh-pool.ts';

/** The activity as the code inside it sees it; the real one is Temporal's, tests give their own. */
export interface ActivityTask {
  /** Tells that work goes on; details survive into the next attempt's history. */
  heartbeat(details: JsonObject): void;
  /** Aborted when the run was cancelled or the worker shuts down. */
  readonly signal: AbortSignal;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** Name of this worker process: holder of device leases together with the run. */
  readonly worker: string;
  /** Builds the error the workflow sees. `retryable` only for faults of infrastructure. */
  failure(error: FlowError, retryable: boolean): Error;
  /** Builds the error that ends the activity as cancelled; `details` reach the run. */
  cancelled(message: string, details: JsonObject): Error;
}

/** Log lines of the network activities: never a credential, never a session's raw output. */
export interface NetworkLog {
  info(facts: JsonObject, message: string): void;
  warn(facts: JsonObject, message: string): void;
  error(facts: JsonObject, message: string): void;
}

/** What the network activities stand on. */
export interface NetworkDeps {
  readonly records: Pick<Records, 'devices' | 'effects' | 'evidence' | 'audit' | 'approvals'>;
  /** Decrypts a credential; called once per session, the answer is kept nowhere. */
  readonly resolveCredential: (credentialRef: string) => Promise<DeviceCredential>;
  readonly sshPool: SshPool;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly log: NetworkLog;
  readonly task: () => ActivityTask;
  readonly limits?: Partial<SshLimits>;
  /** Life of a device lease; renewed at a third of it. 30 s by default. */
  readonly leaseTtlMs?: number;
  /** Network zone of this worker; `default` when absent. */
  readonly zone?: string;
  /** Devices collected at the same time; 8 by default. */
  readonly collectConcurrency?: number;
}

/** Bounds of a session with one device: the defaults, the deployment's, then the device's own `limits` attribute. */
export function limitsOf(deps: NetworkDeps, device: DeviceRow): SshLimits {
  const own = device.attributes.keepalive === false ? { keepaliveMs: 0 } : {};
  return { ...DEFAULT_LIMITS, ...deps.limits, ...own };
}

/** Where and how to log in to a device of the inventory. The `auth` attribute names the one login method; password by default. */
export function targetOf(device: DeviceRow): SshTarget {
  const { auth } = device.attributes;
  return {
    deviceName: device.name,
    host: device.host,
    port: device.port,
    platform: device.platform,
    sshProfile: device.sshProfile,
    hostKeyType: device.hostKeyType,
    hostKeySha256: device.hostKeySha256,
    auth: auth === 'keyboard-interactive' || auth === 'key' ? auth : 'password',
  };
}

/** An error of the product with its URI. */
export function flowError(slug: string, status: number, title: string, detail: string): FlowError {
  return { type: `https://afterbell.example/errors/${slug}`, status, title, detail };
}
