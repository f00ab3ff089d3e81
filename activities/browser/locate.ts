import type { Frame, FrameLocator, Locator, Page } from 'playwright';
import type { BotCandidate, BotTarget } from '../../domain/reconciliation/bot-script.ts';
import { BotFault } from './bot-failures.ts';

/** An element with the candidate that found it; `index` above 0 is drift. */
export interface Located {
  readonly locator: Locator;
  readonly index: number;
  readonly candidate: BotCandidate;
}

const POLL_MS = 120;
/** A later candidate counts only after the first one had this long to appear. */
const FIRST_CHANCE_MS = 1_500;

type Scope = Page | Frame | FrameLocator;

/**
 * Finds the target: candidates in order, the first that finds exactly the expected number. Throws `BotFault` when none did within
 * `timeoutMs`; `watch` is asked on every turn and may throw to end the search.
 */
export async function locate(
  page: Page,
  target: BotTarget,
  timeoutMs: number,
  watch: () => Promise<void>,
): Promise<Located> {
  const startedAt = performance.now();
  for (;;) {
    const waitedMs = performance.now() - startedAt;
    const reach = waitedMs < Math.min(FIRST_CHANCE_MS, timeoutMs / 2) ? 1 : target.candidates.length;
    const found = await findNow(page, target, reach);
    if (found !== undefined) return found;
    await watch();
    if (waitedMs > timeoutMs)
      throw new BotFault(
        'element-missing',
        `no candidate found ${describeTarget(target)} in ${timeoutMs} ms`,
      );
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** The target as the page stands now; undefined when no candidate finds it visible. */
export async function findNow(
  page: Page | Frame,
  target: BotTarget,
  reach = target.candidates.length,
): Promise<Located | undefined> {
  const scope = scopeOf(page, target);
  const wanted = target.expectCount ?? 1;
  for (const [index, candidate] of target.candidates.slice(0, reach).entries()) {
    const locator = locatorOf(scope, candidate);
    // A frame that is being replaced has no answer; the next turn asks again.
    const count = await locator.count().catch(() => 0);
    if (count !== wanted) continue;
    const isVisible = await locator
      .first()
      .isVisible()
      .catch(() => false);
    if (isVisible) return { locator: wanted === 1 ? locator : locator.first(), index, candidate };
  }
  return undefined;
}

/** The candidates in words, for messages. */
export function describeTarget(target: BotTarget): string {
  return target.candidates.map(({ by, value, name }) => `${by} “${name ?? value}”`).join(' or ');
}

function scopeOf(page: Page | Frame, target: BotTarget): Scope {
  let scope: Scope = page;
  for (const { by, value } of target.frame ?? []) {
    const quoted = JSON.stringify(value);
    const selector =
      by === 'css'
        ? value
        : by === 'name'
          ? `:is(iframe, frame)[name=${quoted}]`
          : `:is(iframe, frame)[src*=${quoted}]`;
    scope = scope.frameLocator(selector);
  }
  return scope;
}

function locatorOf(scope: Scope, { by, value, name }: BotCandidate): Locator {
  switch (by) {
    case 'testId':
      return scope.getByTestId(value);
    case 'role':
      return scope.getByRole(
        value as Parameters<Page['getByRole']>[0],
        name === undefined ? {} : { name, exact: true },
      );
    case 'label':
      return scope.getByLabel(value, { exact: true });
    case 'text':
      return scope.getByText(value, { exact: true });
    case 'css':
      return scope.locator(`css=${value}`);
    default:
      return scope.locator(`xpath=${value}`);
  }
}
