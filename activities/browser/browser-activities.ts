import { existsSync } from 'node:fs';
import { chromium } from 'playwright';
import type { StepActivities } from '../../steps/index.ts';
import { BrowserHost } from './browser-host.ts';
import { type BotDeps, runBot } from './run-bot.ts';

/** What a browser worker can use. */
export interface BrowserFacts {
  /** Null: no Chromium was found; bot flows say “needs a browser”. */
  readonly executablePath: string | null;
}

/** Places a Debian or an official image keeps Chromium, after the setting. */
const KNOWN_PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Finds Chromium: the setting, the known places, then Playwright's own. */
export function findBrowser(setting: string | null): BrowserFacts {
  const candidates = [...(setting === null ? KNOWN_PATHS : [setting]), chromium.executablePath()];
  return { executablePath: candidates.find((file) => file !== '' && existsSync(file)) ?? null };
}

/** What the activities of the `browser` queue stand on; the browser itself is theirs. */
export type BrowserDeps = Omit<BotDeps, 'host'> & { readonly chromiumPath: string | null };

/** Activities of the `browser` queue on one shared Chromium, and the way to end it. */
export function createBrowserActivities({ chromiumPath, ...deps }: BrowserDeps): {
  readonly activities: Pick<StepActivities, 'runBot'>;
  close(): Promise<void>;
} {
  const host = new BrowserHost(findBrowser(chromiumPath).executablePath);
  return {
    activities: { runBot: (call) => runBot({ ...deps, host }, call) },
    close: () => host.close(),
  };
}
