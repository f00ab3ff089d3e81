import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { measurePass, type Pass, spreadOf } from './measure.ts';
import {
  type BenchResult,
  type Goal,
  goalOf,
  renderReport,
  type SideFigures,
  type SideName,
} from './report.ts';
import { startServers } from './servers.ts';
import { openDefaultSide, openShared, openTunedSides, type Side } from './sides.ts';
import { WORKLOADS, type WorkloadName } from './workloads.ts';

const OUTPUT_FOLDER = new URL('../.output/', import.meta.url);
const GIB = 1024 ** 3;
const CONCURRENCY = { W1: 30, W2: 1 } as const;
const ORDER = ['W1', 'W2'] as const;

/** How much is measured. Sides that wait on the server for every step run fewer flows. */
interface Size {
  readonly rounds: number;
  readonly flows: Readonly<Record<WorkloadName, Readonly<Record<SideName, number>>>>;
}

const FULL: Size = {
  rounds: 3,
  flows: { W1: { A: 240, A0: 240, B: 240, C: 120, D: 120 }, W2: { A: 8, A0: 8, B: 8, C: 2, D: 2 } },
};
const QUICK: Size = {
  rounds: 1,
  flows: { W1: { A: 100, A0: 100, B: 100, C: 60, D: 60 }, W2: { A: 4, A0: 4, B: 4, C: 1, D: 1 } },
};

/** Passes by `workload side`, in the order they ran: two per round. */
class Passes {
  private readonly passes = new Map<string, Pass[]>();
  private readonly events = new Map<string, number>();
  private readonly size: Size;

  constructor(size: Size) {
    this.size = size;
  }

  async add(workloadName: WorkloadName, sideName: SideName, side: Side, isWarmUp: boolean): Promise<void> {
    const workload = WORKLOADS[workloadName];
    const full = this.size.flows[workloadName][sideName];
    const flows = isWarmUp ? Math.max(1, Math.ceil(full / 3)) : full;
    const runner = await side.prepare(workload, flows);
    const concurrency = CONCURRENCY[workloadName];
    const pass = await measurePass(runner, { flows, concurrency, steps: workload.steps });
    const key = `${workloadName} ${sideName}`;
    if (!this.events.has(key)) this.events.set(key, await side.historyLength());
    if (isWarmUp) return;
    this.passes.set(key, [...this.of(workloadName, sideName), pass]);
    say(
      `${key.padEnd(5)} ${pass.flowsPerSecond.toFixed(1)} flows/s, ${pass.cpuMsPerFlow.toFixed(2)} ms CPU per flow, ` +
        `${pass.msPerStep.toFixed(2)} ms per step`,
    );
  }

  of(workload: WorkloadName, side: SideName): Pass[] {
    return this.passes.get(`${workload} ${side}`) ?? [];
  }

  figures(workload: WorkloadName, side: SideName): SideFigures | undefined {
    const passes = this.of(workload, side);
    if (passes.length === 0) return undefined;
    const { steps } = WORKLOADS[workload];
    return {
      workload,
      side,
      flowsPerSecond: spreadOf(passes.map((pass) => pass.flowsPerSecond)),
      cpuMsPerFlow: spreadOf(passes.map((pass) => pass.cpuMsPerFlow)),
      cpuMsPerStep: spreadOf(passes.map((pass) => pass.cpuMsPerFlow / steps)),
      msPerStep: spreadOf(passes.map((pass) => pass.msPerStep)),
      historyEvents: this.events.get(`${workload} ${side}`) ?? 0,
    };
  }

  /** Ratio of two sides round by round: both passes of a round together, so that slow drift of the machine cancels out. */
  ratio(workload: WorkloadName, over: SideName, under: SideName, pick: (pass: Pass) => number) {
    const [upper, lower] = [over, under].map((side) => roundMeans(this.of(workload, side).map(pick)));
    if (upper === undefined || lower === undefined) throw new Error(`${over}/${under} was not measured`);
    return spreadOf(upper.map((value, round) => value / (lower[round] ?? Number.NaN)));
  }
}

function roundMeans(values: readonly number[]): number[] {
  const means: number[] = [];
  for (let at = 0; at + 1 < values.length; at += 2)
    means.push(((values[at] ?? Number.NaN) + (values[at + 1] ?? Number.NaN)) / 2);
  return means;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

type Named = readonly (readonly [SideName, Side])[];

async function measure(passes: Passes, named: Named, rounds: number, workloads: readonly WorkloadName[]) {
  for (const workload of workloads)
    for (const [name, side] of named) await passes.add(workload, name, side, true);
  for (let round = 1; round <= rounds; round += 1) {
    say(`round ${round} of ${rounds}`);
    for (const workload of workloads)
      for (const [name, side] of [...named, ...[...named].reverse()])
        await passes.add(workload, name, side, false);
  }
}

function goalsOf(passes: Passes): Goal[] {
  const rate = (pass: Pass): number => pass.flowsPerSecond;
  const step = (pass: Pass): number => pass.msPerStep;
  const cpu = (pass: Pass): number => pass.cpuMsPerFlow;
  return [
    goalOf('W1 flows/s, A / B', 'at least', 0.9, passes.ratio('W1', 'A', 'B', rate)),
    goalOf('W1 flows/s, A0 / B (timeline off)', 'at least', 0.95, passes.ratio('W1', 'A0', 'B', rate)),
    goalOf('W1 flows/s, A / C', 'at least', 1.5, passes.ratio('W1', 'A', 'C', rate)),
    goalOf('W2 ms per step, A / D', 'at most', 0.25, passes.ratio('W2', 'A', 'D', step)),
    goalOf('W2 ms per step, A / B', 'at most', 1.05, passes.ratio('W2', 'A', 'B', step)),
    goalOf('W1 Node CPU per flow, A / B', 'at most', 1.1, passes.ratio('W1', 'A', 'B', cpu)),
    goalOf('W2 Node CPU per flow, A / B', 'at most', 1.1, passes.ratio('W2', 'A', 'B', cpu)),
  ];
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { quick: { type: 'boolean' }, strict: { type: 'boolean' } } });
  const size = values.quick === true ? QUICK : FULL;
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { forward: {}, filter: { core: 'ERROR', other: 'ERROR' } } },
  });
  const servers = await startServers(say);
  // An interrupted measurement must not leave its servers behind.
  const interrupted = (): void => void servers.stop().finally(() => process.exit(130));
  process.once('SIGINT', interrupted);
  process.once('SIGTERM', interrupted);
  const passes = new Passes(size);
  try {
    say(`Temporal: ${servers.kind}`);
    const shared = await openShared(servers);
    const tuned = await openTunedSides(shared);
    const plain = await openDefaultSide(shared);
    const { A, A0, B } = tuned.sides;
    await measure(
      passes,
      [
        ['A', A],
        ['A0', A0],
        ['B', B],
        ['C', plain.sides.plain],
      ],
      size.rounds,
      ORDER,
    );
    await tuned.close();
    await plain.close();
    say('server defaults');
    await servers.restartWithServerDefaults();
    const defaults = await openDefaultSide(shared);
    await measure(passes, [['D', defaults.sides.plain]], size.rounds, ORDER);
    await defaults.close();
  } finally {
    await servers.stop();
  }
  const result: BenchResult = {
    measuredAt: new Date().toISOString(),
    server: servers.kind,
    machine: {
      cores: availableParallelism(),
      memoryGiB: Math.round(totalmem() / GIB),
      node: process.versions.node,
    },
    rounds: size.rounds,
    concurrency: CONCURRENCY,
    figures: ORDER.flatMap((workload) =>
      (['A', 'A0', 'B', 'C', 'D'] as const).flatMap((side) => passes.figures(workload, side) ?? []),
    ),
    goals: goalsOf(passes),
  };
  mkdirSync(OUTPUT_FOLDER, { recursive: true });
  writeFileSync(new URL('bench-flow.json', OUTPUT_FOLDER), `${JSON.stringify(result, null, 2)}\n`);
  process.stdout.write(`${renderReport(result)}\n`);
  process.exit(values.strict === true && result.goals.some((goal) => !goal.isHeld) ? 1 : 0);
}

main().catch((error: unknown) => {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exit(1);
});
