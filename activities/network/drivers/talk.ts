import type { CommandResult, RunOptions } from '../ssh/shell.ts';
import type { DeviceSession } from '../ssh-pool.ts';

/** One exchange of a session, for the transcript. */
export interface TranscriptEntry {
  readonly atMs: number;
  readonly tookMs: number;
  /** `read` shows state, `change` may change it. */
  readonly kind: 'read' | 'change';
  readonly line: string;
  readonly output: string;
  readonly outcome: 'ok' | 'refused' | 'failed';
}

/** Lets a changing line pass: throws when the lease is lost, else gives the monotonic instant after which it must not be sent. */
export type LineGuard = () => Promise<number>;

/** Answer to a changing line; `marker` is the device's error text, null when it took the line. */
export interface LineAnswer {
  readonly output: string;
  readonly marker: string | null;
  readonly result: CommandResult;
}

const MAX_TRANSCRIPT_OUTPUT = 200_000;

/** Talks to one device and keeps the transcript. Hidden answers never enter it. */
export class Talk {
  readonly transcript: TranscriptEntry[] = [];
  readonly session: DeviceSession;
  private readonly clock: () => number;
  private readonly guard: LineGuard;
  private readonly findMarker: (output: string) => string | null;

  constructor(parts: {
    session: DeviceSession;
    clock: () => number;
    guard: LineGuard;
    findMarker: (output: string) => string | null;
  }) {
    this.session = parts.session;
    this.clock = parts.clock;
    this.guard = parts.guard;
    this.findMarker = parts.findMarker;
  }

  /** A line that only shows state; throws an error marker as a DeviceRefusal. */
  async read(line: string, options: RunOptions = {}): Promise<string> {
    const answer = await this.exchange('read', line, options);
    if (answer.marker !== null) throw new DeviceRefusal(line, answer.marker);
    return answer.output;
  }

  /** As `read`, but a device that does not know the line answers null. */
  async readIfKnown(line: string): Promise<string | null> {
    const answer = await this.exchange('read', line, {});
    return answer.marker === null ? answer.output : null;
  }

  /** A line of the session itself: paging, mode, enable. */
  async steer(line: string, options: RunOptions = {}): Promise<CommandResult> {
    const answer = await this.exchange('read', line, options);
    if (answer.marker !== null) throw new DeviceRefusal(line, answer.marker);
    return answer.result;
  }

  /** A line that may change the device: only with the lease. */
  async change(line: string, options: RunOptions = {}): Promise<LineAnswer> {
    const notAfterMs = await this.guard();
    return this.exchange('change', line, { ...options, notAfterMs });
  }

  private async exchange(kind: 'read' | 'change', line: string, options: RunOptions): Promise<LineAnswer> {
    const atMs = this.clock();
    try {
      const result = await this.session.run(line, options);
      const marker = this.findMarker(result.output);
      this.note({
        atMs,
        tookMs: result.tookMs,
        kind,
        line,
        output: result.output,
        outcome: marker ? 'refused' : 'ok',
      });
      return { output: result.output, marker, result };
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      this.note({ atMs, tookMs: this.clock() - atMs, kind, line, output: text, outcome: 'failed' });
      throw error;
    }
  }

  /** Adds an exchange that went another way (exec). */
  note(entry: TranscriptEntry): void {
    this.transcript.push({ ...entry, output: entry.output.slice(0, MAX_TRANSCRIPT_OUTPUT) });
  }
}

/** The device answered a line with an error marker. */
export class DeviceRefusal extends Error {
  readonly line: string;
  readonly marker: string;

  constructor(line: string, marker: string) {
    super(`the device refused "${line}": ${marker}`);
    this.name = 'DeviceRefusal';
    this.line = line;
    this.marker = marker;
  }
}
