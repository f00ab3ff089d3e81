import { randomUUID } from 'node:crypto';
import { ApiClient, ONLINE_OPTIONS } from '../api-client.ts';
import { CommandFailure, UsageError, printJson, printTable, readArguments, readJson } from '../io.ts';
import type { Command, ExitCode, Io } from '../io.ts';

/** A run as the API shows it; only what the tables need is named. */
interface RunView {
  runId: string;
  flowName: string;
  flowVersion: string;
  status: string;
  businessKey: string;
  acceptedAt: string;
  standing?: { zh: string; en: string };
}

/** The answer to a start. */
interface StartedView {
  runId: string;
  status: string;
  flow: string;
  version: string;
  url: string;
}

interface StepView {
  sequence: number;
  pointer: string;
  status: string;
  attempt: number;
  startedAt?: string;
}

interface ApprovalView {
  approvalId: string;
  status: string;
  contentHash: string;
}

const CLOSED = new Set(['completed', 'failed', 'cancelled']);
const POLL_MS = 2_000;

function exitOf(status: string): ExitCode {
  return status === 'completed' || !CLOSED.has(status) ? 0 : 1;
}

function printRun(io: Io, run: RunView): void {
  io.out(`${run.runId}  ${run.flowName}@${run.flowVersion}  ${run.status}`);
  if (run.standing !== undefined) io.out(run.standing.en);
}

/** Follows a run until it is closed: events as they come, and a look every 2 s in case the stream is cut. */
async function follow(api: ApiClient, runId: string, onChange: (run: RunView) => void): Promise<RunView> {
  const path = `/v1/runs/${encodeURIComponent(runId)}`;
  const abort = new AbortController();
  let wake = (): void => undefined;
  const listen = async (): Promise<void> => {
    for await (const _ of api.events(`${path}/events`, abort.signal)) wake();
  };
  const listening = listen().catch(() => undefined);
  try {
    let shown = '';
    for (;;) {
      const run = await api.call<RunView>('GET', path);
      const state = `${run.status} ${run.standing?.en ?? ''}`;
      if (state !== shown) onChange(run);
      shown = state;
      if (CLOSED.has(run.status)) return run;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, POLL_MS);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  } finally {
    abort.abort();
    await listening;
  }
}

/** `run start FLOW`: asks for a run; the same --key asks for the same run again. */
export const start: Command = async (args, io) => {
  const { values, positionals } = readArguments(
    args,
    {
      ...ONLINE_OPTIONS,
      input: { type: 'string' },
      key: { type: 'string' },
      'business-key': { type: 'string' },
      version: { type: 'string' },
      watch: { type: 'boolean', default: false },
    },
    'afterbell run start FLOW --input FILE [--key K] [--business-key K] [--version V] [--watch]',
    [1, 1],
  );
  const [flow = ''] = positionals;
  const api = new ApiClient(values, io);
  const key = values.key ?? randomUUID();
  const run = await api.call<StartedView>(
    'POST',
    '/v1/runs',
    {
      flow,
      input: values.input === undefined ? {} : readJson(io, values.input),
      ...(values.version === undefined ? {} : { version: values.version }),
      ...(values['business-key'] === undefined ? {} : { businessKey: values['business-key'] }),
    },
    { 'idempotency-key': key },
  );
  if (!values.watch) {
    if (values.json) printJson(io, run);
    else io.out(`${run.runId}  ${run.flow}@${run.version}  ${run.status}  ${run.url}`);
    return 0;
  }
  const closed = await follow(api, run.runId, (seen) => {
    if (!values.json) printRun(io, seen);
  });
  if (values.json) printJson(io, closed);
  return exitOf(closed.status);
};

/** `run list`: newest first. */
export const list: Command = async (args, io) => {
  const { values } = readArguments(
    args,
    { ...ONLINE_OPTIONS, status: { type: 'string' }, flow: { type: 'string' }, limit: { type: 'string' } },
    'afterbell run list [--status S] [--flow NAME] [--limit N]',
    [0, 0],
  );
  const limit = Number(values.limit ?? 50);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
    throw new UsageError(`--limit "${values.limit}" is not a whole number from 1 to 1000`);
  }
  const query = new URLSearchParams();
  if (values.status !== undefined) query.set('status', values.status);
  if (values.flow !== undefined) query.set('flow', values.flow);
  const suffix = query.size === 0 ? '' : `?${query}`;
  const items = await new ApiClient(values, io).list<RunView>(`/v1/runs${suffix}`, limit);
  if (values.json) printJson(io, { items });
  else {
    printTable(
      io,
      ['RUN', 'FLOW', 'VERSION', 'STATUS', 'KEY', 'ACCEPTED'],
      items.map((run) => [
        run.runId,
        run.flowName,
        run.flowVersion,
        run.status,
        run.businessKey,
        run.acceptedAt,
      ]),
    );
  }
  return 0;
};

/** `run show ID`: where it stands, and its steps. */
export const show: Command = async (args, io) => {
  const { values, positionals } = readArguments(args, ONLINE_OPTIONS, 'afterbell run show ID', [1, 1]);
  const api = new ApiClient(values, io);
  const path = `/v1/runs/${encodeURIComponent(positionals[0] ?? '')}`;
  const run = await api.call<RunView>('GET', path);
  const { items: steps } = await api.call<{ items: StepView[] }>('GET', `${path}/steps`);
  if (values.json) printJson(io, { ...run, steps });
  else {
    printRun(io, run);
    printTable(
      io,
      ['#', 'STEP', 'STATUS', 'ATTEMPT', 'STARTED'],
      steps.map((step) => [step.sequence, step.pointer, step.status, step.attempt, step.startedAt]),
    );
  }
  return 0;
};

/** `run watch ID`: follows it to its end; exit code 1 when it did not complete. */
export const watch: Command = async (args, io) => {
  const { values, positionals } = readArguments(args, ONLINE_OPTIONS, 'afterbell run watch ID', [1, 1]);
  const run = await follow(new ApiClient(values, io), positionals[0] ?? '', (seen) => {
    if (!values.json) printRun(io, seen);
  });
  if (values.json) printJson(io, run);
  return exitOf(run.status);
};

/** `run cancel ID`: asks for a stop; what is under way is undone where it can be. */
export const cancel: Command = async (args, io) => {
  const { values, positionals } = readArguments(
    args,
    { ...ONLINE_OPTIONS, reason: { type: 'string' } },
    'afterbell run cancel ID --reason TEXT',
    [1, 1],
  );
  if (values.reason === undefined || values.reason.trim() === '') throw new UsageError('--reason is missing');
  const path = `/v1/runs/${encodeURIComponent(positionals[0] ?? '')}/cancel`;
  const answer = await new ApiClient(values, io).call('POST', path, { reason: values.reason });
  if (values.json) printJson(io, answer);
  else io.out('cancel requested');
  return 0;
};

/**
 * `run decide ID`: gives a decision on the open approval of a run. Needs a person's deciding token; a service token is
 * refused by the API.
 */
export const decide: Command = async (args, io) => {
  const { values, positionals } = readArguments(
    args,
    {
      ...ONLINE_OPTIONS,
      approve: { type: 'boolean', default: false },
      refuse: { type: 'boolean', default: false },
      comment: { type: 'string', default: '' },
      approval: { type: 'string' },
      'content-hash': { type: 'string' },
    },
    'afterbell run decide ID --approve|--refuse [--comment TEXT] [--approval ID] [--content-hash H]',
    [1, 1],
  );
  if (values.approve === values.refuse) throw new UsageError('give either --approve or --refuse');
  if (values.refuse && values.comment.trim() === '')
    throw new UsageError('--refuse needs a reason: --comment TEXT');
  const api = new ApiClient(values, io);
  const runId = positionals[0] ?? '';
  const run = await api.call<{ approvals?: ApprovalView[] }>('GET', `/v1/runs/${encodeURIComponent(runId)}`);
  const open = (run.approvals ?? []).filter(
    (approval) =>
      approval.status === 'open' &&
      (values.approval === undefined || approval.approvalId === values.approval),
  );
  const [approval, second] = open;
  if (approval === undefined)
    throw new CommandFailure('no-open-approval', `run ${runId} has no open approval`);
  if (second !== undefined) {
    const ids = open.map((row) => row.approvalId).join(', ');
    throw new UsageError(
      `run ${runId} has ${open.length} open approvals; choose one with --approval: ${ids}`,
    );
  }
  const answer = await api.call<{ acknowledged: boolean }>(
    'POST',
    `/v1/approvals/${encodeURIComponent(approval.approvalId)}/decisions`,
    {
      decision: values.approve ? 'approve' : 'refuse',
      comment: values.comment,
      contentHash: values['content-hash'] ?? approval.contentHash,
    },
  );
  if (values.json) printJson(io, answer);
  else {
    const reached = answer.acknowledged ? 'the run has it' : 'it is delivered when the engine answers again';
    io.out(`decision recorded on ${approval.approvalId}; ${reached}`);
  }
  return 0;
};
