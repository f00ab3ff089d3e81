import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Locator, Page } from 'playwright';
import {
  type BotAction,
  type BotGroup,
  type BotProbe,
  type BotScript,
  type BotTarget,
  fillBotText,
  redactSecrets,
} from '../../domain/reconciliation/bot-script.ts';
import type { BotEvidence, BotFile } from './bot-evidence.ts';
import { holdsSecret, unzip } from './bot-evidence.ts';
import { BotFault, BotRefused, firstLine, SessionExpired } from './bot-failures.ts';
import { extractTable, readFacts } from './bot-table.ts';
import { findNow, type Located, locate } from './locate.ts';

/** Where a commit step of a bot stands in the effect ledger. */
export interface CommitLedger {
  /** True when it is done already. */
  begin(stepId: string, intent: string): Promise<boolean>;
  sending(stepId: string): Promise<void>;
  close(stepId: string, status: 'done' | 'unknown', how: string): Promise<void>;
}

/** What one item runs with. `secrets`: fields by declared name; `hidden`: the values nobody may see. */
export interface BotItem {
  readonly script: BotScript;
  readonly params: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly hidden: readonly string[];
  readonly evidence: BotEvidence;
  readonly ledger: CommitLedger;
  /** Told before every step; throws when the item must stop. */
  readonly progress: (where: string) => void;
}

/** One line of the manifest. */
export interface StepTrace {
  readonly step: string;
  readonly op: string;
  readonly tookMs: number;
  readonly candidate?: number;
}

const MASK_COLOUR = '#5c5c5c';
const SCREENSHOT_LIMIT_MS = 8_000;
const MAX_DOWNLOAD_BYTES = 256 * 1024 * 1024;
const WATCH_MS = 300;

/** One item of a bot in a fresh context: groups in order, signing in again when the site forgets us. */
export class BotSession {
  readonly files: Record<string, BotFile> = {};
  readonly drift: Array<{ step: string; candidate: number; used: string }> = [];
  readonly steps: StepTrace[] = [];
  signIns = 0;
  screenshots = 0;
  /** Step under way, for messages: `group/step`. */
  where = '';
  readonly #context: BrowserContext;
  readonly #page: Page;
  readonly #item: BotItem;
  readonly #typed: Locator[] = [];
  #isTracing = false;
  #isSigningIn = false;
  #traces = 0;

  constructor(context: BrowserContext, page: Page, item: BotItem) {
    this.#context = context;
    this.#page = page;
    this.#item = item;
  }

  /** Runs the whole script. Throws `BotRefused` or `BotFault`, or what the browser threw. */
  async run(): Promise<void> {
    const { script } = this.#item;
    for (const group of script.steps) {
      for (;;) {
        try {
          await this.#runGroup(group);
          break;
        } catch (error) {
          if (!(error instanceof SessionExpired)) throw error;
          await this.#signInAgain();
        }
      }
    }
    await this.#endTrace(script.evidence.trace === 'always');
  }

  /** What is kept of a failure: the page as it stood and the trace since the last sign-in. Never throws. */
  async keepFailure(): Promise<void> {
    await this.#screenshot('failure').catch(() => undefined);
    await this.#endTrace(this.#item.script.evidence.trace !== 'never').catch(() => undefined);
  }

  async #runGroup(group: BotGroup): Promise<void> {
    if (group.login === true) {
      if (this.signIns >= this.#item.script.limits.maxSignIns)
        throw new BotFault('session-unstable', `signed in ${this.signIns} times and signed out again`);
      this.signIns += 1;
      this.#isSigningIn = true;
    }
    for (const step of group.steps) {
      this.where = `${group.id}/${step.id}`;
      this.#item.progress(this.where);
      await this.#runStep(step);
    }
    if (group.login === true) {
      this.#isSigningIn = false;
      await this.#startTrace();
    }
    if (this.#item.script.evidence.screenshots === 'group') await this.#screenshot(group.id);
  }

  async #signInAgain(): Promise<void> {
    const login = this.#item.script.steps.find((group) => group.login === true);
    if (login === undefined)
      throw new BotFault('session-expired', 'the session expired and no group signs in');
    await this.#endTrace(this.#item.script.evidence.trace === 'always');
    await this.#runGroup(login);
  }

  async #runStep(step: BotAction): Promise<void> {
    const startedAt = performance.now();
    let candidate: number | undefined;
    const find = async (target: BotTarget): Promise<Located> => {
      const found = await locate(this.#page, this.#filled(target), this.#timeoutOf(step), () =>
        this.#watch(),
      );
      candidate = found.index;
      if (found.index > 0)
        this.drift.push({
          step: this.where,
          candidate: found.index,
          used: `${found.candidate.by} ${found.candidate.value}`,
        });
      return found;
    };
    try {
      if (step.sideEffect === 'commit') await this.#commit(step, find);
      else await this.#act(step, find);
    } catch (error) {
      throw this.#judge(step, error);
    } finally {
      const tookMs = Math.round(performance.now() - startedAt);
      this.steps.push({
        step: this.where,
        op: step.op,
        tookMs,
        ...(candidate === undefined ? {} : { candidate }),
      });
    }
  }

  /** Asks first whether it is done already, says that it goes out, does it, and proves it. */
  async #commit(step: BotAction, find: (target: BotTarget) => Promise<Located>): Promise<void> {
    const { ledger } = this.#item;
    const { verify } = step;
    if (verify === undefined) throw new BotRefused('commit-without-verify', 'a commit step has no verify');
    if (await ledger.begin(step.id, step.op)) return;
    if (await this.#holds(verify, 0)) {
      await ledger.close(step.id, 'done', 'found done before it was sent');
      return;
    }
    await ledger.sending(step.id);
    await this.#act(step, find);
    if (await this.#holds(verify, this.#timeoutOf(step))) {
      await ledger.close(step.id, 'done', 'verified');
      return;
    }
    await ledger.close(step.id, 'unknown', 'sent, and verify does not find it');
    throw new BotRefused('commit-unverified', 'the commit was sent and its verify does not find it');
  }

  async #act(step: BotAction, find: (target: BotTarget) => Promise<Located>): Promise<void> {
    const timeout = this.#timeoutOf(step);
    switch (step.op) {
      case 'goto':
        await this.#page.goto(this.#text(step.url), { timeout, waitUntil: 'load' });
        return;
      case 'fill':
        await (await find(step.target)).locator.fill(this.#text(step.value), { timeout });
        return;
      case 'fillSecret':
        await this.#fillSecret(step, find, timeout);
        return;
      case 'click':
        await (await find(step.target)).locator.click({ timeout });
        return;
      case 'select':
        await (await find(step.target)).locator.selectOption(this.#text(step.value), { timeout });
        return;
      case 'waitFor':
      case 'assert':
        await this.#expect(step, timeout, find);
        return;
      case 'download':
        await this.#download(step, find, timeout);
        return;
      case 'extractTable': {
        const { maxRows, maxPages } = this.#item.script.limits;
        const reader = {
          page: this.#page,
          timeoutMs: timeout,
          maxRows,
          maxPages,
          find,
          watch: () => this.#watch(),
        };
        const { csv, rows, facts } = await extractTable(reader, this.#filled(step));
        const content = new TextEncoder().encode(csv);
        const name = this.#text(step.saveAs);
        const stored = await this.#item.evidence.putData(
          'table',
          name,
          'text/csv; charset=utf-8',
          content,
          rows,
        );
        this.files[step.saveAs] = { ...stored, facts };
      }
    }
  }

  async #fillSecret(
    step: Extract<BotAction, { op: 'fillSecret' }>,
    find: (target: BotTarget) => Promise<Located>,
    timeout: number,
  ): Promise<void> {
    const value = this.#item.secrets[step.secret]?.[step.field];
    if (!this.#isSigningIn)
      throw new BotRefused('secret-outside-login', 'secrets are typed while signing in only');
    if (value === undefined)
      throw new BotRefused('secret-missing', `secret “${step.secret}” has no field “${step.field}”`);
    const { locator } = await find(step.target);
    this.#typed.push(locator);
    await locator.fill(value, { timeout });
  }

  async #expect(
    step: Extract<BotAction, { op: 'waitFor' | 'assert' }>,
    timeout: number,
    find: (target: BotTarget) => Promise<Located>,
  ): Promise<void> {
    const text = step.op === 'assert' && step.text !== undefined ? this.#text(step.text) : undefined;
    if (step.state !== 'hidden' && text === undefined) {
      await find(step.target);
      return;
    }
    const probe: BotProbe = { target: step.target, state: step.state, text };
    if (!(await this.#holds(probe, timeout)))
      throw new BotFault(
        'assert-failed',
        text === undefined ? 'the element did not go away' : `the element does not say “${text}”`,
      );
  }

  /** True when the probe holds within the time; one that leads elsewhere looks in a page of its own. */
  async #holds(probe: BotProbe, timeoutMs: number): Promise<boolean> {
    const target = this.#filled(probe.target);
    const text = probe.text === undefined ? undefined : this.#text(probe.text);
    const page = probe.goto === undefined ? this.#page : await this.#context.newPage();
    const startedAt = performance.now();
    try {
      for (;;) {
        if (probe.goto !== undefined) await page.goto(this.#text(probe.goto), { waitUntil: 'load' });
        const found = await findNow(page, target);
        const said =
          found === undefined || text === undefined ? '' : ((await found.locator.textContent()) ?? '');
        const isThere = found !== undefined && (text === undefined || said.includes(text));
        if (isThere === (probe.state !== 'hidden')) return true;
        if (page === this.#page) await this.#watch();
        if (performance.now() - startedAt >= timeoutMs) return false;
        await new Promise((resolve) => setTimeout(resolve, WATCH_MS));
      }
    } finally {
      if (page !== this.#page) await page.close();
    }
  }

  async #download(
    step: Extract<BotAction, { op: 'download' }>,
    find: (target: BotTarget) => Promise<Located>,
    timeout: number,
  ): Promise<void> {
    const facts = await readFacts({ find }, this.#filled(step.facts));
    const { locator } = await find(step.target);
    let isOver = false;
    const expiry = async (): Promise<never> => {
      while (!isOver) {
        await this.#watch();
        await new Promise((resolve) => setTimeout(resolve, WATCH_MS));
      }
      throw new BotFault('download-missing', 'no download began');
    };
    const begins = this.#page.waitForEvent('download', { timeout });
    begins.catch(() => undefined);
    await locator.click({ timeout });
    const download = await Promise.race([begins, expiry()]).finally(() => {
      isOver = true;
    });
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of await download.createReadStream()) {
      bytes += (chunk as Buffer).length;
      if (bytes > MAX_DOWNLOAD_BYTES)
        throw new BotRefused('file-too-large', `more than ${MAX_DOWNLOAD_BYTES} bytes`);
      chunks.push(chunk as Buffer);
    }
    const name = this.#text(step.saveAs);
    const mediaType = step.mediaType ?? 'application/octet-stream';
    const stored = await this.#item.evidence.putData('download', name, mediaType, Buffer.concat(chunks));
    this.files[step.saveAs] = { ...stored, facts };
  }

  /** Throws `SessionExpired` when the page shows that the site has forgotten us. */
  async #watch(): Promise<void> {
    this.#item.progress(this.where);
    const { expired } = this.#item.script.session;
    if (expired === undefined || this.#isSigningIn) return;
    const sign = this.#filled(expired);
    // A frame is signed out by itself: the rest of the page still looks well.
    for (const frame of this.#page.frames())
      if ((await findNow(frame, sign).catch(() => undefined)) !== undefined)
        throw new SessionExpired('the session has expired');
  }

  #judge(step: BotAction, error: unknown): unknown {
    if (error instanceof SessionExpired || error instanceof BotRefused) return error;
    const isTimeout = error instanceof Error && error.name === 'TimeoutError';
    if (!(error instanceof BotFault) && !isTimeout && !/net::|Timeout/.test(firstLine(error))) return error;
    if (step.onError !== undefined) return new BotRefused(step.onError.code, step.onError.message);
    if (error instanceof BotFault) return error;
    return new BotFault('page-fault', redactSecrets(firstLine(error), this.#item.hidden));
  }

  async #screenshot(name: string): Promise<void> {
    const contents = await Promise.all(this.#page.frames().map((frame) => frame.content().catch(() => '')));
    const isEchoed = contents.some((html) => holdsSecret(Buffer.from(html), this.#item.hidden));
    const mask = isEchoed
      ? this.#page.frames().map((frame) => frame.locator('html'))
      : [...this.#typed, ...this.#page.frames().map((frame) => frame.locator('input[type=password]'))];
    const png = await this.#page.screenshot({ mask, maskColor: MASK_COLOUR, timeout: SCREENSHOT_LIMIT_MS });
    this.screenshots += 1;
    const number = String(this.screenshots).padStart(2, '0');
    await this.#item.evidence.put('screenshot', `${number}-${name}.png`, 'image/png', png);
  }

  /** Begun anew after every sign-in: a trace that runs through one would hold what was sent. */
  async #startTrace(): Promise<void> {
    if (this.#item.script.evidence.trace === 'never' || this.#isTracing) return;
    await this.#context.tracing.start({ screenshots: true, snapshots: true });
    this.#isTracing = true;
  }

  async #endTrace(keep: boolean): Promise<void> {
    if (!this.#isTracing) return;
    this.#isTracing = false;
    if (!keep) {
      await this.#context.tracing.stop();
      return;
    }
    const file = join(tmpdir(), `afterbell-trace-${randomUUID()}.zip`);
    try {
      await this.#context.tracing.stop({ path: file });
      const archive = await readFile(file);
      // Fails closed: a page that repeats a secret leaves no trace rather than one with the secret in it.
      if (unzip(archive).some(({ content }) => holdsSecret(content, this.#item.hidden))) return;
      this.#traces += 1;
      await this.#item.evidence.put('trace', `trace-${this.#traces}.zip`, 'application/zip', archive);
    } finally {
      await rm(file, { force: true });
    }
  }

  #timeoutOf(step: BotAction): number {
    return step.timeoutMs ?? this.#item.script.limits.stepTimeoutMs;
  }

  #text(text: string): string {
    return fillBotText(text, this.#item.params);
  }

  /** The same with parameters put into every text of it. */
  #filled<Value>(value: Value): Value {
    if (typeof value === 'string') return this.#text(value) as Value;
    if (Array.isArray(value)) return value.map((member: unknown) => this.#filled(member)) as Value;
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [key, this.#filled(member)]),
    ) as Value;
  }
}
