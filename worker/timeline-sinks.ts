import type { InjectedSinks } from '@temporalio/worker';
import type { TimelineBatch } from '../prisma/records/types.ts';
import type { TimelineSinks } from '../workflows/run-report.ts';

/** Receives what workflows report. Also on replay: what a crash took is reported again, and writing it twice changes nothing. */
export function timelineSinks(writer: { add(batch: TimelineBatch): void }): InjectedSinks<TimelineSinks> {
  return { timeline: { write: { fn: (_info, batch) => writer.add(batch), callDuringReplay: true } } };
}
