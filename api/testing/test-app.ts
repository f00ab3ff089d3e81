import { createHmac, randomUUID } from 'node:crypto';
import type { FastifyInstance, InjectOptions } from 'fastify';
import pg from 'pg';
import { pino } from 'pino';
import type { ApprovalEvent } from '../../domain/approval/approval.ts';
import type { Json } from '../../domain/json.ts';
import type { RestartStart } from '../../engine/restart/types.ts';
import { newWebhookSecret } from '../../platform/webhook-signature.ts';
import { migrate } from '../../prisma/migrate.ts';
import { openRecords } from '../../prisma/records/index.ts';
import type { FlowVersionRow, Records, RunRow } from '../../prisma/records/types.ts';
import { createApp } from '../app.ts';
import { hashSecret, newSecret } from '../caller.ts';
import { type AppDependencies, type FlowClient, FlowEngineUnavailable } from '../dependencies.ts';
import { addPerson } from '../people.ts';

export const PUBLIC_URL = 'http://127.0.0.1:7800';
/** What every webhook secret of the api tests is. */
export const WEBHOOK_SECRET = newWebhookSecret();
export const PASSWORD = 'a-long-test-password';

/** Engine of the api tests: remembers what it was told, and can be taken away. */
export class RecordingFlowClient implements FlowClient {
  isAway = false;
  readonly started: string[] = [];
  readonly cancelled: string[] = [];
  readonly told: ApprovalEvent[] = [];

  readonly restarted = new Map<string, RestartStart>();

  async startRun(run: RunRow, _version: FlowVersionRow, restart?: RestartStart): Promise<void> {
    this.refuseWhenAway();
    this.started.push(run.runId);
    if (restart !== undefined) this.restarted.set(run.runId, restart);
  }

  async cancelRun(run: RunRow): Promise<void> {
    this.refuseWhenAway();
    this.cancelled.push(run.runId);
  }

  async tellApproval({ event }: { readonly event: ApprovalEvent }): Promise<boolean> {
    this.refuseWhenAway();
    this.told.push(event);
    return true;
  }

  readonly delivered: { workflowId: string; event: Json }[] = [];

  async deliverEvent(workflowId: string, event: Json): Promise<boolean> {
    this.refuseWhenAway();
    this.delivered.push({ workflowId, event });
    return true;
  }

  async probeDevice(deviceName: string): Promise<Json> {
    this.refuseWhenAway();
    return { device: deviceName, reachable: true };
  }

  private refuseWhenAway(): void {
    if (this.isAway) throw new FlowEngineUnavailable('away');
  }
}

/** An app on its own freshly migrated database. */
export interface TestApp {
  readonly app: FastifyInstance;
  readonly deps: AppDependencies;
  readonly records: Records;
  readonly engine: RecordingFlowClient;
  /** URL of the database as its owner, for tests that look behind the records. */
  readonly databaseUrl: string;
  /** Headers of a signed-in person (cookie and CSRF token). */
  signIn(username: string): Promise<Record<string, string>>;
  /** Headers with a new token. */
  token(name: string, roles: readonly string[]): Promise<Record<string, string>>;
  /** Publishes a flow as two people: chen.lei submits, wang.min approves. */
  publish(source: string): Promise<void>;
  call(options: InjectOptions): Promise<{ status: number; body: Json; headers: Record<string, unknown> }>;
  close(): Promise<void>;
}

/** Creates a database on the test server, migrates it and opens the app with the five demo roles. */
export async function openTestApp(clock: () => number = Date.now): Promise<TestApp> {
  const databaseUrl = await createTestDatabase();
  await migrate(databaseUrl);
  const records = openRecords(databaseUrl);
  for (const [username, roles] of PEOPLE)
    await addPerson(records, { username, displayName: username, roles, password: PASSWORD });
  const engine = new RecordingFlowClient();
  const deps: AppDependencies = {
    records,
    flowClient: engine,
    secrets: { seal: (name, version, value) => Buffer.from(`sealed:${name}:${version}:${value.length}`) },
    webhookSecret: () => Promise.resolve(JSON.stringify({ secret: WEBHOOK_SECRET })),
    opaque: (text) => createHmac('sha256', 'test-key').update(text).digest('hex'),
    log: pino({ level: 'silent' }),
    clock,
    queues: null,
    settings: {
      publicUrl: PUBLIC_URL,
      sessionHours: 12,
      secureCookie: false,
      timeZone: 'Asia/Shanghai',
      pagesFolder: null,
      signInAttemptsPerMinute: 1000,
    },
  };
  const app = await createApp(deps);
  const call: TestApp['call'] = async (options) => {
    const answer = await app.inject(options);
    return {
      status: answer.statusCode,
      body: answer.body === '' ? null : (answer.json() as Json),
      headers: answer.headers,
    };
  };
  const signIn = async (username: string): Promise<Record<string, string>> => {
    const answer = await app.inject({
      method: 'POST',
      url: '/v1/session',
      payload: { username, password: PASSWORD },
    });
    const cookie = answer.cookies.map((item) => `${item.name}=${item.value}`).join('; ');
    return { cookie, 'x-csrf-token': (answer.json() as { csrfToken: string }).csrfToken };
  };
  return {
    app,
    deps,
    records,
    engine,
    databaseUrl,
    call,
    signIn,
    publish: async (source) => {
      const submitted = await call({
        method: 'POST',
        url: '/v1/flows',
        headers: await signIn('chen.lei'),
        payload: { source, comment: 'for a test' },
      });
      const { submissionId, contentHash } = submitted.body as { submissionId: string; contentHash: string };
      const decided = await call({
        method: 'POST',
        url: `/v1/submissions/${submissionId}/decision`,
        headers: await signIn('wang.min'),
        payload: { decision: 'approve', contentHash },
      });
      if (decided.status !== 200) throw new Error(JSON.stringify([submitted.body, decided.body]));
    },
    token: async (name, roles) => {
      const secret = `abt_${newSecret()}`;
      await records.people.createToken({
        tokenHash: hashSecret(secret),
        name,
        kind: 'service',
        personId: null,
        roles,
        expiresAt: null,
      });
      return { authorization: `Bearer ${secret}` };
    },
    close: async () => {
      await app.close();
      await records.close();
    },
  };
}

const PEOPLE: ReadonlyArray<readonly [string, readonly string[]]> = [
  ['admin', ['administrator']],
  ['chen.lei', ['ops-lead', 'publisher']],
  ['wang.min', ['net-reviewer', 'approver']],
  ['li.na', ['network-engineer', 'viewer']],
  ['zhou.hao', ['auditor', 'viewer']],
];

async function createTestDatabase(): Promise<string> {
  const server = process.env.AFTERBELL_TEST_DATABASE_URL;
  if (server === undefined)
    throw new Error('AFTERBELL_TEST_DATABASE_URL is not set: run this file in the stack project');
  const name = `t_${randomUUID().replaceAll('-', '')}`;
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.toString();
}
