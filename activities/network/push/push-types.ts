import type { JsonObject } from '../../../domain/json.ts';
import type { DeviceRow } from '../../../prisma/records/types.ts';

/** One port of an approved plan: typed, rendered, hashed. Lines without the mode frame (`configure terminal`, `interface X`). */
export interface PlannedPort {
  readonly port: string;
  readonly preState: readonly string[];
  readonly preStateHash: string;
  readonly commands: readonly string[];
  readonly inverse: readonly string[];
  readonly intended: JsonObject;
}

export interface PlannedDevice {
  readonly device: string;
  readonly platform: DeviceRow['platform'];
  readonly ports: readonly PlannedPort[];
}

export interface PushInput {
  readonly plan: {
    readonly planHash: string;
    readonly planId: string;
    readonly devices: readonly PlannedDevice[];
    readonly scriptText: string;
  };
  readonly approval: { readonly approvalId: string; readonly decision: string; readonly contentHash: string };
  readonly window: { readonly name: string; readonly opensAt: string; readonly closesAt: string };
}

export type PortOutcomeWord = 'applied' | 'already-so' | 'rolled-back' | 'skipped' | 'voided' | 'needs-human';

/** One line sent to a device and what became of it. */
export interface SentLine {
  readonly line: string;
  readonly outcome: string;
  readonly atMs: number;
}

export interface PortResult {
  readonly device: string;
  readonly port: string;
  readonly outcome: PortOutcomeWord;
  readonly reason: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly lines: SentLine[];
  readonly before: string[];
  readonly after: string[];
}
