import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { Client } from '@temporalio/client';
import { NativeConnection, Runtime, type Worker } from '@temporalio/worker';
import { createApprovalActivities } from '../../activities/approval/approval-activities.ts';
import { createCalendarActivities } from '../../activities/calendar/calendar-activities.ts';
import { createEventActivities } from '../../activities/flow/event-activities.ts';
import { createFlowActivities } from '../../activities/flow/flow-activities.ts';
import { createOutreachActivities } from '../../activities/outreach/outreach-activities.ts';
import { createFlowClient } from '../../api/temporal-client.ts';
import type { AppDependencies, FlowClient } from '../../api/dependencies.ts';
import { dependenciesOf } from '../../api/dependencies-of.ts';
import { runFlowInput } from '../../api/run-input.ts';
import { isJsonObject, type Json, sha256Hex } from '../../domain/json.ts';
import { compileFlow } from '../../engine/index.ts';
import type { CatalogueFunction, Plan, StepCatalogue } from '../../engine/types.ts';
import { type Config, loadConfig } from '../../platform/config.ts';
import { dataConverter } from '../../platform/data-converter.ts';
import { deriveKeys, type Keys, opaque } from '../../platform/keys.ts';
import { createLogger } from '../../platform/log.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { openRecords } from '../../prisma/records/index.ts';
import { createTestDatabase } from '../../prisma/records/test-database.ts';
import type { Records, RunRow } from '../../prisma/records/types.ts';
import type { StepCall } from '../../steps/define-step.ts';
import { catalogue as shipped } from '../../steps/index.ts';
import { workflowBundle } from '../../worker/bundle.ts';
import { createActivityWorker, createFlowsWorker, type WorkerParts } from '../../worker/create-worker.ts';
import { TimelineWriter } from '../../worker/timeline-writer.ts';

const TEST_STEPS: Readonly<Record<string, Partial<CatalogueFunction['run']> & object>> = {
  echo: { local: true },
  remote: {},
  refuse: {},
  linger: { heartbeatMs: 2_000, startToCloseMs: 60_000 },
  bulk: { items: 200 },
};

/**
 * The shipped catalogue and five steps of the tests: `echo` (local), `remote`, `refuse` (fails), `linger` (until cancelled), `bulk` (200 of a
 * loop in one activity; fails for `no`).
 */
const catalogue: StepCatalogue = {
  names: () => [...shipped.names(), ...Object.keys(TEST_STEPS)],
  find: (name, version) => {
    const extra = Object.hasOwn(TEST_STEPS, name) ? TEST_STEPS[name] : undefined;
    if (extra === undefined) return shipped.find(name, version);
    const run = {
      kind: 'activity' as const,
      activity: name,
      queue: 'ops' as const,
      // A task handed to a worker that is shutting down is lost until this has passed.
      startToCloseMs: 5_000,
      maximumAttempts: 3,
      ...extra,
    };
    return { name, version, input: {}, output: {}, controlled: false, run: run as CatalogueFunction['run'] };
  },
};

const activities = {
  echo: async ({ input }: StepCall<Json>): Promise<Json> => input,
  remote: async ({ input }: StepCall<Json>): Promise<Json> => input,
  refuse: async ({ context }: StepCall<Json>): Promise<Json> => {
    const error = {
      type: 'https://afterbell.example/errors/test-refused',
      status: 409,
      title: 'Refused',
      instance: context.pointer,
    };
    throw ApplicationFailure.create({
      message: 'refused',
      type: error.type,
      details: [error],
      nonRetryable: true,
    });
  },
  bulk: async ({ context, input }: StepCall<Json>): Promise<Json> => {
    if (isJsonObject(input) && input['n'] === 'no') return activities.refuse({ context, input });
    return input;
  },
  linger: async (): Promise<Json> => {
    const beat = setInterval(() => Context.current().heartbeat(), 200);
    try {
      return await Context.current().cancelled;
    } finally {
      clearInterval(beat);
    }
  },
};

/** Real Temporal, real PostgreSQL, and the workers of the product with the test steps. */
export interface FlowBench {
  readonly records: Records;
  /** For a look behind the records. */
  readonly databaseUrl: string;
  readonly client: Client;
  readonly flowClient: FlowClient;
  readonly keys: Keys;
  readonly bundlePath: string;
  /** The api's side on the same records and engine. */
  readonly api: AppDependencies;
  /** Compiles YAML tasks (`do:` list) into a published version. */
  publish(tasks: string, head?: string): Promise<Plan>;
  /** Compiles and publishes a whole document, under its own name unless another is given. */
  publishSource(source: string, flowName?: string): Promise<Plan>;
  start(plan: Plan, input: Json, options?: { readonly continueAtEveryBoundary?: boolean }): Promise<RunRow>;
  /** Output of the run; rejects with the workflow's failure. */
  result(run: RunRow): Promise<Json>;
  flush(): Promise<void>;
  /** Stops the workers as a deploy does and starts new ones with an empty cache. */
  restartWorkers(): Promise<void>;
  close(): Promise<void>;
}

/** Activities a test brings along, made from the parts of a worker process; they stand in for those of the bench. */
export type MoreActivities = (
  parts: WorkerParts,
) => Readonly<Record<string, (call: never) => Promise<unknown>>>;

/** Opens a bench on a database of its own. */
export async function openFlowBench(more: MoreActivities = () => ({})): Promise<FlowBench> {
  quietRuntime();
  const address = process.env.AFTERBELL_TEST_TEMPORAL_ADDRESS;
  if (address === undefined)
    throw new Error('AFTERBELL_TEST_TEMPORAL_ADDRESS is not set: run this file in the stack project');
  const databaseUrl = await createTestDatabase('flow');
  const records = openRecords(databaseUrl);
  const keys = deriveKeys([Buffer.alloc(32, 5)]);
  const connection = await NativeConnection.connect({ address });
  const client = new Client({ connection, dataConverter: dataConverter(keys, records.evidence) });
  const config: Config = { ...loadConfig({ AFTERBELL_HOME: tmpdir() }), temporalAddress: address };
  const log = createLogger('test', 'silent');
  const timeline = new TimelineWriter(records.timeline, log);
  const parts: WorkerParts = {
    config,
    keys,
    records,
    log,
    metrics: createMetrics('test'),
    tracing: undefined,
    connection,
    timeline,
  };
  const bundlePath = await workflowBundle(path.join(tmpdir(), 'afterbell-test-cache'));
  let running = await startWorkers(parts, bundlePath, more);
  const versions = new Map<string, string>();
  const publishSource = async (source: string, flowName?: string): Promise<Plan> => {
    const { plan, problems } = compileFlow(source, catalogue, { scripts: true });
    if (plan === undefined) throw new Error(JSON.stringify(problems));
    const row = await records.flows.publishShipped({
      namespace: plan.document.namespace,
      flowName: flowName ?? plan.document.name,
      version: plan.document.version,
      title: plan.document.name,
      source,
      documentHash: sha256Hex(source),
      planHash: plan.hash,
      plan,
      publishedBy: 'author',
      comment: '',
    });
    versions.set(plan.hash, row.flowVersionId);
    return plan;
  };
  const flowClient = createFlowClient(client, keys, 'default');
  return {
    records,
    databaseUrl,
    client,
    flowClient,
    keys,
    bundlePath,
    api: dependenciesOf({ config, keys, records, flowClient, log }),
    publish: (tasks, head = '') => {
      const name = `f-${randomUUID().slice(0, 8)}`;
      return publishSource(
        `document: { dsl: '1.0.3', namespace: test, name: ${name}, version: '1.0.0' }\n${head}do:\n${tasks}`,
      );
    },
    publishSource,
    start: async (plan, input, options = {}) => {
      const runId = randomUUID();
      const version = await records.flows.byId(versions.get(plan.hash) ?? '');
      if (version === undefined) throw new Error('publish the plan first');
      const { run } = await records.runs.accept({
        runId,
        workflowId: `run-${opaque(keys, runId).slice(0, 32)}`,
        flowVersionId: version.flowVersionId,
        flowName: version.flowName,
        flowVersion: version.version,
        planHash: plan.hash,
        businessKey: runId,
        input,
        requestedBy: 'requester',
        authoredBy: 'author',
      });
      await client.workflow.start('runFlow', {
        taskQueue: 'flows',
        workflowId: run.workflowId,
        args: [{ ...runFlowInput(run, version, 'default'), ...options }],
      });
      await records.runs.markStarted(runId, new Date());
      return run;
    },
    result: async (run) => (await client.workflow.getHandle(run.workflowId).result()) as Json,
    flush: () => timeline.flush(),
    restartWorkers: async () => {
      await stopWorkers(running);
      // Another process has nothing at hand of what this one stored.
      const fresh = { ...parts, records: { ...records, evidence: { ...records.evidence } } };
      running = await startWorkers(fresh, bundlePath, more);
    },
    close: async () => {
      await stopWorkers(running);
      await timeline.flush();
      await connection.close();
      await records.close();
    },
  };
}

interface RunningWorkers {
  readonly workers: readonly Worker[];
  readonly work: Promise<unknown>;
}

async function startWorkers(
  parts: WorkerParts,
  bundlePath: string,
  more: MoreActivities,
): Promise<RunningWorkers> {
  const { records, keys } = parts;
  const all = {
    ...activities,
    ...createApprovalActivities({ records }),
    ...createCalendarActivities({ records }),
    ...createOutreachActivities({ records, clock: Date.now }),
    ...createEventActivities({ records }),
    ...createFlowActivities({ records, opaque: (text) => opaque(keys, text), clock: Date.now }),
    ...more(parts),
  };
  const workers = [
    await createFlowsWorker(parts, bundlePath, all),
    await createActivityWorker(parts, 'ops', all),
    await createActivityWorker(parts, 'browser', all),
    await createActivityWorker(parts, `net-${parts.config.netZone}`, all),
  ];
  return { workers, work: Promise.all(workers.map((worker) => worker.run())) };
}

async function stopWorkers({ workers, work }: RunningWorkers): Promise<void> {
  for (const worker of workers) worker.shutdown();
  await work;
}

let isRuntimeQuiet = false;

/** One runtime per process; its own lines would drown the test report. */
function quietRuntime(): void {
  if (isRuntimeQuiet) return;
  isRuntimeQuiet = true;
  Runtime.install({
    telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' } } },
    logger: SILENT,
  });
}

const silent = (): void => undefined;
const SILENT = { log: silent, trace: silent, debug: silent, info: silent, warn: silent, error: silent };
