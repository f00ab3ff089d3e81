import type { LinkState } from '../../domain/network/platform.ts';

/** A stored port sample as the API sends it. */
export interface SampleView {
  readonly port: string;
  readonly tradingDay: string;
  readonly link: LinkState;
  readonly flapCount: number | null;
}

/** One port over the days; a day without a sample is undefined, which proves nothing about the port. */
export interface MatrixRow {
  readonly port: string;
  readonly cells: ReadonlyArray<SampleView | undefined>;
}

/** Ports in natural order (0/2 before 0/10) by trading days, oldest first. The last sample of a day counts. */
export function sampleMatrix(samples: readonly SampleView[]): {
  readonly days: readonly string[];
  readonly rows: readonly MatrixRow[];
} {
  const days = [...new Set(samples.map((sample) => sample.tradingDay))].sort();
  const byPort = new Map<string, Map<string, SampleView>>();
  for (const sample of samples) {
    const ofPort = byPort.get(sample.port) ?? new Map<string, SampleView>();
    ofPort.set(sample.tradingDay, sample);
    byPort.set(sample.port, ofPort);
  }
  const order = new Intl.Collator('en', { numeric: true });
  const rows = [...byPort]
    .sort(([one], [other]) => order.compare(one, other))
    .map(([port, ofPort]) => ({ port, cells: days.map((day) => ofPort.get(day)) }));
  return { days, rows };
}
