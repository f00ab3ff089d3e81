import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BotBench, CHROMIUM, SeenFailure, shippedBot } from '../../tests/simulators/legacy/bot-bench.ts';
import { type BookOptions, makeBooks } from '../../tests/simulators/legacy/positions.ts';
import {
  type LegacyProcessOptions,
  type LegacySystem,
  startLegacySystems,
} from '../../tests/simulators/legacy/start.ts';
import { renderCounterCsv } from '../../tests/simulators/legacy/counter.ts';
import { holdsSecret, unzip } from './bot-evidence.ts';
import { browserProcesses } from './browser-processes.ts';

const BOOKS: BookOptions = { tradingDay: '2026-11-23', rows: 61 };
const PARAMS = { tradingDay: '2026-11-23' };

// Says itself why it is skipped: the name of the suite is what a report shows.
describe.skipIf(CHROMIUM === null)(
  `bots on a real Chromium${CHROMIUM === null ? ' (skipped: no Chromium)' : ''}`,
  () => {
    let bench: BotBench;
    let systems: Awaited<ReturnType<typeof startLegacySystems>> | undefined;
    beforeEach(() => {
      bench = new BotBench();
    });
    afterEach(async () => {
      await bench.host.close();
      await systems?.stop();
      systems = undefined;
    });

    const start = async (
      behaviour: LegacyProcessOptions['behaviour'] = {},
    ): Promise<{ counter: LegacySystem; clearing: LegacySystem }> => {
      systems = await startLegacySystems(BOOKS, behaviour);
      return systems;
    };
    const runCounter = (system: LegacySystem, options: Parameters<BotBench['run']>[2] = {}) => {
      bench.logins['bot/counter#v1'] = { ...system.login };
      const bot = bench.publish(shippedBot('counter-positions'));
      return bench.run(bot, { ...PARAMS, baseUrl: system.url }, options);
    };
    const runClearing = (system: LegacySystem) => {
      bench.logins['bot/clearing#v1'] = { ...system.login };
      return bench.run(bench.publish(shippedBot('clearing-positions')), { baseUrl: system.url });
    };

    it('downloads the GBK file from behind nested frames, byte for byte', async () => {
      const { counter } = await start();
      const output = await runCounter(counter);
      const file = bench.keptOf('download')[0];
      const text = new TextDecoder('gbk', { fatal: true }).decode(file?.content);
      expect(text).toBe(renderCounterCsv(makeBooks(BOOKS).counter));
      expect(output.files['counter-positions.csv']).toMatchObject({
        ref: `payload:${file?.file.sha256}`,
        sha256: file?.file.sha256,
        bytes: file?.content.length,
      });
      expect(output).toMatchObject({ signIns: 1, screenshots: 2 });
      expect(output.drift.map((entry) => entry.step)).toEqual(['signIn/operator']);
      expect(bench.manifest()).toMatchObject({ browser: output.browser, outcome: { status: 'completed' } });
      expect(output.browser).toMatch(/^\d+\./);
    });

    it('reads the table over all its pages with the day and the totals', async () => {
      const { clearing } = await start();
      const output = await runClearing(clearing);
      const book = makeBooks(BOOKS).clearing;
      const lines = bench.keptOf('table')[0]?.content.toString('utf8').trimEnd().split('\r\n') ?? [];
      expect(lines).toHaveLength(book.rows.length + 1);
      expect(lines.at(-1)).toMatch(new RegExp(`,${book.rows.at(-1)?.margin},2026-11-23$`));
      expect(new Set(lines).size).toBe(lines.length);
      expect(output.files['clearing-positions.csv']).toMatchObject({
        rows: book.rows.length,
        facts: {
          tradingDay: '2026-11-23',
          rows: '61',
          longLots: String(book.totals.longLots),
          shortLots: String(book.totals.shortLots),
        },
      });
      expect(output.drift).toEqual([]);
    });

    it('signs in again when the session expires under way', async () => {
      const { counter, clearing } = await start({ expireAfterClicks: 3 });
      expect((await runCounter(counter)).signIns).toBe(2);
      bench.kept.length = 0;
      const output = await runClearing(clearing);
      expect(output).toMatchObject({ signIns: 2, files: { 'clearing-positions.csv': { rows: 61 } } });
    });

    it('takes a wrong password for the answer it is, and never retries it', async () => {
      const { counter } = await start();
      const seen = await runCounter({
        ...counter,
        login: { username: 'op0712', password: 'wrong-word-1' },
      }).catch((error: unknown) => error);
      expect(seen).toBeInstanceOf(SeenFailure);
      expect(seen).toMatchObject({
        isRetryable: false,
        error: { type: 'https://afterbell.example/errors/bot-login-refused', status: 422 },
      });
      expect(JSON.stringify(bench.manifest())).not.toContain('wrong-word-1');
      expect(bench.keptOf('screenshot').at(-1)?.file.name).toContain('failure');
    }, 60_000);

    it('takes a system that does not answer for a fault that is retried', async () => {
      const { counter } = await start();
      await systems?.stop();
      await expect(runCounter(counter)).rejects.toMatchObject({ isRetryable: true, error: { status: 503 } });
    });

    it('goes on by a later candidate and records the drift', async () => {
      const { counter } = await start({ isRedrawn: true });
      const output = await runCounter(counter);
      expect(output.drift).toContainEqual({
        step: 'fetch/query',
        candidate: 1,
        used: "xpath //input[@value='查 询']",
      });
    });

    it('leaves the password in no trace, screenshot name, manifest or table', async () => {
      const { counter } = await start({ expireAfterClicks: 6 });
      const script = shippedBot('counter-positions');
      script.evidence = { screenshots: 'group', trace: 'always' };
      bench.logins['bot/counter#v1'] = { ...counter.login };
      await bench.run(bench.publish(script), { ...PARAMS, baseUrl: counter.url });
      const traces = bench.keptOf('trace');
      expect(traces.length).toBeGreaterThan(0);
      const entries = traces.flatMap(({ content }) => unzip(content));
      expect(entries.some(({ name }) => name.endsWith('.trace'))).toBe(true);
      const secrets = [counter.login.password];
      expect(entries.filter(({ content }) => holdsSecret(content, secrets))).toEqual([]);
      expect(bench.kept.filter(({ content }) => holdsSecret(content, secrets))).toEqual([]);
      // The traces do hold what was read, so the search above had something to find.
      expect(entries.some(({ content }) => content.includes('btnQuery'))).toBe(true);
    });

    it('masks what was typed in the screenshot of the sign-in, and every field of a login page', async () => {
      const { clearing } = await start();
      const script = shippedBot('clearing-positions');
      const [signIn] = script.steps as Array<{ steps: unknown[] }>;
      // Ends before the login is sent: the filled form is what is seen.
      bench.logins['bot/clearing#v1'] = { ...clearing.login };
      script.steps = [{ ...signIn, steps: signIn?.steps.slice(0, 3) }] as never;
      await bench.run(bench.publish(script), { baseUrl: clearing.url });
      const png = bench.keptOf('screenshot')[0]?.content ?? Buffer.alloc(0);
      const lease = await bench.host.lease();
      const page = await lease.browser.newPage();
      await page.setContent(`<img id="shot" src="data:image/png;base64,${png.toString('base64')}">`);
      await page.waitForFunction(
        () => (document.querySelector('#shot') as HTMLImageElement).naturalWidth > 0,
      );
      const masked = await page.evaluate(() => {
        const image = document.querySelector('#shot') as HTMLImageElement;
        const canvas = Object.assign(document.createElement('canvas'), {
          width: image.naturalWidth,
          height: image.naturalHeight,
        });
        const pen = canvas.getContext('2d');
        pen?.drawImage(image, 0, 0);
        const pixels = pen?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
        let count = 0;
        for (let at = 0; at < pixels.length; at += 4)
          if (pixels[at] === 0x5c && pixels[at + 1] === 0x5c && pixels[at + 2] === 0x5c) count += 1;
        return count;
      });
      await page.close();
      await lease.release();
      // Two text fields of some 150 x 20 pixels.
      expect(masked).toBeGreaterThan(4_000);
    });

    it('ends a cancelled bot within 5 s and leaves no process', async () => {
      const { counter } = await start();
      const script = shippedBot('counter-positions');
      const steps = script.steps as Array<{ steps: Array<Record<string, unknown>> }>;
      // Waits for what never comes.
      Object.assign(steps[1]?.steps[4] ?? {}, {
        target: { candidates: [{ by: 'css', value: '#never' }] },
        timeoutMs: 120_000,
      });
      bench.logins['bot/counter#v1'] = { ...counter.login };
      const stop = new AbortController();
      const work = bench.run(
        bench.publish(script),
        { ...PARAMS, baseUrl: counter.url },
        { signal: stop.signal },
      );
      work.catch(() => undefined);
      const pid = await pidOf(bench);
      await expect.poll(() => browserProcesses(pid).length, { timeout: 20_000 }).toBeGreaterThan(2);
      const startedAt = performance.now();
      stop.abort();
      await expect(work).rejects.toThrow('cancelled');
      expect(browserProcesses(pid)).toEqual([]);
      expect(performance.now() - startedAt).toBeLessThan(5_000);
    }, 60_000);

    it('kills a hung browser within 5 s, calls it a fault, and leaves no process', async () => {
      const { counter } = await start();
      const script = shippedBot('counter-positions');
      const steps = script.steps as Array<{ steps: Array<Record<string, unknown>> }>;
      Object.assign(steps[1]?.steps[4] ?? {}, {
        target: { candidates: [{ by: 'css', value: '#never' }] },
        timeoutMs: 120_000,
      });
      bench.logins['bot/counter#v1'] = { ...counter.login };
      const work = bench.run(bench.publish(script), { ...PARAMS, baseUrl: counter.url });
      work.catch(() => undefined);
      const pid = await pidOf(bench);
      await expect.poll(() => browserProcesses(pid).length, { timeout: 20_000 }).toBeGreaterThan(2);
      const startedAt = performance.now();
      for (const one of browserProcesses(pid)) process.kill(one, 'SIGSTOP');
      await expect.poll(() => browserProcesses(pid), { timeout: 10_000, interval: 50 }).toEqual([]);
      expect(performance.now() - startedAt).toBeLessThan(5_000);
      await expect(work).rejects.toMatchObject({
        isRetryable: true,
        error: { type: 'https://afterbell.example/errors/bot-browser-lost' },
      });
      // The next item gets a new browser.
      expect((await runCounter(counter)).signIns).toBe(1);
    }, 90_000);
  },
);

describe('bots without a browser', () => {
  it('say that a browser is needed', async () => {
    const bench = new BotBench();
    Object.defineProperty(bench, 'host', {
      value: new (bench.host.constructor as new (path: null) => BotBench['host'])(null),
    });
    bench.logins['bot/counter#v1'] = { username: 'a', password: 'b' };
    const seen = bench.run(bench.publish(shippedBot('counter-positions')), {
      ...PARAMS,
      baseUrl: 'http://127.0.0.1:9',
    });
    await expect(seen).rejects.toMatchObject({
      isRetryable: false,
      error: { type: 'https://afterbell.example/errors/bot-needs-browser' },
    });
  });
});

async function pidOf(bench: BotBench): Promise<number> {
  const lease = await bench.host.lease();
  const { pid } = lease;
  await lease.release();
  return pid;
}
