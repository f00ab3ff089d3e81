import type { StepKey } from '../engine/restart/index.ts';
import type { EffectRow, Records, RunRow, StepRunRow } from '../prisma/records/types.ts';
import { findDefinition } from '../steps/index.ts';

/** Something a step of earlier runs did outside, which happens again when the step runs again. */
export interface EarlierEffect {
  /** Id in the ledger; of an effect that has no row there, the run and the place of its step. */
  readonly effectId: string;
  /** Run that did it. */
  readonly runId: string;
  readonly pointer: string;
  readonly visit: string;
  /** Name of the step in the flow that restarts. */
  readonly step: string;
  /** `name:version` of the call, `emit` or `run`. */
  readonly what: string;
  /** The unit inside the step, such as device/port; empty when there is one only. */
  readonly part: string;
  readonly effectClass: 'K' | 'R' | 'N';
  /** `unknown`: it may or may not have happened. */
  readonly status: 'done' | 'unknown' | 'failed' | 'compensated';
  /** It has a row in the effect ledger. */
  readonly isLedgered: boolean;
}

/** Levels of sub-flows that are looked into. */
const MAX_DEPTH = 8;

/**
 * What the runs of a family did outside, oldest run first. Effects of sub-flows count for the step that ran them. A completed step that
 * acts outside without a row in the ledger, an event that was sent and a sub-flow count as done.
 */
export async function earlierEffects(
  records: Pick<Records, 'effects' | 'runs' | 'timeline'>,
  family: readonly RunRow[],
): Promise<EarlierEffect[]> {
  const found: EarlierEffect[] = [];
  for (const run of family) found.push(...(await effectsOfRun(records, run.runId, 0)));
  return found;
}

/** True for an effect that a person has to speak to before its step runs again. */
export function needsWord({ status }: EarlierEffect): boolean {
  return status === 'done' || status === 'unknown';
}

/** The effects of steps that a restart does not keep. */
export function effectsAgain(
  effects: readonly EarlierEffect[],
  kept: readonly StepKey[],
): readonly EarlierEffect[] {
  const isKept = new Set(kept.map(({ pointer, visit }) => `${pointer}\n${visit}`));
  return effects.filter(({ pointer, visit }) => !isKept.has(`${pointer}\n${visit}`));
}

async function effectsOfRun(
  records: Pick<Records, 'effects' | 'runs' | 'timeline'>,
  runId: string,
  depth: number,
): Promise<EarlierEffect[]> {
  const steps = (await records.timeline.steps(runId)).filter(
    ({ keptOf, status }) => keptOf === null && status !== 'skipped',
  );
  const ledger = await records.effects.ofRun(runId);
  const named = new Map(steps.map((step) => [`${step.pointer}\n${step.visit}`, step]));
  const found = ledger.map((row) => fromLedger(row, named.get(`${row.pointer}\n${row.visit}`)));
  const ledgered = new Set(ledger.map(({ pointer, visit }) => `${pointer}\n${visit}`));
  for (const step of steps) {
    // A script or a shell command is a call; a sub-flow has no function.
    if (step.task === 'run' && step.function === null) found.push(...(await ofSubFlow(records, step, depth)));
    else if (!ledgered.has(`${step.pointer}\n${step.visit}`)) found.push(...withoutRow(step));
  }
  return found;
}

function fromLedger(row: EffectRow, step: StepRunRow | undefined): EarlierEffect {
  const { effectId, runId, pointer, visit, part, effectClass } = row;
  const isOpen = row.status === 'planned' || row.status === 'sent';
  return {
    effectId,
    runId,
    pointer,
    visit,
    step: step?.name ?? pointer.split('/').at(-1) ?? pointer,
    what: step?.function ?? step?.task ?? '',
    part,
    effectClass,
    status: isOpen ? 'unknown' : (row.status as EarlierEffect['status']),
    isLedgered: true,
  };
}

function withoutRow(step: StepRunRow): EarlierEffect[] {
  const effect =
    step.task === 'emit' ? 'K' : step.function === null ? 'none' : findDefinition(step.function)?.effect;
  if (step.status !== 'completed' || effect === undefined || effect === 'none') return [];
  return [unledgered(step, effect, step.function ?? step.task, 'done')];
}

function unledgered(
  { runId, pointer, visit, attempt, name }: StepRunRow,
  effectClass: EarlierEffect['effectClass'],
  what: string,
  status: EarlierEffect['status'],
): EarlierEffect {
  const effectId = `${runId}${pointer}#${visit}.${attempt}`;
  return {
    effectId,
    runId,
    pointer,
    visit,
    step: name,
    what,
    part: '',
    effectClass,
    status,
    isLedgered: false,
  };
}

/** A sub-flow that ran is done or open as a whole; what it did itself is listed beside it. */
async function ofSubFlow(
  records: Pick<Records, 'effects' | 'runs' | 'timeline'>,
  step: StepRunRow,
  depth: number,
): Promise<EarlierEffect[]> {
  const businessKey = `${step.runId}${step.pointer}#${step.visit}.${step.attempt}`;
  const { items } = await records.runs.list({ businessKey }, { limit: 1 });
  const [inner] = items;
  if (inner === undefined) return [];
  const inside = depth < MAX_DEPTH ? await effectsOfRun(records, inner.runId, depth + 1) : [];
  const isOpen = inner.endedAt === null;
  return [
    ...(isOpen || depth >= MAX_DEPTH ? [unledgered(step, 'N', 'run', 'unknown')] : []),
    ...inside.map((effect) => ({
      ...effect,
      part: [effect.step, effect.part].filter((text) => text !== '').join(' '),
      pointer: step.pointer,
      visit: step.visit,
      step: step.name,
    })),
  ];
}
