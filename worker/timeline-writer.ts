import type { Logger } from '../platform/log.ts';
import type { Records, TimelineBatch } from '../prisma/records/types.ts';

// Long enough for the start and the end of a short step to become one row, short enough for a page that watches.
const FLUSH_AFTER_MS = 150;
const MAX_BATCHES = 500;
const RETRY_AFTER_MS = 500;

/**
 * Collects what workflows report and writes it in few statements. Nothing is dropped: while PostgreSQL is away batches wait in
 * memory, and what a crash takes is written again from history (rebuild-timeline.ts).
 */
export class TimelineWriter {
  private waiting: TimelineBatch[] = [];
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> | undefined;
  private readonly records: Records['timeline'];
  private readonly log: Logger;

  constructor(records: Records['timeline'], log: Logger) {
    this.records = records;
    this.log = log;
  }

  add(batch: TimelineBatch): void {
    this.waiting.push(batch);
    if (this.timer === undefined && this.writing === undefined)
      this.timer = setTimeout(() => this.start(), FLUSH_AFTER_MS);
  }

  /** Resolves when everything added so far is in the database. */
  async flush(): Promise<void> {
    while (this.waiting.length > 0 || this.writing !== undefined) {
      if (this.writing === undefined) this.start();
      await this.writing;
    }
  }

  private start(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.writing = this.writeAll().finally(() => {
      this.writing = undefined;
    });
  }

  private async writeAll(): Promise<void> {
    while (this.waiting.length > 0) {
      const batches = this.waiting.splice(0, MAX_BATCHES);
      try {
        await this.records.write(batches);
      } catch (error) {
        this.waiting.unshift(...batches);
        this.log.warn({ err: error, batches: this.waiting.length }, 'timeline waits for the database');
        await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_MS));
      }
    }
  }
}
