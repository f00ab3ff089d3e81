import {
  Connection,
  Client,
  isGrpcServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { readFile } from 'node:fs/promises';
import type { Json, JsonObject } from '../domain/json.ts';
import type { Config } from '../platform/config.ts';
import { dataConverter } from '../platform/data-converter.ts';
import { type Keys, opaque } from '../platform/keys.ts';
import type { Tracing } from '../platform/tracing.ts';
import type { Records, RunRow } from '../prisma/records/types.ts';
import type { RunFlowInput } from '../workflows/messages.ts';
import { type FlowClient, FlowEngineUnavailable } from './dependencies.ts';
import { runFlowInput } from './run-input.ts';

const FLOWS_QUEUE = 'flows';
const PROBE_TIMEOUT = '60 seconds';
const UPDATE_TIMEOUT_MS = 10_000;

/** Connects a process of its own to Temporal. Lazy: an engine that is away does not stop the api from starting. */
export async function connectFlowClient(
  config: Config,
  keys: Keys,
  records: Pick<Records, 'evidence'>,
  tracing: Tracing | undefined,
): Promise<{ flowClient: FlowClient; close: () => Promise<void> }> {
  const connection = Connection.lazy({ address: config.temporalAddress, ...(await tlsOf(config)) });
  const client = new Client({
    connection,
    namespace: config.temporalNamespace,
    dataConverter: dataConverter(keys, records.evidence),
    ...(tracing === undefined ? {} : { plugins: [tracing.plugin] }),
  });
  return {
    flowClient: createFlowClient(client, keys, config.netZone, { isTimelineOn: config.isTimelineOn }),
    close: () => connection.close(),
  };
}

/** How a flow client starts runs. */
export interface FlowClientOptions {
  /** Hand the first task to a worker of this process. */
  readonly eager?: boolean;
  /** False leaves no timeline (AFTERBELL_TIMELINE=off, measurements only). */
  readonly isTimelineOn?: boolean;
}

/**
 * The flow client on a Temporal client. With `eager` the first workflow task is handed to a worker of this process (the client must
 * then stand on the worker's NativeConnection).
 */
export function createFlowClient(
  client: Client,
  keys: Keys,
  netZone: string,
  options: FlowClientOptions = {},
): FlowClient {
  return {
    startRun: (run, version, restart) =>
      guarded(() =>
        startRun(
          client,
          keys,
          runFlowInput(run, version, netZone, options.isTimelineOn ?? true, restart),
          run,
          options.eager === true,
        ),
      ),
    cancelRun: (run, by, reason) =>
      guarded(async () => {
        try {
          await client.workflow.getHandle(run.workflowId).signal('cancelRun', { by, reason });
        } catch (error) {
          // Accepted and not started yet, or ended a moment ago: the caller asks again and then sees which.
          if (error instanceof WorkflowNotFoundError) throw new FlowEngineUnavailable('the run is not there');
          throw error;
        }
      }),
    tellApproval: (pending) => guarded(() => tellApproval(client, pending)),
    deliverEvent: (workflowId, event) => guarded(() => deliverEvent(client, workflowId, event)),
    probeDevice: (deviceName, zone) =>
      guarded(
        async () =>
          client.workflow.execute('probeDevice', {
            taskQueue: FLOWS_QUEUE,
            workflowId: `probe-${opaque(keys, `${deviceName}\n${Date.now()}`).slice(0, 32)}`,
            args: [{ deviceName, zone }],
            workflowExecutionTimeout: PROBE_TIMEOUT,
          }) as Promise<Json>,
      ),
  };
}

async function startRun(
  client: Client,
  keys: Keys,
  input: RunFlowInput,
  run: RunRow,
  eager: boolean,
): Promise<void> {
  try {
    await client.workflow.start('runFlow', {
      taskQueue: FLOWS_QUEUE,
      workflowId: run.workflowId,
      args: [input],
      // One workflow per run row: a repeated start of the relay must not make a second one.
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      searchAttributes: {
        AfterbellFlow: [opaque(keys, run.flowName).slice(0, 32)],
        AfterbellKey: [opaque(keys, run.businessKey).slice(0, 32)],
        AfterbellStatus: ['running'],
      },
      ...(eager ? { requestEagerStart: true } : {}),
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

async function tellApproval(
  client: Client,
  { workflowId, commandId, event }: Parameters<FlowClient['tellApproval']>[0],
): Promise<boolean> {
  try {
    await withinTime(
      client.workflow
        .getHandle(workflowId)
        .executeUpdate('approvalEvent', { updateId: event.eventId, args: [{ commandId, event }] }),
    );
    return true;
  } catch (error) {
    // A run that is over, or that has moved past this approval, will never take the decision: it is settled.
    if (error instanceof WorkflowUpdateFailedError || error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

async function deliverEvent(client: Client, workflowId: string, event: JsonObject): Promise<boolean> {
  try {
    await client.workflow.getHandle(workflowId).signal('deliverEvent', event);
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

/** An update waits for a worker; without one the decision stays recorded and the relay repeats it. */
async function withinTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new FlowEngineUnavailable('no worker answered')), UPDATE_TIMEOUT_MS);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** Temporal being away shows itself as a gRPC status; everything else is an error of ours. */
async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isAway(error))
      throw new FlowEngineUnavailable(error instanceof Error ? error.message : String(error));
    throw error;
  }
}

const UNAVAILABLE = 14;
const DEADLINE_EXCEEDED = 4;
const CANCELLED = 1;

function isAway(error: unknown): boolean {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (isGrpcServiceError(cause)) return [UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED].includes(cause.code);
  return cause instanceof Error && /connect|ECONNREFUSED|transport/i.test(cause.message);
}

async function tlsOf(config: Config) {
  const tls = config.temporalTls;
  if (tls === null) return {};
  const read = async (file: string | null) => (file === null ? undefined : readFile(file));
  const [crt, key, ca] = await Promise.all([read(tls.certFile), read(tls.keyFile), read(tls.caFile)]);
  return {
    tls: {
      ...(crt === undefined || key === undefined ? {} : { clientCertPair: { crt, key } }),
      ...(ca === undefined ? {} : { serverRootCACertificate: ca }),
    },
  };
}
