import { randomUUID } from 'node:crypto';
import { ApiClient, ONLINE_OPTIONS } from '../api-client.ts';
import { CommandFailure, UsageError, printJson, printTable, readArguments } from '../io.ts';
import type { Command, Io } from '../io.ts';

/** An effect that happens again, as the API shows it. */
interface EffectView {
  effectId: string;
  step: string;
  what: string;
  part: string;
  status: string;
}

/** A step as a place to restart from; only what the commands need is named. */
interface PointView {
  pointer: string;
  name: string;
  isPossible: boolean;
  refusal: { sentence: { en: string } } | null;
  kept: number;
  effects: EffectView[];
}

interface RestartedView {
  runId: string;
  flow: string;
  version: string;
  status: string;
  url: string;
}

type Stated = { effectId: string; as: 'done' | 'not-done' };

const pathOf = (runId: string): string => `/v1/runs/${encodeURIComponent(runId)}`;

async function readPoints(
  api: ApiClient,
  runId: string,
  version: string | undefined,
): Promise<{ version: string; points: PointView[] }> {
  const query = version === undefined ? '' : `?${new URLSearchParams({ version })}`;
  return api.call('GET', `${pathOf(runId)}/restart-points${query}`);
}

/** `run restart-points ID`: every step, whether a restart can begin there, and what happens again. */
export const restartPoints: Command = async (args, io) => {
  const { values, positionals } = readArguments(
    args,
    { ...ONLINE_OPTIONS, version: { type: 'string' } },
    'afterbell run restart-points ID [--version V]',
    [1, 1],
  );
  const answer = await readPoints(new ApiClient(values, io), positionals[0] ?? '', values.version);
  if (values.json) {
    printJson(io, answer);
    return 0;
  }
  printTable(
    io,
    ['STEP', 'RESTART', 'KEPT', 'EFFECTS AGAIN', 'WHY NOT'],
    answer.points.map((point) => [
      point.pointer,
      point.isPossible ? 'yes' : 'no',
      point.isPossible ? point.kept : '',
      point.effects.map(effectText).join('; '),
      point.refusal?.sentence.en ?? '',
    ]),
  );
  return 0;
};

function effectText({ step, part, status }: EffectView): string {
  return `${step}${part === '' ? '' : ` ${part}`}: ${status}`;
}

/**
 * `run restart ID`: a new run that goes on from a step. Effects that happen again are confirmed with `--confirm-effects`; of one that
 * may have happened, `--effect ID=done|not-done` says whether it did.
 */
export const restart: Command = async (args, io) => {
  const { values, positionals } = readArguments(
    args,
    {
      ...ONLINE_OPTIONS,
      from: { type: 'string' },
      version: { type: 'string' },
      reason: { type: 'string' },
      key: { type: 'string' },
      'confirm-effects': { type: 'boolean', default: false },
      effect: { type: 'string', multiple: true },
    },
    'afterbell run restart ID --from STEP --reason TEXT [--version V] [--confirm-effects] [--effect ID=done|not-done] [--key K]',
    [1, 1],
  );
  const { from, reason } = values;
  if (from === undefined || from === '')
    throw new UsageError('--from is missing: the name or pointer of a step');
  if (reason === undefined || reason.trim() === '') throw new UsageError('--reason is missing');
  const stated = (values.effect ?? []).map(readStated);
  const api = new ApiClient(values, io);
  const runId = positionals[0] ?? '';
  const { points } = await readPoints(api, runId, values.version);
  const point = findPoint(points, from);
  const effects = values['confirm-effects'] ? withConfirmed(io, point, stated) : stated;
  const run = await api.call<RestartedView>(
    'POST',
    `${pathOf(runId)}/restart`,
    {
      step: point.pointer,
      reason,
      ...(values.version === undefined ? {} : { version: values.version }),
      ...(effects.length === 0 ? {} : { effects }),
    },
    { 'idempotency-key': values.key ?? randomUUID() },
  );
  if (values.json) printJson(io, run);
  else io.out(`${run.runId}  ${run.flow}@${run.version}  ${run.status}  ${run.url}`);
  return 0;
};

/** Reads `ID=done` or `ID=not-done`. Ids may hold `=`, the word never does. */
export function readStated(text: string): Stated {
  const at = text.lastIndexOf('=');
  const as = text.slice(at + 1);
  if (at < 1 || (as !== 'done' && as !== 'not-done'))
    throw new UsageError(`--effect "${text}" is not ID=done or ID=not-done`);
  return { effectId: text.slice(0, at), as };
}

function withConfirmed(io: Io, { effects }: PointView, stated: readonly Stated[]): Stated[] {
  const spoken = new Set(stated.map(({ effectId }) => effectId));
  const confirmed = effects.filter(({ effectId, status }) => status === 'done' && !spoken.has(effectId));
  for (const effect of confirmed) io.err(`confirmed: ${effectText(effect)}`);
  return [...stated, ...confirmed.map(({ effectId }) => ({ effectId, as: 'done' as const }))];
}

/** The step with this pointer, or the only one with this name. */
function findPoint(points: readonly PointView[], from: string): PointView {
  const found = points.filter(({ pointer, name }) => (from.startsWith('/') ? pointer : name) === from);
  const [point, second] = found;
  if (point === undefined) throw new CommandFailure('no-such-step', `the flow has no step "${from}"`);
  if (second !== undefined)
    throw new UsageError(
      `--from "${from}" is the name of ${found.length} steps; give one pointer of: ${found.map(({ pointer }) => pointer).join(', ')}`,
    );
  return point;
}
