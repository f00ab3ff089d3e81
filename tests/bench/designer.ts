import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import react from '@vitejs/plugin-react';
import { type Browser, type CDPSession, chromium, type Locator, type Page } from 'playwright';
import { build } from 'vite';
import { findBrowser } from '../../activities/browser/browser-activities.ts';
import type { Weight } from '../../designer/build/size-budget.ts';
import { median, type Spread, spreadOf } from './measure.ts';

const OUTPUT_FOLDER = new URL('../.output/', import.meta.url);
const PAGES = fileURLToPath(new URL('designer/', import.meta.url));
const SIDES = ['ours', 'plain'] as const;
const SIZES = [500, 1_000];
const MOVES = ['pan', 'drag'] as const;
/** Frames of one pass. */
const FRAMES = 90;
const ROUNDS = 3;

type Side = (typeof SIDES)[number];
type Move = (typeof MOVES)[number];

/** Script time per frame of one pass, milliseconds. */
interface Pass {
  readonly p50: number;
  readonly p95: number;
  /** Elements in the page. */
  readonly elements: number;
}

/** One line of the result. */
interface Figure {
  readonly steps: number;
  readonly move: Move;
  readonly side: Side;
  readonly p95Ms: Spread;
  readonly p50Ms: Spread;
  readonly elements: number;
}

async function buildPages(outDir: string): Promise<void> {
  await build({
    root: PAGES,
    configFile: false,
    logLevel: 'warn',
    plugins: [react()],
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2022',
      chunkSizeWarningLimit: 4_000,
      rollupOptions: { input: SIDES.map((side) => path.join(PAGES, `${side}.html`)) },
    },
  });
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

async function serve(folder: string): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    const name = new URL(request.url ?? '/', 'http://x').pathname;
    const file = path.join(folder, path.normalize(name));
    try {
      const body = readFileSync(file);
      response.writeHead(200, { 'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream' });
      response.end(body);
    } catch {
      response.writeHead(404);
      response.end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function scriptSeconds(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? 0;
}

/** Two frames later, whatever a move has caused is drawn. */
const settle = (page: Page): Promise<void> =>
  page.evaluate(
    () => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))),
  );

/** One pass: a page opened afresh, the pointer pressed, moved once per frame and let go. */
async function measure(browser: Browser, url: string, side: Side, steps: number, move: Move): Promise<Pass> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'en',
    reducedMotion: 'reduce',
  });
  try {
    const page = await context.newPage();
    await page.goto(`${url}/${side}.html?steps=${steps}`);
    const card = page.locator(side === 'ours' ? '.n-card' : '.react-flow__node').first();
    await card.waitFor();
    await settle(page);
    const session = await context.newCDPSession(page);
    await session.send('Performance.enable');
    const box = await card.boundingBox();
    if (box === null) throw new Error('the first card has no place');
    const [x, y] = move === 'pan' ? [120, 700] : [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    const frames: number[] = [];
    for (let frame = 1; frame <= FRAMES; frame += 1) {
      const before = await scriptSeconds(session);
      // Panning goes down the flow, so that steps come into view and leave it; dragging wanders over the lines.
      const [dx, dy] = move === 'pan' ? [0, -7 * frame] : [Math.sin(frame / 8) * 60, (frame % 60) * 8];
      await page.mouse.move(x + dx, y + dy);
      await settle(page);
      frames.push(((await scriptSeconds(session)) - before) * 1_000);
    }
    await expectMoved(page, card, box, side, move);
    await page.mouse.up();
    const sorted = frames.toSorted((left, right) => left - right);
    const elements = await page.evaluate(() => document.querySelectorAll('*').length);
    return { p50: median(frames), p95: sorted[Math.floor(FRAMES * 0.95)] ?? 0, elements };
  } finally {
    await context.close();
  }
}

/** A pass that moved nothing would measure nothing. */
async function expectMoved(
  page: Page,
  card: Locator,
  before: { readonly x: number; readonly y: number },
  side: Side,
  move: Move,
): Promise<void> {
  if (side === 'ours' && move === 'drag') {
    if ((await page.locator('.d-ghost').count()) === 0) throw new Error('the designer drags nothing');
    return;
  }
  // A card that left the view is no longer in the page of the designer.
  const after = (await card.count()) === 0 ? null : await card.boundingBox();
  const isMoved = after === null || Math.hypot(after.x - before.x, after.y - before.y) > 50;
  if (!isMoved) throw new Error(`${side}: ${move} moved nothing`);
}

/** Weights of the real build, as its own check sees them. */
async function weights(): Promise<readonly Weight[]> {
  const { sizeBudget } = await import('../../designer/build/size-budget.ts');
  const { BUDGETS } = await import('../../designer/build/budgets.ts');
  const { oneLanguage } = await import('../../designer/build/one-language.ts');
  const { onlyUsedTypes } = await import('../../designer/build/only-used-types.ts');
  const seen: Weight[] = [];
  await build({
    root: fileURLToPath(new URL('../../designer/', import.meta.url)),
    configFile: false,
    logLevel: 'silent',
    plugins: [react(), oneLanguage(), onlyUsedTypes(), sizeBudget(BUDGETS, (found) => seen.push(...found))],
    build: { write: false, target: 'es2022' },
  });
  return seen;
}

const figure = ({ median: middle, least, most }: Spread): string =>
  `${middle.toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)})`;

function render(figures: readonly Figure[], sizes: readonly Weight[]): string {
  const rows = figures.map(
    ({ steps, move, side, p95Ms, p50Ms, elements }) =>
      `| ${steps} | ${move} | ${side === 'ours' ? 'the designer' : 'plain React Flow'} | ${figure(p95Ms)} | ${figure(p50Ms)} | ${elements} |`,
  );
  const ratios = SIZES.flatMap((steps) =>
    MOVES.map((move) => {
      const of = (side: Side) =>
        figures.find((each) => each.steps === steps && each.move === move && each.side === side);
      const ratio = (of('ours')?.p95Ms.median ?? Number.NaN) / (of('plain')?.p95Ms.median ?? Number.NaN);
      return `${steps} steps, ${move}: ${ratio.toFixed(2)}`;
    }),
  );
  return [
    '| steps | move | page | script ms per frame, p95 | p50 | elements |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
    `Ratio of the p95, the designer to plain React Flow: ${ratios.join('; ')}.`,
    '',
    ...sizes.map(
      ({ name, bytes, maximum }) =>
        `${name}: ${(bytes / 1000).toFixed(1)} kB gzip${maximum === undefined ? '' : ` of ${maximum / 1000}`}`,
    ),
  ].join('\n');
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
  const { executablePath } = findBrowser(process.env.AFTERBELL_CHROMIUM_PATH ?? null);
  if (executablePath === null) throw new Error('no Chromium: install the package chromium');
  const folder = mkdtempSync(path.join(tmpdir(), 'afterbell-bench-'));
  await buildPages(folder);
  const { server, url } = await serve(folder);
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  const passes = new Map<string, Pass[]>();
  try {
    for (const steps of SIZES)
      for (const move of MOVES)
        for (let round = 0; round < (values.quick ? 1 : ROUNDS); round += 1)
          // A-B-B-A: slow drift of the machine falls on both sides alike.
          for (const side of ['ours', 'plain', 'plain', 'ours'] as const) {
            const key = `${steps} ${move} ${side}`;
            const pass = await measure(browser, url, side, steps, move);
            passes.set(key, [...(passes.get(key) ?? []), pass]);
          }
  } finally {
    await browser.close();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
  const figures = SIZES.flatMap((steps) =>
    MOVES.flatMap((move) =>
      SIDES.map((side): Figure => {
        const found = passes.get(`${steps} ${move} ${side}`) ?? [];
        return {
          steps,
          move,
          side,
          p95Ms: spreadOf(found.map(({ p95 }) => p95)),
          p50Ms: spreadOf(found.map(({ p50 }) => p50)),
          elements: found[0]?.elements ?? 0,
        };
      }),
    ),
  );
  const sizes = await weights();
  const result = {
    measuredAt: new Date().toISOString(),
    machine: { cores: availableParallelism(), node: process.version },
    frames: FRAMES,
    rounds: values.quick ? 1 : ROUNDS,
    figures,
    sizes,
  };
  mkdirSync(OUTPUT_FOLDER, { recursive: true });
  writeFileSync(new URL('bench-designer.json', OUTPUT_FOLDER), `${JSON.stringify(result, null, 2)}\n`);
  console.log(render(figures, sizes));
}

await main();
