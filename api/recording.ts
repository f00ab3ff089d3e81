import type { Json } from '../domain/json.ts';
import type { AnsweredStep, Recording } from '../engine/back-test/index.ts';
import { parseFlowDocument } from '../engine/document.ts';
import { walkTasks } from '../engine/walk.ts';
import type { Records, RunRow, StepRunRow } from '../prisma/records/types.ts';
import { ApiProblem, notFound } from './problem.ts';
import { wholeValue } from './whole-value.ts';

/** Bytes of large values that are fetched for one recording; what lies beyond counts as not kept. */
const MOST_BYTES = 16 * 1024 * 1024;
/** What stands in the timeline in place of a secret. */
const WITHHELD = '"[redacted]"';

/**
 * Everything a run was told. Throws 404 for a run that does not exist, 409 for one that has not ended, or was cancelled: its end is not
 * that of its flow.
 */
export async function recordingOf(records: Records, runId: string): Promise<Recording> {
  const run = await records.runs.find(runId);
  if (run === undefined) throw notFound('run', runId);
  if (run.status !== 'completed' && run.status !== 'failed')
    throw new ApiProblem(
      409,
      'run-not-recorded',
      `The run is ${run.status}; test data are taken from a run that has completed or failed.`,
    );
  return readRecording(records, run, run.status);
}

/** Recordings of the last runs of a flow that completed or failed, newest first. Runs that were restarted from a step begin in the middle and are left out. */
export async function lastRecordings(
  records: Records,
  flowName: string,
  count: number,
): Promise<Recording[]> {
  const pages = await Promise.all(
    (['completed', 'failed'] as const).map((status) =>
      records.runs.list({ flowName, status }, { limit: count }),
    ),
  );
  const runs = pages
    .flatMap(({ items }) => items)
    .toSorted((left, right) => right.acceptedAt.getTime() - left.acceptedAt.getTime())
    .slice(0, count);
  const recordings: Recording[] = [];
  for (const run of runs) {
    const isWhole = (await records.restarts.startOf(run.runId)) === undefined;
    if (isWhole && (run.status === 'completed' || run.status === 'failed'))
      recordings.push(await readRecording(records, run, run.status));
  }
  return recordings;
}

async function readRecording(records: Records, run: RunRow, status: Recording['status']): Promise<Recording> {
  const version = await records.flows.byId(run.flowVersionId);
  if (version === undefined) throw notFound('flow', `${run.flowName} ${run.flowVersion}`);
  const rows = await records.timeline.steps(run.runId);
  const reshaped = reshapedSteps(version.source);
  const steps: AnsweredStep[] = [];
  const unknown = new Set<string>();
  let left = MOST_BYTES;
  for (const row of rows) {
    const answer = await wholeValue(records, row.answer ?? row.output, left);
    left -= answer.bytes;
    const input = await wholeValue(records, row.input, left);
    left -= input.bytes;
    if (isLost(row, answer.value, reshaped)) unknown.add(row.name);
    steps.push({
      pointer: row.pointer,
      name: row.name,
      visit: row.visit,
      attempt: row.attempt,
      task: row.task,
      function: row.function,
      status: row.status,
      startedAtMs: row.startedAt.getTime(),
      endedAtMs: row.endedAt?.getTime() ?? null,
      input: input.value ?? null,
      answer: answer.value ?? null,
      error: row.error,
    });
  }
  return {
    runId: run.runId,
    flowVersion: run.flowVersion,
    source: version.source,
    input: run.input,
    startedAtMs: (run.startedAt ?? run.acceptedAt).getTime(),
    status,
    output: run.output,
    error: run.error,
    steps,
    unknown: [...unknown],
  };
}

/** Steps whose output is not what they were answered, by pointer. */
function reshapedSteps(source: string): ReadonlySet<string> {
  const { document } = parseFlowDocument(source);
  const tasks = document === undefined ? [] : walkTasks(document);
  return new Set(
    tasks
      .filter(({ kind, task, ancestors }) => {
        if (kind === 'listen') return true;
        // Calls of a loop that went out together have a line with the answer itself.
        const isReshaped = kind === 'call' || kind === 'run' ? task['output'] !== undefined : false;
        return isReshaped && ancestors.length === 0;
      })
      .map(({ pointer }) => pointer),
  );
}

function isLost(row: StepRunRow, answer: Json | undefined, reshaped: ReadonlySet<string>): boolean {
  if (row.status !== 'completed' || !['call', 'run', 'listen'].includes(row.task)) return false;
  if (answer === undefined) return true;
  if (row.answer === null && reshaped.has(row.pointer) && !isEnvelopes(row, answer)) return true;
  return JSON.stringify(answer).includes(WITHHELD);
}

function isEnvelopes(row: StepRunRow, answer: Json): boolean {
  return (
    row.task === 'listen' &&
    Array.isArray(answer) &&
    answer.every((event) => typeof event === 'object' && event !== null && 'specversion' in event)
  );
}
