import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@temporalio/client';
import { bundleWorkflowCode, NativeConnection, Worker } from '@temporalio/worker';
import { createFlowClient } from '../../api/temporal-client.ts';
import type { JsonObject } from '../../domain/json.ts';
import { compileFlow } from '../../engine/index.ts';
import type { CatalogueFunction, Plan, StepCatalogue } from '../../engine/types.ts';
import { loadConfig } from '../../platform/config.ts';
import { dataConverter } from '../../platform/data-converter.ts';
import { loadKeys } from '../../platform/keys.ts';
import { createLogger } from '../../platform/log.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { openRecords } from '../../prisma/records/index.ts';
import type { FlowVersionRow, RunRow } from '../../prisma/records/types.ts';
import { workflowBundle } from '../../worker/bundle.ts';
import { createActivityWorker, createFlowsWorker } from '../../worker/create-worker.ts';
import { TimelineWriter } from '../../worker/timeline-writer.ts';
import { type BenchServers, NAMESPACE } from './servers.ts';

/** One pass of a side over the loop. */
export interface LoopPass {
  readonly ms: number;
  /** Of all executions of the run together. */
  readonly historyEvents: number;
  readonly executions: number;
}

/** One way to go through many items. */
export type LoopSide = (items: number) => Promise<LoopPass>;

/** Both sides on Temporal, with their workers running. */
export interface LoopSides {
  readonly ours: LoopSide;
  readonly plain: LoopSide;
  close(): Promise<void>;
}

const silent = (): void => undefined;
const QUIET = { log: silent, trace: silent, debug: silent, info: silent, warn: silent, error: silent };
const noop = async (call: { readonly input: unknown }): Promise<unknown> => call.input;

const NOOP: CatalogueFunction = {
  name: 'noop',
  version: '1.0.0',
  input: { type: 'object' },
  output: { type: 'object' },
  // As the shipped steps that take many have it.
  run: {
    kind: 'activity',
    activity: 'noop',
    queue: 'ops',
    startToCloseMs: 30_000,
    maximumAttempts: 3,
    items: 1_000,
  },
  controlled: false,
};
const catalogue: StepCatalogue = {
  find: (name, version) => (name === NOOP.name && version === NOOP.version ? NOOP : undefined),
  names: () => [NOOP.name],
};

function planOf(items: number): Plan {
  const document: JsonObject = {
    document: { dsl: '1.0.3', namespace: 'bench', name: 'bench-loop', version: '1.0.0' },
    do: [
      {
        all: {
          for: { each: 'item', in: `\${ [range(${items}) | { id: . }] }` },
          do: [{ one: { call: 'noop:1.0.0@default', with: { id: '${ $item.id }' } } }],
        },
      },
    ],
  };
  const { plan, problems } = compileFlow(document, catalogue);
  if (plan === undefined)
    throw new Error(`the flow of the measurement is not valid: ${JSON.stringify(problems)}`);
  return plan;
}

/** Starts the workers of both sides: the same codec, the same connection, tuned alike. */
export async function openLoopSides(servers: BenchServers): Promise<LoopSides> {
  const config = loadConfig({
    AFTERBELL_HOME: servers.folder,
    AFTERBELL_DATABASE_URL: servers.databaseUrl,
    TEMPORAL_ADDRESS: servers.address(),
    TEMPORAL_NAMESPACE: NAMESPACE,
    AFTERBELL_LOG_LEVEL: 'warn',
  });
  const keys = loadKeys(config.paths.masterKeyFile, { create: true });
  const { code } = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('./loop-workflow.ts', import.meta.url)),
    logger: QUIET,
  });
  const plainBundle = join(servers.folder, 'plain-loop.js');
  writeFileSync(plainBundle, code);
  const connection = await NativeConnection.connect({
    address: config.temporalAddress,
    grpcCompression: { codec: 'none' },
  });
  const records = openRecords(config.databaseUrl ?? '');
  const converter = dataConverter(keys, records.evidence);
  const client = new Client({ connection, namespace: NAMESPACE, dataConverter: converter });
  const log = createLogger('bench', config.logLevel);
  const timeline = new TimelineWriter(records.timeline, log);
  const parts = {
    config,
    keys,
    records,
    log,
    metrics: createMetrics('bench'),
    tracing: undefined,
    connection,
    timeline,
  };
  const workers = [
    await createFlowsWorker(parts, await workflowBundle(config.paths.cache), { noop }),
    await createActivityWorker(parts, 'ops', { noop }),
    await Worker.create({
      connection,
      namespace: NAMESPACE,
      dataConverter: converter,
      taskQueue: 'plain-loop',
      workflowBundle: { codePath: plainBundle },
      activities: { noop },
      maxCachedWorkflows: config.cachedRuns,
    }),
  ];
  const working = Promise.all(workers.map((worker) => worker.run()));
  const flowClient = createFlowClient(client, keys, 'bench', { eager: true });

  const ours: LoopSide = async (items) => {
    const plan = planOf(items);
    const runId = randomUUID();
    const { run } = await records.runs.accept(rowOf(plan, runId));
    const from = performance.now();
    await flowClient.startRun(run, versionOf(plan));
    const output = (await client.workflow.getHandle(run.workflowId).result()) as { id: number };
    await timeline.flush();
    const ms = performance.now() - from;
    const lines = (await records.timeline.steps(runId)).filter(
      ({ name, status }) => name === 'one' && status === 'completed',
    );
    if (output.id !== items - 1 || lines.length !== items)
      throw new Error(
        `the loop ended with ${JSON.stringify(output)} and ${lines.length} lines for ${items} items`,
      );
    return { ms, ...(await historyOf(client, run.workflowId)) };
  };
  const plain: LoopSide = async (items) => {
    const workflowId = `plain-${randomUUID()}`;
    const from = performance.now();
    const output = await client.workflow.execute('plainLoop', {
      taskQueue: 'plain-loop',
      workflowId,
      args: [{ items, from: 0 }],
    });
    const ms = performance.now() - from;
    if (output.id !== items - 1) throw new Error(`the plain loop ended with ${JSON.stringify(output)}`);
    return { ms, ...(await historyOf(client, workflowId)) };
  };
  return {
    ours,
    plain,
    close: async () => {
      for (const worker of workers) worker.shutdown();
      await working;
      await timeline.flush();
      await records.close();
      await connection.close();
    },
  };
}

/** History of a run over all its executions. */
async function historyOf(client: Client, workflowId: string): Promise<Omit<LoopPass, 'ms'>> {
  let historyEvents = 0;
  let executions = 0;
  let runId: string | undefined = (await client.workflow.getHandle(workflowId).describe()).runId;
  while (runId !== undefined && runId !== '') {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    historyEvents += events?.length ?? 0;
    executions += 1;
    const previous: string | null | undefined =
      events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
    runId = previous ?? undefined;
  }
  return { historyEvents, executions };
}

function rowOf(plan: Plan, runId: string): Parameters<ReturnType<typeof openRecords>['runs']['accept']>[0] {
  return {
    runId,
    workflowId: `run-${randomUUID().replaceAll('-', '')}`,
    flowVersionId: 'bench-loop',
    flowName: plan.document.name,
    flowVersion: plan.document.version,
    planHash: plan.hash,
    businessKey: runId,
    input: {},
    requestedBy: 'token:bench',
    authoredBy: 'bench',
  } satisfies Partial<RunRow>;
}

function versionOf(plan: Plan): FlowVersionRow {
  return {
    flowVersionId: 'bench-loop',
    namespace: plan.document.namespace,
    flowName: plan.document.name,
    version: plan.document.version,
    title: 'loop',
    source: '',
    documentHash: plan.hash,
    planHash: plan.hash,
    plan,
    publishedBy: 'bench',
    publishedAt: new Date(0),
    comment: '',
    origin: 'shipped',
    approvedBy: null,
    submissionId: null,
  };
}
