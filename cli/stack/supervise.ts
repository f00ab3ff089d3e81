import type { Service } from './service.ts';
import { messageOf } from './failure.ts';
import { markOf } from './state.ts';
import type { ProcessMark } from './state.ts';

/** A part of the stack: how it is started, each time anew. */
export interface Part {
  name: string;
  /** Starts it and waits until it is ready. */
  start(): Promise<Service>;
  /** How it is asked to end. Default SIGTERM; PostgreSQL takes SIGINT. */
  stopSignal?: NodeJS.Signals;
  /** How long it may take to end before it is killed. Default 30 s: a worker finishes what it sends to a device. */
  stopGraceMs?: number;
}

/** Waits before restarts that follow each other closely; the last one repeats. */
export const BACK_OFF_MS: readonly number[] = [1_000, 2_000, 5_000, 10_000, 30_000];
/** A part that ran this long before it ended starts again with the first wait. */
const SETTLED_MS = 60_000;

export interface SuperviseOptions {
  report: (line: string) => void;
  /** Called whenever the set of running processes has changed. */
  onChange: (processes: ProcessMark[]) => void;
  backOffMs?: readonly number[];
}

interface Running {
  part: Part;
  service: Service;
}

/**
 * Keeps parts running: starts them in order, restarts one that ends by itself with growing waits, and stops all of
 * them in the reverse order, each by its process id.
 */
export class Supervisor {
  private readonly running = new Map<string, Running>();
  private readonly order: string[] = [];
  private readonly options: SuperviseOptions;
  private isStopping = false;
  private wakeAll: () => void = () => undefined;
  private readonly stopped: Promise<void>;

  constructor(options: SuperviseOptions) {
    this.options = options;
    this.stopped = new Promise((resolve) => {
      this.wakeAll = resolve;
    });
  }

  /** Processes now running, in the order their parts were started. */
  processes(): ProcessMark[] {
    return this.order.flatMap((name) => {
      const entry = this.running.get(name);
      return entry === undefined ? [] : [markOf(name, entry.service.pid)];
    });
  }

  /** Starts a part, waits until it is ready, and keeps it running from then on. @throws what its start throws */
  async add(part: Part): Promise<void> {
    if (!this.order.includes(part.name)) this.order.push(part.name);
    const service = await part.start();
    if (this.isStopping) {
      await service.stop(part.stopSignal, part.stopGraceMs ?? 30_000);
      throw new Error('the stack is stopping');
    }
    this.watch(part, service);
  }

  /** Stops everything in reverse order of start; parts given in one group side by side. Harmless when repeated. */
  async stop(together: string[] = []): Promise<void> {
    this.isStopping = true;
    this.wakeAll();
    const end = async (name: string): Promise<void> => {
      const entry = this.running.get(name);
      if (entry === undefined) return;
      await entry.service.stop(entry.part.stopSignal ?? 'SIGTERM', entry.part.stopGraceMs ?? 30_000);
      this.running.delete(name);
      this.options.onChange(this.processes());
    };
    await Promise.all(together.map(end));
    for (const name of this.order.toReversed()) await end(name);
  }

  /** Ends what still runs at once, without waiting: the last resort when this process itself must go. */
  kill(): void {
    this.isStopping = true;
    this.wakeAll();
    for (const { part, service } of this.running.values()) {
      // PostgreSQL's immediate shutdown loses nothing that was committed; everything else restarts from it.
      service.child.kill(part.name === 'postgres' ? 'SIGQUIT' : 'SIGKILL');
    }
  }

  private watch(part: Part, service: Service): void {
    this.running.set(part.name, { part, service });
    this.options.onChange(this.processes());
    void this.keep(part, service);
  }

  private async keep(part: Part, first: Service): Promise<void> {
    const waits = this.options.backOffMs ?? BACK_OFF_MS;
    let service = first;
    let failures = 0;
    for (;;) {
      const since = performance.now();
      const exit = await service.exited;
      if (this.isStopping) return;
      this.running.delete(part.name);
      this.options.onChange(this.processes());
      if (performance.now() - since > SETTLED_MS) failures = 0;
      let reason = `ended with ${exit.signal ?? `code ${exit.code}`}`;
      for (;;) {
        const wait = waits[Math.min(failures, waits.length - 1)] ?? 1_000;
        failures += 1;
        this.options.report(`${part.name} ${reason}; starting it again in ${wait / 1000} s`);
        await this.pause(wait);
        if (this.isStopping) return;
        try {
          service = await part.start();
          break;
        } catch (thrown) {
          reason = `did not start: ${messageOf(thrown)}`;
        }
      }
      if (this.isStopping) {
        await service.stop(part.stopSignal, part.stopGraceMs ?? 30_000);
        return;
      }
      this.running.set(part.name, { part, service });
      this.options.onChange(this.processes());
      this.options.report(`${part.name} runs again (process ${service.pid})`);
    }
  }

  private async pause(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([
      new Promise<void>((resolve) => {
        timer = setTimeout(resolve, ms);
      }),
      this.stopped,
    ]);
    clearTimeout(timer);
  }
}
