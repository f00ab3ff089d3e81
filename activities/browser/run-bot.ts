import type { BrowserContext } from 'playwright';
import {
  BotParamProblem,
  type BotScript,
  fillBotText,
  redactSecrets,
  resolveBotParams,
} from '../../domain/reconciliation/bot-script.ts';
import { isSecretField } from '../../domain/reconciliation/bot-secrets.ts';
import { type JsonObject, sha256Hex } from '../../domain/json.ts';
import type { Records } from '../../prisma/records/types.ts';
import type { CallContext, StepCall } from '../../steps/define-step.ts';
import type { StepActivities } from '../../steps/index.ts';
import type { ActivityTask } from '../network/network-deps.ts';
import { BotEvidence } from './bot-evidence.ts';
import { BotFault, BotRefused, BotStopped, botError, firstLine } from './bot-failures.ts';
import { type BotItem, BotSession, type CommitLedger } from './bot-session.ts';
import { type BrowserHost, type BrowserLease, BrowserMissing } from './browser-host.ts';

/** What bots stand on. */
export interface BotDeps {
  readonly records: Pick<Records, 'bots' | 'evidence' | 'effects'>;
  /** Opens a secret that is a set of fields; called once per item, the answer is kept nowhere. */
  readonly resolveFields: (reference: string) => Promise<Readonly<Record<string, string>>>;
  readonly host: BrowserHost;
  readonly clock: () => number;
  readonly task: () => ActivityTask;
}

type BotCall = Parameters<StepActivities['runBot']>[0];
type BotOutput = Awaited<ReturnType<StepActivities['runBot']>>;

const HEARTBEAT_MS = 1_000;
const CLOSE_LIMIT_MS = 2_000;

/**
 * Runs one item of a bot in a context of its own. A refusal (`bot-<code>`, 422) ends the step; a fault (503) is retried. Cancelled,
 * its browser is closed or killed within 5 s. Screenshots, files and the manifest are stored whatever the end.
 */
export async function runBot(deps: BotDeps, call: BotCall): Promise<BotOutput> {
  const task = deps.task();
  const beat = setInterval(() => task.heartbeat({ bot: call.input.bot }), HEARTBEAT_MS);
  try {
    return await runItem(deps, task, call);
  } catch (error) {
    if (task.signal.aborted) throw task.cancelled('the bot was stopped', { bot: call.input.bot });
    if (error instanceof BotRefused) throw task.failure(botError(error, ''), false);
    if (error instanceof BotFault) throw task.failure(botError(error, ''), true);
    throw error;
  } finally {
    clearInterval(beat);
  }
}

async function runItem(deps: BotDeps, task: ActivityTask, call: BotCall): Promise<BotOutput> {
  const { row, item } = await prepare(deps, task, call);
  const lease = await leaseOf(deps.host);
  const startedAt = new Date(deps.clock()).toISOString();
  const told = (session: BotSession | undefined, outcome: JsonObject): JsonObject => ({
    bot: call.input.bot,
    scriptSha256: row.scriptSha256,
    params: { ...item.params },
    browser: lease.version,
    worker: task.worker,
    attempt: task.attempt,
    startedAt,
    endedAt: new Date(deps.clock()).toISOString(),
    outcome,
    signIns: session?.signIns ?? 0,
    drift: structuredClone(session?.drift ?? []),
    steps: structuredClone(session?.steps ?? []) as unknown as JsonObject[],
    files: structuredClone(item.evidence.stored),
  });
  let context: BrowserContext | undefined;
  let session: BotSession | undefined;
  try {
    context = await orLost(lease, task, newContext(lease, item));
    session = await orLost(lease, task, openSession(context, item));
    await orLost(lease, task, withLimit(session.run(), item.script.limits.timeoutMs));
    const manifest = await storeManifest(item.evidence, told(session, { status: 'completed' }));
    return {
      bot: call.input.bot,
      scriptSha256: row.scriptSha256,
      browser: lease.version,
      files: session.files,
      drift: session.drift,
      signIns: session.signIns,
      screenshots: session.screenshots,
      manifestSha256: manifest,
    };
  } catch (error) {
    const failure = nameFailure(error, session?.where ?? '', item.hidden);
    if (session !== undefined && !(failure instanceof BotStopped))
      await atMost(session.keepFailure(), CLOSE_LIMIT_MS * 4);
    const code = failure instanceof BotStopped ? 'stopped' : failure.code;
    await storeManifest(item.evidence, told(session, { status: 'failed', code, message: failure.message }));
    throw failure;
  } finally {
    await giveBack(lease, context, task.signal.aborted);
  }
}

async function prepare(deps: BotDeps, task: ActivityTask, { context, input }: BotCall) {
  const [name = '', version = ''] = input.bot.split('@');
  const row = await deps.records.bots.find(name, Number(version));
  if (row === undefined) throw new BotRefused('unknown', `bot “${input.bot}” is not published`);
  const script = row.script as unknown as BotScript;
  const params = refusing('bad-parameter', () => resolveBotParams(script, input.params ?? {}));
  const secrets: Record<string, Readonly<Record<string, string>>> = {};
  for (const { name: secret } of script.secrets) {
    const reference = input.secrets?.[secret];
    if (reference === undefined)
      throw new BotRefused('secret-missing', `no reference for secret “${secret}”`);
    secrets[secret] = await deps.resolveFields(reference).catch((error: unknown) => {
      throw new BotRefused('secret-missing', firstLine(error));
    });
  }
  const hidden = Object.values(secrets).flatMap((fields) =>
    Object.entries(fields).flatMap(([field, value]) => (isSecretField(field) ? [value] : [])),
  );
  const item: BotItem = {
    script,
    params,
    secrets,
    hidden,
    evidence: new BotEvidence(deps.records.evidence, context),
    ledger: commitLedger(deps.records.effects, context),
    progress: () => {
      if (task.signal.aborted) throw new BotStopped('the bot was stopped');
    },
  };
  return { row, item };
}

async function leaseOf(host: BrowserHost): Promise<BrowserLease> {
  try {
    return await host.lease();
  } catch (error) {
    if (error instanceof BrowserMissing)
      throw new BotRefused(
        'needs-browser',
        'this flow needs a browser: install Chromium or set AFTERBELL_CHROMIUM_PATH',
      );
    throw new BotFault('browser-start', firstLine(error));
  }
}

/** A fresh context that reaches the bot's own hosts and no other. */
async function newContext(lease: BrowserLease, { script, params }: BotItem): Promise<BrowserContext> {
  const baseURL = fillBotText(script.session.baseUrl, params);
  const hosts = new Set([new URL(baseURL).host, ...(script.session.allowedHosts ?? [])]);
  const context = await lease.browser.newContext({
    baseURL,
    acceptDownloads: true,
    locale: script.session.locale ?? 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    viewport: { width: 1280, height: 800 },
  });
  await context.route('**/*', (route) =>
    hosts.has(new URL(route.request().url()).host) ? route.continue() : route.abort('blockedbyclient'),
  );
  return context;
}

async function openSession(context: BrowserContext, item: BotItem): Promise<BotSession> {
  return new BotSession(context, await context.newPage(), item);
}

/** The work, or the end of browser or run, whichever comes first. */
function orLost<Value>(lease: BrowserLease, task: ActivityTask, work: Promise<Value>): Promise<Value> {
  work.catch(() => undefined);
  const lost = lease.lost.then((reason) => {
    throw new BotFault('browser-lost', reason);
  });
  lost.catch(() => undefined);
  const stopped = new Promise<never>((_resolve, reject) => {
    const stop = (): void => reject(new BotStopped('the bot was stopped'));
    if (task.signal.aborted) stop();
    else task.signal.addEventListener('abort', stop, { once: true });
  });
  stopped.catch(() => undefined);
  return Promise.race([work, lost, stopped]);
}

async function withLimit<Value>(work: Promise<Value>, limitMs: number): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    const message = `the bot took longer than ${limitMs} ms`;
    timer = setTimeout(() => reject(new BotFault('too-slow', message)), limitMs);
  });
  return Promise.race([work, limit]).finally(() => clearTimeout(timer));
}

/** True when the work ended within the time, well or badly. */
async function atMost(work: Promise<unknown>, limitMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), limitMs);
  });
  const ended = work.then(
    () => true,
    () => true,
  );
  return Promise.race([ended, limit]).finally(() => clearTimeout(timer));
}

/** A context that does not close takes its browser with it. */
async function giveBack(
  lease: BrowserLease,
  context: BrowserContext | undefined,
  end: boolean,
): Promise<void> {
  const isClosed = context === undefined || (await atMost(context.close(), CLOSE_LIMIT_MS));
  if (!isClosed) lease.kill();
  await lease.release(end);
}

function nameFailure(
  error: unknown,
  where: string,
  hidden: readonly string[],
): BotRefused | BotFault | BotStopped {
  if (error instanceof BotStopped) return error;
  const at = where === '' ? '' : `${where}: `;
  if (error instanceof BotRefused) return new BotRefused(error.code, `${at}${error.message}`);
  const message = `${at}${redactSecrets(firstLine(error), hidden)}`;
  return new BotFault(error instanceof BotFault ? error.code : 'page-fault', message);
}

async function storeManifest(evidence: BotEvidence, manifest: JsonObject): Promise<string> {
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  return (
    await evidence.put('manifest', 'bot-manifest.json', 'application/json', new TextEncoder().encode(text))
  ).sha256;
}

function refusing<Value>(code: string, work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    if (error instanceof BotParamProblem) throw new BotRefused(code, error.message);
    throw error;
  }
}

function commitLedger(effects: Records['effects'], { runId, pointer, visit }: CallContext): CommitLedger {
  const idOf = (stepId: string): string => sha256Hex(`${runId}\n${pointer}\n${visit}\n${stepId}`);
  return {
    begin: async (stepId, intent) => {
      const row = await effects.plan({
        effectId: idOf(stepId),
        runId,
        pointer,
        visit,
        part: stepId,
        effectClass: 'R',
        fence: null,
        intent: { op: intent },
      });
      return row.status === 'done';
    },
    sending: (stepId) => effects.mark(idOf(stepId), 'sent', {}),
    close: (stepId, status, how) => effects.mark(idOf(stepId), status, { outcome: { how } }),
  };
}

/** Call of the activity, for tests. */
export type RunBotCall = StepCall<BotCall['input']>;
