import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import { lastCompletedTradingDays } from '../domain/calendar/index.ts';
import { type JsonObject, sha256Hex } from '../domain/json.ts';
import { compileFlow } from '../engine/index.ts';
import type {
  ChangeWindowRow,
  DeviceRow,
  FlowVersionRow,
  PortSampleRow,
  Records,
} from '../prisma/records/types.ts';
import { newWebhookSecret } from '../platform/webhook-signature.ts';
import { catalogue } from '../steps/index.ts';
import { type DemoSystems, seedBots } from './bot-seed.ts';
import { acceptRun } from './accept-run.ts';
import { hashSecret, newSecret, TOKEN_PREFIX } from './caller.ts';
import type { AppDependencies } from './dependencies.ts';
import { seedJourneys, seedOutreach } from './outreach-seed.ts';
import { newPassword } from './passwords.ts';
import { addPerson } from './people.ts';
import { seedTriggers } from './shipped-triggers.ts';

const MARKET = 'SSE';
const MINUTE_MS = 60_000;

/** A device of the demo with its login and the ports that get two seeded days without link. */
export interface DemoDevice extends Omit<DeviceRow, 'deviceId' | 'credentialRef'> {
  readonly credential: Readonly<Record<string, string>>;
  readonly idlePorts: ReadonlyArray<{
    readonly port: string;
    readonly flapCount: number | null;
    readonly downSince: Date | null;
    readonly deviceUpSince: Date | null;
  }>;
}

/** What the demo is seeded with. `request` is the change that waits for approval; null starts none. */
export interface DemoPlan {
  readonly devices: readonly DemoDevice[];
  readonly flowsFolder: string;
  readonly request: JsonObject | null;
  /** What the bots of the nightly reconciliation read; absent seeds none. */
  readonly systems?: DemoSystems;
}

/** A demo person with the generated password in clear: shown to the one who started the demo and kept nowhere else by the api. */
export interface DemoPerson {
  readonly username: string;
  readonly displayName: string;
  readonly roles: readonly string[];
  readonly password: string;
}

/** What the seed made. */
export interface SeededDemo {
  readonly people: readonly DemoPerson[];
  /** Service token of the pretend approval system. */
  readonly token: string;
  /** Token the local command line signs in with. */
  readonly cliToken: string;
  readonly runId: string | null;
}

const PEOPLE: ReadonlyArray<Omit<DemoPerson, 'password'>> = [
  { username: 'admin', displayName: '管理员', roles: ['administrator'] },
  { username: 'chen.lei', displayName: '陈磊', roles: ['ops-lead', 'publisher'] },
  { username: 'wang.min', displayName: '王敏', roles: ['net-reviewer', 'approver'] },
  { username: 'li.na', displayName: '李娜', roles: ['network-engineer', 'viewer'] },
  { username: 'zhou.hao', displayName: '周浩', roles: ['auditor', 'viewer'] },
  { username: 'sun.yan', displayName: '孙燕', roles: ['approver'] },
  { username: 'zhao.lin', displayName: '赵琳', roles: ['risk-officer', 'viewer'] },
  { username: 'wu.jing', displayName: '吴静', roles: ['representative'] },
  { username: 'he.jun', displayName: '何俊', roles: ['representative'] },
  { username: 'xu.fang', displayName: '徐芳', roles: ['call-manager'] },
];

/** What the pretend approval system asks for besides the change: a reviewer for two hours, because one is on leave. */
const ACCESS_REQUEST: JsonObject = {
  requestId: 'OA-2026-0002',
  person: 'li.na',
  kind: 'role',
  access: 'net-reviewer',
  reason: '今晚复核人休假，临时代为复核',
  hours: 2,
};

/** Secret that signs the callbacks of access requests, as the flow names it. */
const CALLBACK_SECRET = 'webhook/access-request';

/** The change windows of the product's first flow (issue: network-daily on office days, demo every two minutes for 90 s). */
export const WINDOWS: readonly ChangeWindowRow[] = [
  {
    name: 'network-daily',
    title: '网络变更窗口（每工作日）',
    calendar: 'office-days',
    timeZone: 'Asia/Shanghai',
    opens: '16:00',
    closes: '16:30',
    periodMs: null,
    lengthMs: null,
    lastStartMarginMs: 5 * MINUTE_MS,
  },
  {
    name: 'demo',
    title: '演示窗口（每 2 分钟开 90 秒）',
    calendar: 'every',
    timeZone: 'Asia/Shanghai',
    opens: null,
    closes: null,
    periodMs: 2 * MINUTE_MS,
    lengthMs: 90_000,
    lastStartMarginMs: 30_000,
  },
];

/** What every installation starts with, demo or not: the change windows. Repeating it changes nothing. */
export async function seedBase(records: Records): Promise<void> {
  const known = new Set((await records.windows.list()).map((row) => row.name));
  for (const row of WINDOWS) if (!known.has(row.name)) await records.windows.put(row);
  await seedTriggers(records);
  await seedJourneys(records);
}

/** True when nobody has been added yet: the only state in which the demo may be seeded. */
export async function isUnused(records: Records): Promise<boolean> {
  return (await records.people.list()).length === 0;
}

/** Seeds the demo into an unused database; throws when it is in use. */
export async function seedDemo(deps: AppDependencies, plan: DemoPlan): Promise<SeededDemo> {
  const { records } = deps;
  if (!(await isUnused(records))) throw new Error('the demo is seeded only into an empty data folder');
  await seedBase(records);
  const people = PEOPLE.map((person) => ({ ...person, password: newPassword() }));
  for (const person of people) await addPerson(records, person);
  const token = await makeToken(records, 'oa-demo', ['integration']);
  const cliToken = await makeToken(records, 'local-cli', [
    'ops-lead',
    'publisher',
    'network-engineer',
    'administrator',
  ]);
  // It only watches: trust is earned, and given on the playbooks page.
  await records.healing.putPlaybook({
    playbook: 'service-down',
    flowName: 'service-down',
    trust: 'observe',
    cooldownMs: 600_000,
    budgetPerHour: 5,
  });
  const versions = await publishShippedFlows(records, plan.flowsFolder, 'chen.lei');
  for (const device of plan.devices) await seedDevice(deps, device);
  if (plan.systems !== undefined) await seedBots(deps, plan.flowsFolder, plan.systems, 'chen.lei');
  await seedAccessRequest(deps, versions);
  await seedOutreach(records, deps.clock());
  const version = versions.find((row) => row.flowName === 'switch-port-provisioning');
  if (plan.request === null || version === undefined) return { people, token, cliToken, runId: null };
  const run = await acceptRun(deps, {
    version,
    runId: randomUUID(),
    businessKey: 'OA-2026-0001',
    input: plan.request,
    requestedBy: 'token:oa-demo',
  });
  return { people, token, cliToken, runId: run.runId };
}

async function seedAccessRequest(deps: AppDependencies, versions: readonly FlowVersionRow[]): Promise<void> {
  const { records, secrets } = deps;
  const value = JSON.stringify({ secret: newWebhookSecret() });
  await records.secrets.put(CALLBACK_SECRET, 1, secrets.seal(CALLBACK_SECRET, 1, value));
  const version = versions.find((row) => row.flowName === 'access-request');
  if (version === undefined) return;
  await acceptRun(deps, {
    version,
    runId: randomUUID(),
    businessKey: 'OA-2026-0002',
    input: ACCESS_REQUEST,
    requestedBy: 'token:oa-demo',
  });
}

/** Makes a service token and returns it in clear. */
export async function makeToken(records: Records, name: string, roles: readonly string[]): Promise<string> {
  const token = `${TOKEN_PREFIX}${newSecret()}`;
  await records.people.createToken({
    tokenHash: hashSecret(token),
    name,
    kind: 'service',
    personId: null,
    roles,
    expiresAt: null,
  });
  return token;
}

/** Publishes every document of a folder as one person; throws with file and first problem when one does not compile. */
export async function publishShippedFlows(
  records: Records,
  folder: string,
  publishedBy: string,
): Promise<FlowVersionRow[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml')).sort();
  const rows: FlowVersionRow[] = [];
  for (const file of files) {
    const source = await readFile(path.join(folder, file), 'utf8');
    const { plan, problems } = compileFlow(source, catalogue);
    if (plan === undefined)
      throw new Error(`${file}: ${problems[0]?.pointer ?? ''} ${problems[0]?.message ?? 'does not compile'}`);
    const { namespace, name: flowName, version, title } = plan.document;
    rows.push(
      await records.flows.publishShipped({
        namespace,
        flowName,
        version,
        title: title ?? flowName,
        source,
        documentHash: sha256Hex(source),
        planHash: plan.hash,
        plan,
        publishedBy,
        comment: 'shipped with Afterbell',
      }),
    );
  }
  return rows;
}

async function seedDevice({ records, secrets, clock }: AppDependencies, device: DemoDevice): Promise<void> {
  const { credential, idlePorts, ...row } = device;
  const secretName = `device/${device.name}`;
  await records.secrets.put(secretName, 1, secrets.seal(secretName, 1, JSON.stringify(credential)));
  await records.devices.put({ ...row, deviceId: randomUUID(), credentialRef: `${secretName}#v1` });
  await records.devices.putSamples(seededSamples(device.name, idlePorts, clock()));
}

/** Two completed trading days without link, marked as seed, so that the eligibility rule has history on the first day. */
export function seededSamples(
  deviceName: string,
  idlePorts: DemoDevice['idlePorts'],
  nowMs: number,
): PortSampleRow[] {
  const days = lastCompletedTradingDays(MARKET, nowMs, 2);
  return days.flatMap((tradingDay) =>
    idlePorts.map((port) => ({
      deviceName,
      port: port.port,
      tradingDay,
      sampledAt: new Date(`${tradingDay}T15:10:00+08:00`),
      link: 'down' as const,
      flapCount: port.flapCount,
      downSince: port.downSince,
      deviceUpSince: port.deviceUpSince,
      source: 'seed' as const,
    })),
  );
}
