import { contentHash, type JsonObject } from '../../../../domain/json.ts';
import type { CallContext } from '../../../../steps/define-step.ts';
import type { SwitchSimulator } from '../start.ts';
import type { ActivityTask, NetworkDeps } from '../../../../activities/network/network-deps.ts';
import type {
  PlannedDevice,
  PlannedPort,
  PushInput,
} from '../../../../activities/network/push/push-types.ts';
import type { DeviceCredential } from '../../../../activities/network/ssh/connect.ts';
import type { SshPool } from '../../../../activities/network/ssh-pool.ts';
import { FakeRecords } from './fake-records.ts';

/** The login of every simulated device. */
export const LOGIN = { username: 'netops', password: 'S3cret-Canary-Pass' };
export const ENABLE_PASSWORD = 'S3cret-Canary-Enable';

/** Builds pushes against simulated switches, with stores in memory. */
export class PushBench {
  readonly fake = new FakeRecords();
  readonly heartbeats: JsonObject[] = [];
  readonly logs: string[] = [];
  cancel = new AbortController();
  attempt = 1;
  onHeartbeat: (details: JsonObject) => void = () => undefined;
  leaseTtlMs = 5000;
  credential: DeviceCredential = { ...LOGIN, enablePassword: ENABLE_PASSWORD };
  pool: SshPool;
  private generation = 0;
  private readonly simulator: SwitchSimulator | undefined;

  constructor(simulator: SwitchSimulator | undefined, pool: SshPool) {
    this.simulator = simulator;
    this.pool = pool;
  }

  /** Puts a simulated device into the inventory. */
  addDevice(name: string, platform: 'cisco_ios' | 'huawei_vrp', attributes: JsonObject = {}): void {
    const device = this.simulator?.device(name);
    if (!device) throw new Error('no simulator');
    this.fake.deviceRows.set(name, {
      deviceId: `id-${name}`,
      name,
      host: device.host,
      port: device.sshPort,
      platform,
      zone: 'default',
      credentialRef: 'device/test#v1',
      hostKeyType: device.hostKeyType,
      hostKeySha256: device.hostKeySha256,
      sshProfile: 'modern',
      protectedPorts: [],
      attributes,
    });
  }

  /** Every device of `simulatedDevices`. */
  addAll(): void {
    this.addDevice('ios', 'cisco_ios');
    this.addDevice('five', 'huawei_vrp', { dialect: 'vrp5' });
    this.addDevice('eight', 'huawei_vrp', { dialect: 'vrp8' });
  }

  /**
   * As a killed worker: every store call of this moment's deps hangs for ever, its SSH threads end, its lease runs out. What is in
   * the stores stays. The next `deps` belong to a new worker.
   */
  async crash(pool: SshPool): Promise<void> {
    this.generation += 1;
    await pool.close();
    for (const row of this.fake.deviceRows.values()) this.fake.dropLease(row.deviceId);
    this.attempt += 1;
  }

  /** Stores that answer only while `generation` is the living one. */
  private mortal(records: NetworkDeps['records']): NetworkDeps['records'] {
    const born = this.generation;
    const guard = <Store extends object>(store: Store): Store =>
      new Proxy(store, {
        get: (target, name, receiver) => {
          const member: unknown = Reflect.get(target, name, receiver);
          if (typeof member !== 'function') return member;
          return async (...args: unknown[]): Promise<unknown> =>
            this.generation === born ? Reflect.apply(member, target, args) : new Promise(() => undefined);
        },
      });
    return {
      devices: guard(records.devices),
      effects: guard(records.effects),
      evidence: guard(records.evidence),
      audit: guard(records.audit),
      approvals: guard(records.approvals),
    };
  }

  /** SSH that falls silent with its generation: not one more line reaches a device after the death of the worker. */
  private mortalPool(pool: SshPool): SshPool {
    const born = this.generation;
    const alive = async <Result>(call: () => Promise<Result>): Promise<Result> =>
      this.generation === born ? call() : new Promise<Result>(() => undefined);
    return {
      close: async () => pool.close(),
      open: async (...args) => {
        const session = await alive(async () => pool.open(...args));
        return {
          facts: session.facts,
          run: async (line, options) => alive(async () => session.run(line, options)),
          exec: async (command, timeoutMs) => alive(async () => session.exec(command, timeoutMs)),
          close: async () => alive(async () => session.close()),
          destroy: async () => alive(async () => session.destroy()),
        };
      },
    };
  }

  get deps(): NetworkDeps {
    const log = (facts: JsonObject, message: string): void =>
      void this.logs.push(`${message} ${JSON.stringify(facts)}`);
    return {
      records: this.mortal(this.fake.records),
      resolveCredential: async () => this.credential,
      sshPool: this.mortalPool(this.pool),
      clock: () => Date.now(),
      log: { info: log, warn: log, error: log },
      task: () => this.task(),
      limits: { commandMs: 1200, quietMs: 8, connectMs: 1500, readyMs: 3000, totalMs: 60_000 },
      leaseTtlMs: this.leaseTtlMs,
    };
  }

  /** An approved push of this plan, inside its window. */
  input(devices: readonly PlannedDevice[]): PushInput {
    const planHash = contentHash(devices);
    const plan = { planHash, planId: 'plan-1', devices, skipped: [], scriptText: 'script' };
    const content = { plan } as unknown as JsonObject;
    const approvalHash = contentHash(content);
    this.fake.approvalRows.set('approval-1', {
      approvalId: 'approval-1',
      runId: 'run-1',
      commandId: 'c',
      pointer: '/do/3/approve',
      title: 'approve',
      content,
      contentHash: approvalHash,
      attemptNonce: 'n',
      rule: 'any',
      candidates: [],
      levels: [],
      requesterId: 'a',
      authorId: 'b',
      applicantId: null,
      copyTo: [],
      onDeadline: 'expire',
      deadlineMs: null,
      asked: [],
      status: 'approved',
      openedAt: new Date(),
      deadlineAt: null,
      closedAt: new Date(),
    });
    return {
      plan,
      approval: { approvalId: 'approval-1', decision: 'approved', contentHash: approvalHash },
      window: {
        name: 'demo',
        opensAt: new Date(Date.now() - 60_000).toISOString(),
        closesAt: new Date(Date.now() + 600_000).toISOString(),
      },
    };
  }

  context(runId = 'run-1'): CallContext {
    return {
      runId,
      flowName: 'switch-port-provisioning',
      planHash: 'p',
      businessKey: 'CHG-1',
      requestedBy: 'oa',
      authoredBy: 'chen.lei',
      pointer: '/do/5/push',
      visit: '0',
      attempt: 1,
      commandId: 'c1',
    };
  }

  private task(): ActivityTask {
    return {
      heartbeat: (details) => {
        this.heartbeats.push(details);
        this.onHeartbeat(details);
      },
      signal: this.cancel.signal,
      attempt: this.attempt,
      worker: `worker-${this.attempt}`,
      failure: (error, retryable) => Object.assign(new Error(error.title), { flowError: error, retryable }),
      cancelled: (message, details) => Object.assign(new Error(message), { cancelledWith: details }),
    };
  }
}

/** A port of a plan with its hash. */
export function plannedPort(
  port: string,
  preState: readonly string[],
  commands: readonly string[],
  inverse: readonly string[],
): PlannedPort {
  return { port, preState, preStateHash: contentHash(preState), commands, inverse, intended: {} };
}
