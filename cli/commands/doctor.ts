import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { folders } from '../folders.ts';
import { CommandFailure, printJson, printTable, readArguments } from '../io.ts';
import type { Command, Io } from '../io.ts';
import { messageOf } from '../stack/failure.ts';
import { findPostgresPrograms, findServerUser } from '../stack/postgres-files.ts';
import { isPortFree } from '../stack/ports.ts';
import { LEAST_FREE_BYTES, freeBytes } from '../stack/preflight.ts';
import { isRunning, readState } from '../stack/state.ts';
import { findTemporal, onPath } from '../stack/temporal-binary.ts';

const run = promisify(execFile);

/** One line of the examination. `warning` does not fail the command, `failed` does. */
export interface Finding {
  check: string;
  status: 'ok' | 'warning' | 'failed';
  message: string;
}

type Verdict = Omit<Finding, 'check'>;

const ok = (message: string): Verdict => ({ status: 'ok', message });
const warning = (message: string): Verdict => ({ status: 'warning', message });
const failed = (message: string): Verdict => ({ status: 'failed', message });

function checkNode(): Verdict {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isEnough = major > 20 || (major === 20 && minor >= 19);
  return isEnough
    ? ok(`Node.js ${process.versions.node}`)
    : failed(`Node.js ${process.versions.node} is too old: 20.19 or newer is needed`);
}

/** Ports of the local stack: free, or taken by our own running stack. */
async function checkPorts(io: Io): Promise<Verdict> {
  const state = readState(folders(io.env).home);
  if (state !== null && isRunning(state)) return ok(`in use by the running stack (${state.url})`);
  const wanted: Array<readonly [string, string]> = [
    ['AFTERBELL_HTTP_PORT', '7800'],
    ['AFTERBELL_POSTGRES_PORT', '7832'],
    ['AFTERBELL_TEMPORAL_PORT', '7833'],
    ['AFTERBELL_API_METRICS_PORT', '7809'],
    ['AFTERBELL_WORKER_METRICS_PORT', '7810'],
  ];
  const busy: string[] = [];
  for (const [setting, standard] of wanted) {
    const port = Number(io.env[setting] ?? standard);
    if (!Number.isInteger(port) || port < 1 || port > 65_535)
      busy.push(`${setting} "${io.env[setting]}" is no port`);
    else if (!(await isPortFree(port))) busy.push(`port ${port} is in use (${setting})`);
  }
  return busy.length === 0 ? ok('free') : failed(busy.join('; '));
}

async function checkTemporal(io: Io): Promise<Verdict> {
  try {
    const source = await findTemporal({
      env: io.env,
      cacheDir: folders(io.env).cache,
      progress: () => undefined,
      obtain: false,
    });
    return ok(
      source.kind === 'address' ? `TEMPORAL_ADDRESS ${source.address}` : `${source.path} (${source.from})`,
    );
  } catch (thrown) {
    const canBuild = onPath('go', io.env) !== null;
    const advice = canBuild
      ? 'the first start builds it with Go (about 4 minutes)'
      : 'the first start downloads it';
    return warning(`${messageOf(thrown)}; ${advice}`);
  }
}

async function checkPostgres(io: Io): Promise<Verdict> {
  const chosen = io.env.AFTERBELL_DATABASE_URL;
  if (chosen !== undefined && chosen !== '')
    return ok('AFTERBELL_DATABASE_URL is set; the embedded server is not used');
  try {
    const programs = await findPostgresPrograms(folders(io.env).cache, await findServerUser());
    return ok(programs.version);
  } catch (thrown) {
    return failed(messageOf(thrown));
  }
}

/** First that exists: the setting, PATH, Playwright's cache. */
function findBrowser(env: NodeJS.ProcessEnv): string | null {
  const chosen = env.AFTERBELL_CHROMIUM_PATH;
  if (chosen !== undefined && chosen !== '') return existsSync(chosen) ? chosen : null;
  for (const name of ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']) {
    const found = onPath(name, env);
    if (found !== null) return found;
  }
  const cache = env.PLAYWRIGHT_BROWSERS_PATH ?? join(env.HOME ?? homedir(), '.cache', 'ms-playwright');
  if (!existsSync(cache)) return null;
  const folder = readdirSync(cache).find((name) => /^chromium-\d+$/.test(name));
  if (folder === undefined) return null;
  return (
    ['chrome-linux64', 'chrome-linux']
      .map((part) => join(cache, folder, part, 'chrome'))
      .find((file) => existsSync(file)) ?? null
  );
}

async function checkBrowser(io: Io): Promise<Verdict> {
  const browser = findBrowser(io.env);
  if (browser === null) return warning('no Chromium found: browser bots will say "needs a browser"');
  try {
    const { stdout } = await run(browser, ['--version'], { timeout: 20_000 });
    return ok(`${stdout.trim()} (${browser})`);
  } catch (thrown) {
    return warning(`${browser} does not run: ${messageOf(thrown)}`);
  }
}

async function checkFonts(): Promise<Verdict> {
  try {
    const { stdout } = await run('fc-list', [':lang=zh-cn', 'family'], { timeout: 20_000 });
    const [family] = stdout.split('\n').filter((line) => line.trim() !== '');
    if (family !== undefined) return ok(family.trim());
    return warning('no font for Chinese: screenshots and PDFs will show boxes (Debian: fonts-noto-cjk)');
  } catch {
    return warning('fc-list is missing: fonts cannot be checked (Debian: fontconfig)');
  }
}

/** The kernel's word on synchronisation; a clock that is off opens change windows at the wrong moment. */
async function checkClock(): Promise<Verdict> {
  if (new Date().getUTCFullYear() < 2025) return failed(`the clock says ${new Date().toISOString()}`);
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  try {
    const { stdout } = await run('timedatectl', ['show', '-p', 'NTPSynchronized', '--value'], {
      timeout: 5_000,
    });
    if (stdout.trim() === 'yes') return ok(`${new Date().toISOString()}, synchronised, ${timeZone}`);
    return warning(`${new Date().toISOString()}, not synchronised (NTP)`);
  } catch {
    return ok(`${new Date().toISOString()}, ${timeZone}; synchronisation cannot be seen here`);
  }
}

async function checkCalendar(): Promise<Verdict> {
  const { isTradingDay } = await import('../../domain/calendar/index.ts');
  const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
  const year = Number(today.slice(0, 4));
  const covers = (wanted: number): boolean => {
    try {
      isTradingDay('SSE', `${wanted}-01-04`);
      return true;
    } catch {
      return false;
    }
  };
  if (!covers(year))
    return failed(`the trading calendar has no data for ${year}: runs that need it will stop`);
  const isLate = today.slice(5) >= '12-01';
  if (!covers(year + 1)) {
    const text = `${year} is covered, ${year + 1} is not yet`;
    return isLate ? warning(`${text}: add it before the year ends`) : ok(text);
  }
  return ok(`${year} and ${year + 1} are covered`);
}

/** Says which key a confirmation was for, without saying anything about the key. */
function fingerprint(keyFile: string): string {
  return createHash('sha256')
    .update('afterbell key fingerprint\0')
    .update(readFileSync(keyFile))
    .digest('hex');
}

function checkMasterKey(io: Io): Verdict {
  const { masterKeyFile, keyBackupFile } = folders(io.env);
  if (!existsSync(masterKeyFile)) return ok(`none yet; the first start makes ${masterKeyFile}`);
  try {
    if (
      existsSync(keyBackupFile) &&
      readFileSync(keyBackupFile, 'utf8').trim() === fingerprint(masterKeyFile)
    ) {
      return ok(`${masterKeyFile}, backup confirmed`);
    }
    return warning(
      `${masterKeyFile} has no confirmed backup: without it stored secrets and run data are lost; ` +
        'copy it to a safe place, then run "afterbell doctor --confirm-key-backup"',
    );
  } catch (thrown) {
    return failed(`${masterKeyFile} cannot be read: ${messageOf(thrown)}`);
  }
}

function checkDisk(io: Io): Verdict {
  let folder = folders(io.env).home;
  while (!existsSync(folder)) folder = dirname(folder);
  const free = freeBytes(folder);
  const text = `${(free / 1024 ** 3).toFixed(1)} GiB free under ${folder}`;
  if (free < LEAST_FREE_BYTES) return failed(`${text}: at least 1 GiB is needed`);
  return free < 5 * LEAST_FREE_BYTES ? warning(`${text}: little room to grow`) : ok(text);
}

/** Examines this machine; each check stands alone, so that one failure hides no other. */
export async function examine(io: Io): Promise<Finding[]> {
  const checks: Array<[string, () => Verdict | Promise<Verdict>]> = [
    ['node', checkNode],
    ['ports', () => checkPorts(io)],
    ['temporal', () => checkTemporal(io)],
    ['postgresql', () => checkPostgres(io)],
    ['browser', () => checkBrowser(io)],
    ['fonts', checkFonts],
    ['clock', checkClock],
    ['calendar', checkCalendar],
    ['master-key', () => checkMasterKey(io)],
    ['disk', () => checkDisk(io)],
  ];
  const findings: Finding[] = [];
  for (const [check, examineOne] of checks) {
    try {
      findings.push({ check, ...(await examineOne()) });
    } catch (thrown) {
      findings.push({ check, ...failed(messageOf(thrown)) });
    }
  }
  return findings;
}

/** `doctor`: prints the findings; exit code 1 when one failed. */
export const doctor: Command = async (args, io) => {
  const { values } = readArguments(
    args,
    { json: { type: 'boolean', default: false }, 'confirm-key-backup': { type: 'boolean', default: false } },
    'afterbell doctor [--confirm-key-backup]',
    [0, 0],
  );
  if (values['confirm-key-backup']) {
    const { masterKeyFile, keyBackupFile } = folders(io.env);
    if (!existsSync(masterKeyFile)) {
      throw new CommandFailure('no-master-key', `there is no master key at ${masterKeyFile}`);
    }
    writeFileSync(keyBackupFile, `${fingerprint(masterKeyFile)}\n`, { mode: 0o600 });
  }
  const findings = await examine(io);
  const isOk = findings.every((finding) => finding.status !== 'failed');
  if (values.json) printJson(io, { ok: isOk, checks: findings });
  else {
    printTable(
      io,
      ['CHECK', 'STATUS', ''],
      findings.map((finding) => [finding.check, finding.status, finding.message]),
    );
  }
  return isOk ? 0 : 1;
};
