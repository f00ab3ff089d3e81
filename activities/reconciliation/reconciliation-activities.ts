import { ApplicationFailure } from '@temporalio/activity';
import { instantOf, MARKET_TIME_ZONE, nextTradingDay } from '../../domain/calendar/index.ts';
import { type JsonObject, sha256Hex } from '../../domain/json.ts';
import { breakIdOf, type FoundBreak } from '../../domain/reconciliation/breaks.ts';
import { gateFaults, type StatedTotals, totalsOf } from '../../domain/reconciliation/control-totals.ts';
import { DEFAULT_RULES } from '../../domain/reconciliation/match.ts';
import { type PositionField, readPositions } from '../../domain/reconciliation/position-file.ts';
import type { Records } from '../../prisma/records/types.ts';
import type { StepActivities } from '../../steps/index.ts';
import { readColumns, readJson, storeJson, storePositions } from './data-set.ts';
import { matchInThread } from './match-in-thread.ts';
import { readTable, TableError } from './read-table.ts';

type Activities = Pick<
  StepActivities,
  'parsePositionFile' | 'checkControlTotals' | 'reconcilePositions' | 'publishBreaks' | 'openSignOff'
>;

/** What the activities stand on. */
export interface ReconciliationDeps {
  readonly records: Pick<Records, 'evidence' | 'reconciliation'>;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** Exchange whose trading days count for cut-offs and ages of futures positions. */
const MARKET = 'SHFE';
const DEFAULT_CUT_OFF = '08:30';
/** Rises with every change that could match otherwise, so that an old result says under which rules it was made. */
const RULES_VERSION = 'positions-1';
const SHOWN_FAULTS = 10;

/** Reading, checking and matching of position files, and what follows from it. All of them are keyed: a repeat changes nothing. */
export function createReconciliationActivities(deps: ReconciliationDeps): Activities {
  const { evidence, reconciliation } = deps.records;
  return {
    parsePositionFile: (call) => parseFile(deps, call),

    async checkControlTotals({ context, input }) {
      const { data, tradingDay, stated } = input;
      const faults = gateFaults(data.source, data, {
        tradingDay,
        ...(stated === undefined ? {} : { stated: stated as StatedTotals }),
      });
      const [first] = faults;
      if (first === undefined) return { source: data.source, rows: data.totals.rows };
      for (const fault of faults)
        await reconciliation.publishSourceBreak({
          reconciliation: input.reconciliation,
          tradingDay,
          runId: context.runId,
          break: sourceBreak(input.reconciliation, data.source, fault.class),
          detail: fault.reason,
        });
      throw refusal(
        'source-not-usable',
        'The source cannot be reconciled',
        `${data.source}: ${faults.map((fault) => fault.reason).join('; ')}`,
      );
    },

    async reconcilePositions({ context, input }) {
      const [left, right] = [
        await readColumns(evidence, input.left.dataSet),
        await readColumns(evidence, input.right.dataSet),
      ];
      const margin = { absolute: input.marginToleranceCents ?? DEFAULT_RULES.margin.absolute, relative: 0 };
      const { breaks, summary } = await matchInThread({
        reconciliation: input.reconciliation,
        left,
        right,
        rules: { ...DEFAULT_RULES, margin },
      });
      await reconciliation.recordRun({
        reconciliationRunId: sha256Hex(`${context.runId}\n${context.pointer}\n${context.visit}`).slice(0, 32),
        reconciliation: input.reconciliation,
        tradingDay: input.tradingDay,
        runId: context.runId,
        leftSource: input.left.source,
        leftSha256: input.left.dataSet.sha256,
        rightSource: input.right.source,
        rightSha256: input.right.dataSet.sha256,
        rulesVersion: RULES_VERSION,
        summary: summary as unknown as JsonObject,
      });
      return {
        reconciliation: input.reconciliation,
        tradingDay: input.tradingDay,
        breaks: { sha256: await storeJson(evidence, breaks), rows: breaks.length },
        summary: { ...summary, byRule: { ...summary.byRule }, byClass: { ...summary.byClass } },
      };
    },

    async publishBreaks({ context, input: { result } }) {
      const breaks = (await readJson(evidence, result.breaks.sha256)) as FoundBreak[];
      return reconciliation.publish({
        reconciliation: result.reconciliation,
        tradingDay: result.tradingDay,
        runId: context.runId,
        breaks,
      });
    },

    openSignOff: (call) => openSignOff(deps, call),
  };
}

async function openSignOff(
  { records: { reconciliation }, clock }: ReconciliationDeps,
  { context, input }: Parameters<Activities['openSignOff']>[0],
): ReturnType<Activities['openSignOff']> {
  const cutOff = input.cutOff ?? DEFAULT_CUT_OFF;
  const deadlineAtMs = instantOf(nextTradingDay(MARKET, input.tradingDay), cutOff, MARKET_TIME_ZONE);
  const [run] = await reconciliation.runs(input.reconciliation, 1);
  const openBreaks = await reconciliation.openCount(input.reconciliation);
  const { signOffId } = await reconciliation.openSignOff({
    signOffId: sha256Hex(`sign-off\n${context.runId}\n${context.pointer}\n${context.visit}`).slice(0, 32),
    reconciliation: input.reconciliation,
    tradingDay: input.tradingDay,
    runId: context.runId,
    deadlineAt: new Date(deadlineAtMs),
    snapshot: {
      openBreaks,
      ...(run === undefined
        ? {}
        : {
            rulesVersion: run.rulesVersion,
            left: { source: run.leftSource, sha256: run.leftSha256 },
            right: { source: run.rightSource, sha256: run.rightSha256 },
            summary: run.summary,
          }),
    },
  });
  return {
    signOffId,
    deadlineAt: new Date(deadlineAtMs).toISOString(),
    remainingMs: Math.max(0, deadlineAtMs - clock()),
    openBreaks,
  };
}

async function parseFile(
  { records: { evidence } }: ReconciliationDeps,
  { context, input }: Parameters<Activities['parsePositionFile']>[0],
): ReturnType<Activities['parsePositionFile']> {
  const content = await evidence.readPayload(input.file.sha256);
  if (content === undefined)
    throw refusal('file-not-found', 'The file is not there', `${input.file.name} is not in the storage`);
  let rows: string[][];
  try {
    rows = await readTable(content, input.encoding ?? 'auto');
  } catch (error) {
    if (!(error instanceof TableError)) throw error;
    throw refusal('file-not-readable', 'The file cannot be read', `${input.file.name}: ${error.message}`);
  }
  // An empty file is not unreadable: the check of the source says what is wrong with it.
  const file = rows.length === 0 ? EMPTY : readPositions(rows, input.tradingDay, headingsOf(input.headings));
  if (file.faults.length > 0) {
    const shown = file.faults
      .slice(0, SHOWN_FAULTS)
      .map((fault) => `line ${fault.line}, ${fault.column} “${fault.value}”: ${fault.rule}`);
    const more = file.faults.length > SHOWN_FAULTS ? [`and ${file.faults.length - SHOWN_FAULTS} more`] : [];
    throw refusal(
      'file-not-readable',
      'The file cannot be read',
      `${input.file.name}: ${[...shown, ...more].join('; ')}`,
    );
  }
  // The raw file stays with the run as it came, whatever became of it.
  await evidence.put(
    {
      runId: context.runId,
      pointer: context.pointer,
      visit: context.visit,
      kind: 'source-file',
      name: input.file.name,
      mediaType: 'application/octet-stream',
    },
    content,
  );
  return {
    source: input.source,
    tradingDay: file.tradingDay,
    dataSet: await storePositions(evidence, file.positions),
    totals: { ...totalsOf(file.positions) },
  };
}

const EMPTY = { positions: [], tradingDay: null, promisedRows: null, faults: [] };

function headingsOf(
  headings: Readonly<Record<string, string>> | undefined,
): Readonly<Partial<Record<PositionField, string>>> {
  return headings ?? {};
}

function sourceBreak(reconciliation: string, source: string, breakClass: FoundBreak['class']): FoundBreak {
  const key = `source ${source}`;
  return {
    breakId: breakIdOf(reconciliation, key, breakClass),
    class: breakClass,
    key,
    left: [],
    right: [],
    fields: [],
  };
}

function refusal(slug: string, title: string, detail: string): ApplicationFailure {
  const error = { type: `https://afterbell.example/errors/${slug}`, status: 422, title, detail };
  return ApplicationFailure.create({
    message: detail,
    type: error.type,
    details: [error],
    nonRetryable: true,
  });
}
