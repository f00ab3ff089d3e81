import { parseArgs } from 'node:util';
import { openRecords } from '../../prisma/records/index.ts';
import { type LocalStack, startLocalStack } from '../support/local-stack.ts';
import type { ApiSession } from '../support/api-session.ts';
import { accessRequest } from './access-request.ts';
import { accountOpening } from './account-opening.ts';
import { Checks, renderChecks } from './checks.ts';
import { nightlyReconciliation } from './nightly-reconciliation.ts';
import { portProvisioning } from './port-provisioning.ts';
import type { Scene } from './scene.ts';
import { serviceDown } from './service-down.ts';

const USAGE = 'afterbell demo [--all] [--simulator] [--require-real] [--json]';

/** The flow of the first story, and the four that `--all` adds. */
const FIRST = 'switch-port-provisioning';
const OTHERS: ReadonlyArray<readonly [string, (scene: Scene) => Promise<void>]> = [
  ['nightly-position-reconciliation', nightlyReconciliation],
  ['account-opening-follow-up', accountOpening],
  ['access-request', accessRequest],
  ['service-down', serviceDown],
];

interface Options {
  readonly all: boolean;
  readonly simulator: boolean;
  readonly 'require-real': boolean;
  readonly json: boolean;
}

function readOptions(): Options {
  const flag = { type: 'boolean', default: false } as const;
  return parseArgs({ options: { all: flag, simulator: flag, 'require-real': flag, json: flag } }).values;
}

/** A person signs in once and stays signed in: the API limits how often anybody tries. */
function oneSessionEach(stack: LocalStack): LocalStack {
  const sessions = new Map<string, Promise<ApiSession>>();
  const signIn = (username: string): Promise<ApiSession> => {
    const session = sessions.get(username) ?? stack.signIn(username);
    sessions.set(username, session);
    return session;
  };
  return { ...stack, signIn };
}

/** Plays one flow; what breaks it off becomes a row that does not hold, so that the other flows are still seen. */
async function play(
  scene: Omit<Scene, 'checks'>,
  flow: string,
  act: (scene: Scene) => Promise<void>,
): Promise<Checks> {
  const checks = new Checks(flow);
  try {
    await act({ ...scene, checks });
  } catch (error) {
    checks.same('played to its end', 'yes', error instanceof Error ? error.message : String(error));
  }
  return checks;
}

async function playAll(options: Options, say: (line: string) => void): Promise<Checks[]> {
  say('starting Afterbell in a folder of its own');
  const stack = oneSessionEach(await startLocalStack(['--demo'], { AFTERBELL_EGRESS_ALLOW: '127.0.0.1' }));
  const records = openRecords(stack.databaseUrl());
  const scene = { stack, records, say };
  try {
    const first = play(scene, FIRST, (its) => portProvisioning(its, options.simulator));
    const others: Checks[] = [];
    // The first flow mostly waits for its change window: the others are played meanwhile, one after the other.
    if (options.all) for (const [flow, act] of OTHERS) others.push(await play(scene, flow, act));
    return [await first, ...others];
  } finally {
    await records.close();
    await stack.stop();
    stack.remove();
  }
}

async function main(): Promise<number> {
  let options: Options;
  try {
    options = readOptions();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\nusage: ${USAGE}\n`);
    return 2;
  }
  const say = (line: string): void =>
    void (options.json ? process.stderr : process.stdout).write(`${line}\n`);
  const played = await playAll(options, say);
  const rows = played.flatMap((checks) => checks.rows);
  const allHold = played.every((checks) => checks.allHold());
  const standIns = rows.filter((row) => row.part === 'stand-in').length;
  const isReal = standIns === 0 || !options['require-real'];
  if (options.json)
    process.stdout.write(`${JSON.stringify({ ok: allHold && isReal, standIns, rows }, null, 2)}\n`);
  say(`\n${renderChecks(rows)}\n`);
  say(allHold ? 'every assertion held' : 'at least one assertion failed');
  if (!isReal) say(`${standIns} of ${rows.length} rows were made on stand-ins, and --require-real was given`);
  return allHold && isReal ? 0 : 1;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
