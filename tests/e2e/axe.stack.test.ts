import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalStack, startLocalStack } from '../support/local-stack.ts';
import { chromiumPath, LOOKS, preparePages, routePaths, type Stop, Tour } from '../support/page-tour.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Two looks show every contrast: one language in each mode. */
const SEEN = LOOKS.filter(({ language, mode }) => (language === 'zh-CN') === (mode === 'light'));

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: ReadonlyArray<{ readonly target: readonly string[] }>;
}

describe('every page', () => {
  let stack: LocalStack;
  let browser: Browser;
  let stops: readonly Stop[];

  beforeAll(async () => {
    stack = await startLocalStack(['--demo'], { AFTERBELL_SIGN_IN_PER_MINUTE: '1000' });
    browser = await chromium.launch({
      executablePath: chromiumPath(),
      args: ['--no-sandbox', '--disable-gpu'],
    });
    stops = await preparePages(stack);
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
    stack?.remove();
  });

  it('is on the tour', () => {
    // Calls fall due by themselves, so the card of one may not be there yet.
    const toured = new Set([...stops.map(({ route }) => route), 'calls/:taskId']);
    expect(routePaths().filter((route) => !toured.has(route))).toEqual([]);
  });

  it.each(SEEN)(
    'has no serious violation of accessibility in $language, $mode',
    async (look) => {
      const found: string[] = [];
      const tour = new Tour(browser, stack, look);
      for (const stop of stops) {
        const page = await tour.open(stop);
        // The content policy lets no script of ours in but through the debugger.
        const violations = await page.evaluate(
          `(() => { ${AXE}; return axe.run({ resultTypes: ['violations'] }).then((r) => r.violations); })()`,
        );
        for (const { id, impact, nodes } of violations as Violation[])
          if (impact === 'serious' || impact === 'critical')
            found.push(
              `${stop.name}: ${id} ${nodes
                .slice(0, 3)
                .map(({ target }) => target.join(' '))
                .join(', ')}`,
            );
        await page.close();
      }
      await tour.close();
      expect(found).toEqual([]);
    },
    300_000,
  );
});
