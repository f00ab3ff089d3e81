import { createHash } from 'node:crypto';
import type { JsonObject } from '../../../../domain/json.ts';
import type {
  ApprovalRow,
  DeviceRow,
  EffectRow,
  EvidenceFileRow,
  PortSampleRow,
} from '../../../../prisma/records/types.ts';
import type { NetworkDeps } from '../../../../activities/network/network-deps.ts';

/** Stores of the network activities in memory, for tests without PostgreSQL; what is in them is open to inspection. */
export class FakeRecords {
  readonly deviceRows = new Map<string, DeviceRow>();
  readonly effectRows = new Map<string, EffectRow>();
  readonly statuses: Array<{ part: string; status: string }> = [];
  readonly sampleRows: PortSampleRow[] = [];
  readonly approvalRows = new Map<string, ApprovalRow>();
  readonly evidenceFiles: Array<{ file: EvidenceFileRow; text: string }> = [];
  readonly auditEntries: Array<{ action: string; objectId: string; detail?: JsonObject }> = [];
  private readonly leases = new Map<string, { fence: bigint; expiresAtMs: number; holder: string }>();
  private fences = 0n;

  /** As if another worker had taken the device over. */
  stealLease(deviceId: string): void {
    this.fences += 1n;
    this.leases.set(deviceId, { fence: this.fences, expiresAtMs: Date.now() + 600_000, holder: 'thief' });
  }

  dropLease(deviceId: string): void {
    this.leases.delete(deviceId);
  }

  get records(): NetworkDeps['records'] {
    return {
      devices: this.devices(),
      effects: this.effects(),
      evidence: this.evidence(),
      audit: {
        append: async (entry) => {
          this.auditEntries.push(entry);
          return { sequence: BigInt(this.auditEntries.length), hash: '' };
        },
        list: async () => ({ items: [] }),
        verify: async () => undefined,
      },
      approvals: {
        find: async (approvalId: string) => this.approvalRows.get(approvalId),
      } as NetworkDeps['records']['approvals'],
    };
  }

  private devices(): NetworkDeps['records']['devices'] {
    return {
      put: async (row) => (this.deviceRows.set(row.name, row), row),
      findByName: async (name) => this.deviceRows.get(name),
      list: async () => ({ items: [...this.deviceRows.values()] }),
      acquireLease: async (deviceId, holder, ttlMs) => {
        const held = this.leases.get(deviceId);
        if (held && held.expiresAtMs > Date.now()) return undefined;
        this.fences += 1n;
        const expiresAtMs = Date.now() + ttlMs;
        this.leases.set(deviceId, { fence: this.fences, expiresAtMs, holder });
        return { deviceId, holder, fence: this.fences, expiresAt: new Date(expiresAtMs) };
      },
      renewLease: async (lease, ttlMs) => {
        const held = this.leases.get(lease.deviceId);
        if (!held || held.fence !== lease.fence || held.expiresAtMs <= Date.now()) return false;
        held.expiresAtMs = Date.now() + ttlMs;
        return true;
      },
      releaseLease: async (lease) => {
        if (this.leases.get(lease.deviceId)?.fence === lease.fence) this.leases.delete(lease.deviceId);
      },
      putSamples: async (rows) => void this.sampleRows.push(...rows),
      samples: async (deviceName, days) =>
        this.sampleRows.filter((row) => row.deviceName === deviceName && days.includes(row.tradingDay)),
    };
  }

  private effects(): NetworkDeps['records']['effects'] {
    return {
      plan: async (row) => {
        const known = this.effectRows.get(row.effectId);
        if (known) return known;
        const made: EffectRow = { ...row, status: 'planned', outcome: null, evidenceHash: null };
        this.effectRows.set(row.effectId, made);
        return made;
      },
      mark: async (effectId, status, details) => {
        const row = this.effectRows.get(effectId);
        if (!row) throw new Error('no such effect');
        this.statuses.push({ part: row.part, status });
        this.effectRows.set(effectId, { ...row, status, ...details });
      },
      find: async (effectId) => this.effectRows.get(effectId),
      ofRun: async (runId) => [...this.effectRows.values()].filter((row) => row.runId === runId),
    };
  }

  private evidence(): NetworkDeps['records']['evidence'] {
    return {
      put: async (file, content) => {
        const sha256 = createHash('sha256').update(content).digest('hex');
        const fileId = `file-${this.evidenceFiles.length + 1}`;
        const row: EvidenceFileRow = {
          ...file,
          fileId,
          sha256,
          bytes: content.length,
          createdAt: new Date(),
        };
        this.evidenceFiles.push({ file: row, text: new TextDecoder().decode(content) });
        return row;
      },
      ofRun: async () => this.evidenceFiles.map((entry) => entry.file),
      read: async () => undefined,
      putPayload: async () => ({ sha256: '', bytes: 0 }),
      readPayload: async () => undefined,
    };
  }
}
