import { Worker } from 'node:worker_threads';
import type { DeviceCredential, SshLimits, SshTarget } from './ssh/connect.ts';
import type { ExecResult, SessionFacts } from './ssh/session.ts';
import type { CommandResult, RunOptions } from './ssh/shell.ts';
import { SshError } from './ssh/ssh-error.ts';
import type { SshAnswer, SshRequest, SshResults } from './ssh-rpc.ts';

/** A session as the main thread sees it. Every method may reject with an SshError. */
export interface DeviceSession {
  readonly facts: SessionFacts;
  run(line: string, options?: RunOptions): Promise<CommandResult>;
  exec(command: string, timeoutMs: number): Promise<ExecResult>;
  close(): Promise<void>;
  /** Cuts the connection at once. */
  destroy(): Promise<void>;
}

/** A pool of SSH threads. */
export interface SshPool {
  open(target: SshTarget, credential: DeviceCredential, limits: SshLimits): Promise<DeviceSession>;
  close(): Promise<void>;
}

interface Call {
  readonly resolve: (result: SshResults[keyof SshResults]) => void;
  readonly reject: (error: SshError) => void;
}

/** Starts `threads` SSH threads (1 to 16); sessions go to the thread with the fewest. A dead thread fails its sessions and is replaced. */
export function createSshPool(threads: number): SshPool {
  const slots = Array.from({ length: Math.min(16, Math.max(1, threads)) }, () => new ThreadSlot());
  let sessionIds = 0;
  return {
    async open(target, credential, limits) {
      const slot = slots.reduce((best, other) => (other.load < best.load ? other : best));
      sessionIds += 1;
      return slot.open(sessionIds, target, credential, limits);
    },
    async close() {
      await Promise.all(slots.map(async (slot) => slot.close()));
    },
  };
}

class ThreadSlot {
  load = 0;
  private worker: Worker | undefined;
  private readonly calls = new Map<number, Call>();
  private callIds = 0;

  async open(
    sessionId: number,
    target: SshTarget,
    credential: DeviceCredential,
    limits: SshLimits,
  ): Promise<DeviceSession> {
    this.load += 1;
    let open = true;
    const release = (): void => {
      if (open) this.load -= 1;
      open = false;
    };
    try {
      const facts = await this.call({ kind: 'open', sessionId, target, credential, limits });
      return {
        facts,
        run: async (line, options = {}) => this.call({ kind: 'run', sessionId, line, options }),
        exec: async (command, timeoutMs) => this.call({ kind: 'exec', sessionId, command, timeoutMs }),
        close: async () => {
          release();
          await this.call({ kind: 'close', sessionId });
        },
        destroy: async () => {
          release();
          await this.call({ kind: 'destroy', sessionId });
        },
      };
    } catch (error) {
      release();
      throw error;
    }
  }

  async close(): Promise<void> {
    const worker = this.worker;
    this.worker = undefined;
    await worker?.terminate();
  }

  private async call<Request extends SshRequest>(request: Request): Promise<SshResults[Request['kind']]> {
    const worker = this.worker ?? this.start();
    this.callIds += 1;
    const callId = this.callIds;
    return new Promise((resolve, reject) => {
      this.calls.set(callId, { resolve: resolve as Call['resolve'], reject });
      worker.postMessage({ callId, request });
    });
  }

  private start(): Worker {
    const worker = new Worker(new URL('./ssh-thread-boot.mjs', import.meta.url), {
      name: 'ssh',
      execArgv: [],
    });
    this.worker = worker;
    worker.unref();
    worker.on('message', (answer: SshAnswer) => this.settle(answer));
    worker.on('error', (error) => this.died(worker, error.message));
    worker.on('exit', () => this.died(worker, 'ended'));
    return worker;
  }

  private settle(answer: SshAnswer): void {
    const call = this.calls.get(answer.callId);
    this.calls.delete(answer.callId);
    if (answer.ok) {
      call?.resolve(answer.result);
      return;
    }
    const { code, message, received, seenFingerprint } = answer.error;
    call?.reject(
      new SshError(code, message, {
        received,
        ...(seenFingerprint === undefined ? {} : { seenFingerprint }),
      }),
    );
  }

  private died(worker: Worker, reason: string): void {
    if (this.worker === worker) this.worker = undefined;
    for (const call of this.calls.values())
      call.reject(new SshError('connection-lost', `SSH thread ${reason}`));
    this.calls.clear();
  }
}
