import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../domain/json.ts';
import { BotBench, CHROMIUM } from '../../tests/simulators/legacy/bot-bench.ts';

const css = (value: string): JsonObject => ({ candidates: [{ by: 'css', value }] });

/** Sends an instruction once and for all; what was sent is seen on another page. */
const SCRIPT: JsonObject = {
  schemaVersion: 1,
  name: 'send-order',
  title: '发送指令',
  params: [{ name: 'baseUrl' }],
  secrets: [],
  session: { baseUrl: '{{baseUrl}}' },
  limits: { timeoutMs: 60_000, stepTimeoutMs: 4_000, maxRows: 10, maxPages: 1, maxSignIns: 1 },
  evidence: { screenshots: 'group', trace: 'never' },
  steps: [
    {
      id: 'send',
      op: 'group',
      title: '发送',
      steps: [
        { id: 'form', op: 'goto', url: '/form' },
        {
          id: 'submit',
          op: 'click',
          target: css('button'),
          sideEffect: 'commit',
          verify: { goto: '/sent', target: css('#sent') },
        },
        // Comes only when the answer of the commit does.
        { id: 'thanks', op: 'waitFor', target: css('#thanks') },
      ],
    },
  ],
};

describe.skipIf(CHROMIUM === null)(
  `a commit step${CHROMIUM === null ? ' (skipped: no Chromium)' : ''}`,
  () => {
    const bench = new BotBench();
    let server: Server;
    let baseUrl = '';
    let sent = 0;
    let isSilent = false;
    let isDeaf = false;
    beforeAll(async () => {
      server = createServer((request, response) => {
        if (request.method === 'POST' && !isDeaf) sent += 1;
        // Says nothing any more once the order is in.
        if (isSilent && sent > 0) return;
        const page =
          request.method === 'POST'
            ? '<p id="thanks">thanks</p>'
            : request.url === '/sent'
              ? sent > 0
                ? '<p id="sent">1</p>'
                : '<p>none</p>'
              : `<form method="post" action="/form"><button>Send</button></form>${sent > 0 ? '<p id="thanks">done</p>' : ''}`;
        response.writeHead(200, { 'content-type': 'text/html' }).end(page);
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    afterAll(async () => {
      await bench.host.close();
      server.closeAllConnections();
      server.close();
    });

    it('that was under way when its worker died is looked up by the next attempt and not sent again', async () => {
      isSilent = true;
      const bot = bench.publish(SCRIPT);
      const death = new AbortController();
      const first = bench.run(bot, { baseUrl }, { runId: 'lost-answer', signal: death.signal });
      first.catch(() => undefined);
      await expect.poll(() => sent, { timeout: 30_000 }).toBe(1);
      death.abort();
      await expect(first).rejects.toThrow('cancelled');
      expect([...bench.effects.values()].map((effect) => effect.status)).toEqual(['sent']);
      isSilent = false;
      await bench.run(bot, { baseUrl }, { runId: 'lost-answer', attempt: 2 });
      expect(sent).toBe(1);
      expect([...bench.effects.values()].map((effect) => effect.status)).toEqual(['done']);
    });

    it('that the other system does not show afterwards is unknown, and left to a person', async () => {
      sent = 0;
      isDeaf = true;
      const run = bench.run(bench.publish(SCRIPT), { baseUrl }, { runId: 'not-there' });
      await expect(run).rejects.toMatchObject({
        isRetryable: false,
        error: { type: 'https://afterbell.example/errors/bot-commit-unverified' },
      });
      expect([...bench.effects.values()].map((effect) => effect.status)).toEqual(['done', 'unknown']);
    });
  },
);
