import type { DeviceLease, Records } from '../../../prisma/records/types.ts';

/** The lease on a device was lost: somebody else may be writing. No further line, not even a rollback. */
export class LeaseLostError extends Error {
  constructor(deviceName: string) {
    super(`the lease on ${deviceName} was lost`);
    this.name = 'LeaseLostError';
  }
}

/** Monotonic milliseconds, the same in every thread of the process and running on while the process is stopped. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}

/**
 * Holds the fenced lease of one device during a push. Renews it in the background at a third of its life and, before every line, when
 * the last renewal is older than that. After a loss `onLost` runs at once (it cuts the connection) and every check throws.
 */
export class LeaseKeeper {
  readonly lease: DeviceLease;
  private readonly devices: Records['devices'];
  private readonly ttlMs: number;
  private readonly deviceName: string;
  private readonly onLost: () => void;
  private renewedAtMs: number;
  private lost = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(parts: {
    lease: DeviceLease;
    devices: Records['devices'];
    ttlMs: number;
    deviceName: string;
    acquiredAtMs: number;
    onLost: () => void;
  }) {
    this.lease = parts.lease;
    this.devices = parts.devices;
    this.ttlMs = parts.ttlMs;
    this.deviceName = parts.deviceName;
    this.onLost = parts.onLost;
    this.renewedAtMs = parts.acquiredAtMs;
    this.timer = setInterval(() => void this.renew(), this.ttlMs / 3);
  }

  /** Throws when the lease is lost; otherwise the monotonic instant up to which a line may still be sent. */
  async check(): Promise<number> {
    if (!this.lost && monotonicMs() - this.renewedAtMs > this.ttlMs / 3) await this.renew();
    if (this.lost) throw new LeaseLostError(this.deviceName);
    return this.renewedAtMs + this.ttlMs * 0.8;
  }

  /** Stops renewing and gives the lease back. */
  async release(): Promise<void> {
    clearInterval(this.timer);
    if (!this.lost) await this.devices.releaseLease(this.lease);
  }

  private async renew(): Promise<void> {
    const askedAtMs = monotonicMs();
    let held = false;
    try {
      held = await this.devices.renewLease(this.lease, this.ttlMs);
    } catch {
      // The database does not answer: the lease may still be ours, until its own end.
      held = askedAtMs - this.renewedAtMs < this.ttlMs * 0.8;
      if (held) return;
    }
    if (held) this.renewedAtMs = askedAtMs;
    else this.loose();
  }

  private loose(): void {
    if (this.lost) return;
    this.lost = true;
    clearInterval(this.timer);
    this.onLost();
  }
}
