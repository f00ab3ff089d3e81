import { Worker } from 'node:worker_threads';
import type { FoundBreak, MatchSummary } from '../../domain/reconciliation/breaks.ts';
import type { MatchRules } from '../../domain/reconciliation/match.ts';
import type { PositionColumns } from '../../domain/reconciliation/position.ts';

/** What a match thread is given. */
export interface MatchTask {
  readonly reconciliation: string;
  readonly left: PositionColumns;
  readonly right: PositionColumns;
  readonly rules: MatchRules;
}

/** What it gives back. */
export interface MatchOutcome {
  readonly breaks: readonly FoundBreak[];
  readonly summary: MatchSummary;
}

const ENTRY = new URL('./match-thread-boot.mjs', import.meta.url);

/** Matches in a thread of its own, so that a million rows do not hold up the other activities of the process. The columns move there. */
export function matchInThread(task: MatchTask): Promise<MatchOutcome> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(ENTRY, {
      workerData: task,
      transferList: [...buffersOf(task.left), ...buffersOf(task.right)],
    });
    thread.once('message', resolve);
    thread.once('error', reject);
    thread.once('exit', (code) => {
      if (code !== 0) reject(new Error(`the match thread ended with ${code}`));
    });
  });
}

function buffersOf(columns: PositionColumns): ArrayBuffer[] {
  return [
    columns.account.codes,
    columns.contract.codes,
    columns.side,
    columns.hedge,
    columns.quantity,
    columns.today,
    columns.yesterday,
    columns.openPrice,
    columns.settlementPrice,
    columns.margin,
  ].map((column) => column.buffer as ArrayBuffer);
}
