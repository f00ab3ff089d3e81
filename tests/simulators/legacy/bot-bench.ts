import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findBrowser } from '../../../activities/browser/browser-activities.ts';
import { BrowserHost, type HostLimits } from '../../../activities/browser/browser-host.ts';
import { type BotDeps, runBot } from '../../../activities/browser/run-bot.ts';
import { contentHash, type JsonObject } from '../../../domain/json.ts';
import type { FlowError } from '../../../engine/types.ts';
import type { EffectRow, EvidenceFileRow } from '../../../prisma/records/types.ts';

/** Chromium of this machine; null where there is none, and the tests that need it say so. */
export const CHROMIUM = findBrowser(process.env.AFTERBELL_CHROMIUM_PATH ?? null).executablePath;

/** An error of the activity as the run would see it. */
export class SeenFailure extends Error {
  readonly error: FlowError;
  readonly isRetryable: boolean;

  constructor(error: FlowError, isRetryable: boolean) {
    super(error.detail ?? error.title);
    this.error = error;
    this.isRetryable = isRetryable;
  }
}

/** A shipped bot script. */
export function shippedBot(name: string): JsonObject {
  const file = fileURLToPath(new URL(`../../../flows/bots/${name}.json`, import.meta.url));
  return JSON.parse(readFileSync(file, 'utf8')) as JsonObject;
}

/** Stored evidence with its bytes. */
export interface KeptFile {
  readonly file: EvidenceFileRow;
  readonly content: Buffer;
}

/** Bots on a real Chromium with records kept in memory. */
export class BotBench {
  readonly host: BrowserHost;
  readonly kept: KeptFile[] = [];
  readonly effects = new Map<string, EffectRow>();
  readonly logins: Record<string, Record<string, string>> = {};
  readonly #scripts = new Map<string, JsonObject>();
  beats = 0;

  constructor(limits: Partial<HostLimits> = {}) {
    this.host = new BrowserHost(CHROMIUM, limits);
  }

  publish(script: JsonObject): string {
    const bot = `${JSON.stringify(script.name).slice(1, -1)}@1`;
    this.#scripts.set(bot, script);
    return bot;
  }

  keptOf(kind: string): KeptFile[] {
    return this.kept.filter(({ file }) => file.kind === kind);
  }

  manifest(): JsonObject {
    const text = this.keptOf('manifest').at(-1)?.content.toString('utf8') ?? '{}';
    return JSON.parse(text) as JsonObject;
  }

  run(
    bot: string,
    params: Record<string, string>,
    options: { readonly signal?: AbortSignal; readonly runId?: string; readonly attempt?: number } = {},
  ): ReturnType<typeof runBot> {
    const signal = options.signal ?? new AbortController().signal;
    const deps: BotDeps = {
      host: this.host,
      clock: Date.now,
      resolveFields: async (reference) => {
        const login = this.logins[reference];
        if (login === undefined) throw new Error(`secret “${reference}” is not stored`);
        return login;
      },
      records: { bots: this.#bots(), evidence: this.#evidence(), effects: this.#effectLedger() },
      task: () => ({
        heartbeat: () => {
          this.beats += 1;
        },
        signal,
        attempt: options.attempt ?? 1,
        worker: 'bench',
        failure: (error, isRetryable) => new SeenFailure(error, isRetryable),
        cancelled: (message) => new Error(`cancelled: ${message}`),
      }),
    };
    const context = {
      runId: options.runId ?? randomUUID(),
      flowName: 'bench',
      planHash: '0'.repeat(64),
      businessKey: 'bench',
      requestedBy: 'tester',
      authoredBy: 'tester',
      pointer: '/do/0/bot',
      visit: '0',
      attempt: 1,
      commandId: 'c1',
    };
    const secrets = Object.fromEntries(Object.keys(this.logins).map((reference) => ['login', reference]));
    return runBot(deps, { context, input: { bot, params, secrets } });
  }

  #bots(): BotDeps['records']['bots'] {
    return {
      publish: () => Promise.reject(new Error('not here')),
      list: async () => [],
      find: async (name, version) => {
        const script = this.#scripts.get(`${name}@${version}`);
        if (script === undefined) return undefined;
        const scriptSha256 = contentHash(script);
        return {
          name,
          version,
          title: name,
          script,
          scriptSha256,
          publishedBy: 'tester',
          publishedAt: new Date(0),
        };
      },
    };
  }

  #evidence(): BotDeps['records']['evidence'] {
    return {
      put: async (file, bytes) => {
        const content = Buffer.from(bytes);
        const sha256 = createHash('sha256').update(content).digest('hex');
        const row = { ...file, fileId: randomUUID(), sha256, bytes: content.length, createdAt: new Date(0) };
        this.kept.push({ file: row, content });
        return row;
      },
      ofRun: async () => this.kept.map(({ file }) => file),
      read: async () => undefined,
      putPayload: () => Promise.reject(new Error('not here')),
      readPayload: async () => undefined,
    };
  }

  #effectLedger(): BotDeps['records']['effects'] {
    return {
      plan: async (row) => {
        const before = this.effects.get(row.effectId);
        if (before !== undefined) return before;
        const planned: EffectRow = { ...row, status: 'planned', outcome: null, evidenceHash: null };
        this.effects.set(row.effectId, planned);
        return planned;
      },
      mark: async (effectId, status, { outcome }) => {
        const row = this.effects.get(effectId);
        if (row !== undefined)
          this.effects.set(effectId, { ...row, status, outcome: outcome ?? row.outcome });
      },
      find: async (effectId) => this.effects.get(effectId),
      ofRun: async () => [...this.effects.values()],
    };
  }
}
