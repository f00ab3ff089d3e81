import { existsSync } from 'node:fs';
import { chromium } from 'playwright';

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

/** Activities of the `browser` queue. The bots come with reconciliation; until then the worker tells what it could run them on. */
export function createBrowserActivities({ chromiumPath }: { readonly chromiumPath: string | null }) {
  return {
    describeBrowser: async (): Promise<BrowserFacts> => findBrowser(chromiumPath),
  };
}
