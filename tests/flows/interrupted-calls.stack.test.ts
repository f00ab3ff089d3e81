import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEgressClient } from '../../platform/egress.ts';
import { createHttp } from '../../worker/http.ts';
import { waitFor } from '../support/api-session.ts';
import { type FlowBench, openFlowBench } from './flow-bench.ts';

const TEST_MS = 60_000;
const BRIEF = 'timeout: { after: { milliseconds: 300 } }';
/** A call hears of its end with its next heartbeat. */
const CUT_OFF_MS = 10_000;

/** A service that takes requests and never answers. */
class Silent {
  private readonly server: Server = createServer((request) => {
    const path = request.url ?? '';
    request.socket.once('close', () => this.cutOff.add(path));
  });
  /** Paths of requests whose connection the caller has closed. */
  readonly cutOff = new Set<string>();

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

describe('calls whose time is over, on real Temporal', () => {
  const silent = new Silent();
  let base: string;
  let bench: FlowBench;
  beforeAll(async () => {
    base = await silent.start();
    bench = await openFlowBench((parts) => createHttp(parts, createEgressClient(['127.0.0.1'])));
  });
  afterAll(async () => {
    await bench?.close();
    silent.stop();
  });

  const call = (path: string, more = ''): string =>
    `call: http, with: { method: get, endpoint: '${base}${path}' }${more}`;
  const isCutOff = (path: string): Promise<true> =>
    waitFor(`the request to ${path} to be broken off`, CUT_OFF_MS, () =>
      Promise.resolve(silent.cutOff.has(path) ? true : undefined),
    );

  it.each<[string, string, () => string, string]>([
    ['a task', '', () => `  - t: { ${call('/task', `, ${BRIEF}`)} }\n`, '/task'],
    ['a flow', `${BRIEF}\n`, () => `  - t: { ${call('/flow')} }\n`, '/flow'],
    [
      'an attempt',
      '',
      () =>
        `  - t: { try: [ { r: { ${call('/attempt')} } } ], catch: { errors: { with: { status: 503 } }, retry: { limit: { attempt: { duration: { milliseconds: 300 } } } } } }\n`,
      '/attempt',
    ],
  ])(
    'the timeout of %s breaks the request off and is the error 408',
    async (_what, head, tasks, path) => {
      const run = await bench.start(await bench.publish(tasks(), head), {});
      await expect(bench.result(run)).rejects.toThrow();
      await isCutOff(path);
      await bench.flush();
      const row = await bench.records.runs.find(run.runId);
      expect(row?.error).toMatchObject({ status: 408 });
      expect((await bench.records.timeline.steps(run.runId)).every((step) => step.endedAt !== null)).toBe(
        true,
      );
    },
    TEST_MS,
  );

  it(
    'the winner of a race breaks the others off',
    async () => {
      const tasks = `  - f: { fork: { compete: true, branches: [ { slow: { ${call('/race')} } }, { quick: { do: [ { w: { wait: { milliseconds: 300 } } }, { s: { set: { won: true } } } ] } } ] } }\n`;
      const run = await bench.start(await bench.publish(tasks), {});
      expect(await bench.result(run)).toEqual({ won: true });
      await isCutOff('/race');
    },
    TEST_MS,
  );
});
