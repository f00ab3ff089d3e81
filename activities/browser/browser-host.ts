import { type Browser, type BrowserServer, chromium } from 'playwright';
import { killBrowser } from './browser-processes.ts';

/** No Chromium on this machine: nothing a retry would change. */
export class BrowserMissing extends Error {}

/** A browser lent to one item. `lost` settles with the reason when the browser dies or hangs; it never rejects. */
export interface BrowserLease {
  readonly browser: Browser;
  readonly version: string;
  /** Leader of the browser's process group. */
  readonly pid: number;
  readonly lost: Promise<string>;
  /** Gives it back. `end` closes the browser at once when nobody else uses it. */
  release(end?: boolean): Promise<void>;
  /** Kills the browser with every process of it; other items on it fail and are retried. */
  kill(): void;
}

/** Times in milliseconds; the defaults keep the kill of a hung browser under 5 s. */
export interface HostLimits {
  readonly pingEveryMs: number;
  readonly pingLimitMs: number;
  readonly closeLimitMs: number;
  readonly idleMs: number;
  /** Items after which a browser is replaced: Chromium grows. */
  readonly itemsPerBrowser: number;
}

const LIMITS: HostLimits = {
  pingEveryMs: 1_000,
  pingLimitMs: 3_000,
  closeLimitMs: 1_500,
  idleMs: 30_000,
  itemsPerBrowser: 50,
};

const LAUNCH_LIMIT_MS = 60_000;
/** Nothing of our environment reaches a browser: it holds addresses and file names of keys. */
const KEPT_ENVIRONMENT = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'XDG_RUNTIME_DIR'];

interface Running {
  readonly server: BrowserServer;
  readonly browser: Browser;
  readonly pid: number;
  readonly lost: Promise<string>;
  readonly lose: (reason: string) => void;
  users: number;
  items: number;
  isEnding: boolean;
}

/** One shared Chromium per process, started at the first item, watched while it is used, closed when idle. */
export class BrowserHost {
  readonly #executablePath: string | null;
  readonly #limits: HostLimits;
  #running: Promise<Running> | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor(executablePath: string | null, limits: Partial<HostLimits> = {}) {
    this.#executablePath = executablePath;
    this.#limits = { ...LIMITS, ...limits };
  }

  /** Lends the browser. Throws `BrowserMissing` without Chromium, else what the launch said. */
  async lease(): Promise<BrowserLease> {
    clearTimeout(this.#idle);
    const running = await this.#current();
    running.users += 1;
    running.items += 1;
    const stopWatch = this.#watch(running);
    let isReleased = false;
    return {
      browser: running.browser,
      version: running.browser.version(),
      pid: running.pid,
      lost: running.lost,
      kill: () => running.lose('the browser was killed'),
      release: async (end = false) => {
        if (isReleased) return;
        isReleased = true;
        stopWatch();
        running.users -= 1;
        if (running.users > 0) return;
        if (end || running.isEnding) await this.#end(running);
        else this.#idle = setTimeout(() => void this.#end(running), this.#limits.idleMs).unref();
      },
    };
  }

  /** Ends the browser, used or not. */
  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const running = await this.#running?.catch(() => undefined);
    if (running !== undefined) await this.#end(running);
  }

  async #current(): Promise<Running> {
    for (;;) {
      this.#running ??= this.#launch();
      const starting = this.#running;
      const running = await starting.catch((error: unknown) => {
        if (this.#running === starting) this.#running = undefined;
        throw error;
      });
      if (!running.isEnding && running.items < this.#limits.itemsPerBrowser) return running;
      running.isEnding = true;
      if (running.users === 0) await this.#end(running);
      if (this.#running === starting) this.#running = undefined;
    }
  }

  async #launch(): Promise<Running> {
    if (this.#executablePath === null) throw new BrowserMissing('no Chromium was found on this machine');
    const server = await chromium.launchServer({
      executablePath: this.#executablePath,
      headless: true,
      host: '127.0.0.1',
      timeout: LAUNCH_LIMIT_MS,
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      args: ['--disable-dev-shm-usage', '--disable-extensions', '--no-first-run'],
      env: Object.fromEntries(
        KEPT_ENVIRONMENT.flatMap((name) => {
          const value = process.env[name];
          return value === undefined ? [] : [[name, value]];
        }),
      ),
    });
    const pid = server.process().pid ?? 0;
    const browser = await chromium
      .connect(server.wsEndpoint(), { timeout: LAUNCH_LIMIT_MS })
      .catch((error) => {
        killBrowser(pid);
        throw error;
      });
    let settle: (reason: string) => void = () => undefined;
    const lost = new Promise<string>((resolve) => {
      settle = resolve;
    });
    const running: Running = {
      server,
      browser,
      pid,
      lost,
      lose: (reason) => {
        running.isEnding = true;
        killBrowser(pid);
        settle(reason);
      },
      users: 0,
      items: 0,
      isEnding: false,
    };
    server.once('close', () => running.lose('the browser ended'));
    browser.once('disconnected', () => running.lose('the browser ended'));
    return running;
  }

  /** Asks the browser over and over whether it lives; one that does not answer in time is killed. */
  #watch(running: Running): () => void {
    let isStopped = false;
    let timer: NodeJS.Timeout | undefined;
    const look = async (): Promise<void> => {
      const session = await Promise.race([
        running.browser.newBrowserCDPSession(),
        after(this.#limits.pingLimitMs),
      ]);
      while (!isStopped) {
        await Promise.race([session.send('Browser.getVersion'), after(this.#limits.pingLimitMs)]);
        await new Promise((resolve) => {
          timer = setTimeout(resolve, this.#limits.pingEveryMs);
        });
      }
      await session.detach();
    };
    look().catch((error: unknown) => {
      if (!isStopped) running.lose(error instanceof Error ? error.message : 'the browser does not answer');
    });
    return () => {
      isStopped = true;
      clearTimeout(timer);
    };
  }

  async #end(running: Running): Promise<void> {
    running.isEnding = true;
    await Promise.race([running.server.close(), after(this.#limits.closeLimitMs)]).catch(() => undefined);
    running.lose('the browser was closed');
  }
}

function after(limitMs: number): Promise<never> {
  return new Promise((_resolve, reject) => {
    setTimeout(() => reject(new Error(`the browser did not answer for ${limitMs} ms`)), limitMs).unref();
  });
}
