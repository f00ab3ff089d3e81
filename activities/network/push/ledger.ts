import { contentHash, type JsonObject, isJsonObject, sha256Hex } from '../../../domain/json.ts';
import type { EffectRow, EffectStatus, Records } from '../../../prisma/records/types.ts';
import type { CallContext } from '../../../steps/define-step.ts';
import type { PlannedPort, PortOutcomeWord, PortResult } from './push-types.ts';

const STATUS: Readonly<Record<PortOutcomeWord, EffectStatus>> = {
  applied: 'done',
  'already-so': 'done',
  'rolled-back': 'compensated',
  skipped: 'failed',
  voided: 'failed',
  'needs-human': 'unknown',
};
const TERMINAL: ReadonlySet<EffectStatus> = new Set(['done', 'failed', 'compensated', 'unknown']);

/** The effect ledger of one push: one row per device and port, written before the device is touched. */
export class Ledger {
  private readonly effects: Records['effects'];
  private readonly context: CallContext;

  constructor(effects: Records['effects'], context: CallContext) {
    this.effects = effects;
    this.context = context;
  }

  /** Commits the intent; a retry gets the row of the first attempt. */
  async intend(device: string, planned: PlannedPort, planHash: string): Promise<EffectRow> {
    const { runId, pointer, visit } = this.context;
    const part = `${device}/${planned.port}`;
    return this.effects.plan({
      effectId: sha256Hex(`${runId}\n${pointer}\n${visit}\n${part}`),
      runId,
      pointer,
      visit,
      part,
      effectClass: 'R',
      fence: null,
      intent: {
        planHash,
        preStateHash: planned.preStateHash,
        commands: [...planned.commands],
        inverse: [...planned.inverse],
      },
    });
  }

  /** First line is about to go out under this fence. */
  async sending(row: EffectRow, fence: bigint, before: readonly string[]): Promise<void> {
    await this.effects.mark(row.effectId, 'sent', { fence, outcome: { before: [...before] } });
  }

  /** Verified on the device but not saved yet: still `sent`, so that a crash leads to the save. */
  async verified(row: EffectRow, result: PortResult): Promise<void> {
    await this.effects.mark(row.effectId, 'sent', { outcome: { result: asJson(result) } });
  }

  async close(row: EffectRow, result: PortResult): Promise<void> {
    await this.effects.mark(row.effectId, STATUS[result.outcome], {
      outcome: { result: asJson(result) },
      evidenceHash: contentHash(result),
    });
  }

  /** Restored because this worker stops: the next attempt starts over. */
  async reopen(row: EffectRow): Promise<void> {
    await this.effects.mark(row.effectId, 'planned', {});
  }
}

/** The stored result of a row. */
export function storedResult(row: EffectRow): PortResult | undefined {
  const result = row.outcome?.result;
  return isJsonObject(result) ? (result as unknown as PortResult) : undefined;
}

/** The result of a port that an earlier attempt has brought to an end. */
export function finishedResult(row: EffectRow): PortResult | undefined {
  return TERMINAL.has(row.status) ? storedResult(row) : undefined;
}

function asJson(result: PortResult): JsonObject {
  return structuredClone(result) as unknown as JsonObject;
}
