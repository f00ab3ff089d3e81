import { randomUUID } from 'node:crypto';
import { WorkflowFailedError } from '@temporalio/client';
import { documentTriggers } from '../../../api/document-triggers.ts';
import { dispatchOnce } from '../../../api/events/dispatch.ts';
import { isJsonObject, type JsonObject } from '../../../domain/json.ts';
import { compileFlow } from '../../../engine/index.ts';
import type { FlowError } from '../../../engine/types.ts';
import { createVault } from '../../../platform/vault.ts';
import type { RunRow } from '../../../prisma/records/types.ts';
import { catalogue } from '../../../steps/index.ts';
import { createHttp } from '../../../worker/http.ts';
import { createProcesses } from '../../../worker/processes.ts';
import { type FlowBench, openFlowBench } from '../../flows/flow-bench.ts';
import { type Case, type Engine, NOT_STARTED, type Outcome } from './outcome.ts';
import { refused } from './pure-engine.ts';
import type { Stub } from './stub.ts';

const LONGEST_MS = 30_000;

/** Runs cases on the product's own workers, a real Temporal and a real PostgreSQL (AFTERBELL_TEST_* name the servers). */
export async function createTemporalEngine(stub: Stub): Promise<Engine> {
  const bench = await openFlowBench((parts) => ({
    ...createHttp(parts, stub.egress),
    ...createProcesses(parts),
  }));
  await bench.records.switches.turn('scripts', true, 'kit');
  return {
    name: 'temporal',
    run: async (given) => {
      const { plan, problems } = compileFlow(given.source, catalogue, { scripts: true });
      if (plan === undefined) return refused(problems);
      await storeSecrets(bench, given);
      const flowName = `kit-${randomUUID()}`;
      const published = await bench.publishSource(given.source, flowName);
      const triggers = documentTriggers(flowName, published);
      for (const trigger of triggers) await bench.records.triggers.put({ ...trigger, changedBy: 'kit' });
      const [first] = triggers;
      if (first === undefined) {
        const run = await bench.start(published, given.input);
        await send(bench, given.events);
        return outcomeOf(bench, run);
      }
      if (first.kind === 'schedule') await fire(bench, first.triggerName);
      else await send(bench, given.events);
      const run = (await bench.records.runs.list({ flowName }, { limit: 10 })).items.at(-1);
      return run === undefined ? NOT_STARTED : outcomeOf(bench, run);
    },
    close: () => bench.close(),
  };
}

async function storeSecrets({ records, keys }: FlowBench, { secrets }: Case): Promise<void> {
  const vault = createVault(keys);
  for (const [name, value] of Object.entries(secrets)) {
    const version = ((await records.secrets.latest(name)) ?? 0) + 1;
    await records.secrets.put(name, version, vault.seal(name, version, value));
  }
}

/** What the engine's schedule does at its time. */
async function fire({ client }: FlowBench, triggerName: string): Promise<void> {
  await client.workflow.execute('startScheduledRun', {
    taskQueue: 'flows',
    workflowId: `kit-${randomUUID()}`,
    args: [{ triggerName, netZone: 'default' }],
  });
}

/** Stored under ids of their own: the store keeps an event once, and another scenario may send the same. */
async function send(bench: FlowBench, events: readonly JsonObject[]): Promise<void> {
  for (const event of events) {
    const text = (key: string, otherwise: string): string => {
      const value = event[key];
      return typeof value === 'string' ? value : otherwise;
    };
    await bench.records.events.accept([
      {
        source: text('source', '/kit'),
        eventId: randomUUID(),
        type: text('type', ''),
        subject: null,
        envelope: event,
        receivedBy: 'kit',
      },
    ]);
  }
  while ((await dispatchOnce(bench.api)) > 0);
}

async function outcomeOf(bench: FlowBench, run: RunRow): Promise<Outcome> {
  const end = await endOf(bench, run);
  await bench.flush();
  const rows = await bench.records.timeline.steps(run.runId);
  const tasks = rows.map(({ name, pointer, status, output, error }) => ({
    name,
    pointer,
    status,
    output: output ?? null,
    error,
  }));
  return { ...end, tasks, reason: '' };
}

type End = Pick<Outcome, 'status' | 'output' | 'error'>;

async function endOf(bench: FlowBench, run: RunRow): Promise<End> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<End>((resolve) => {
    timer = setTimeout(() => resolve({ status: 'waiting', output: null, error: null }), LONGEST_MS);
  });
  const result = bench.result(run).then(
    (output): End => ({ status: 'completed', output, error: null }),
    (thrown: unknown): End => ({ status: 'failed', output: null, error: errorOf(thrown) }),
  );
  try {
    const end = await Promise.race([result, late]);
    if (end.status === 'waiting') await bench.client.workflow.getHandle(run.workflowId).terminate('kit');
    return end;
  } finally {
    clearTimeout(timer);
  }
}

function errorOf(thrown: unknown): FlowError | null {
  const cause: unknown = thrown instanceof WorkflowFailedError ? thrown.cause : thrown;
  const details = cause instanceof Error && 'details' in cause ? cause.details : undefined;
  const told: unknown = Array.isArray(details) ? details[0] : undefined;
  if (isJsonObject(told)) return told as unknown as FlowError;
  throw thrown;
}
