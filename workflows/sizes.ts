import type { Json } from '../domain/json.ts';
import { dataLimits, excessOf } from '../engine/data-limits.ts';
import { standardError } from '../engine/index.ts';
import type { Command } from '../engine/types.ts';
import { runFailure } from './failures.ts';
import type { ResumedRun } from './messages.ts';
import type { RunOutcome } from './run-report.ts';

/** Fails a step with the standard error `runtime` when what it is to be handed is more than may be carried. */
export function requireInputFits(command: Command): void {
  const handed = handedOver(command);
  if (handed === undefined || !('step' in command)) return;
  const excess = excessOf('the input of the step', handed, dataLimits.valueChars);
  if (excess !== undefined) throw runFailure(standardError('runtime', command.step.pointer, excess));
}

function handedOver(command: Command): Json | undefined {
  if (command.kind === 'callFunction' || command.kind === 'runWorkflow') return command.input;
  return command.kind === 'emitEvent' ? command.event : undefined;
}

/** The end of a run, which fails instead when its output is more than may be carried. */
export function outcomeThatFits(outcome: Extract<RunOutcome, { kind: 'complete' }>): RunOutcome {
  const excess = excessOf('the output of the flow', outcome.output, dataLimits.valueChars);
  return excess === undefined ? outcome : { kind: 'fail', error: standardError('runtime', '', excess) };
}

/** Why a run cannot continue as new: all that it holds is more than may be carried. */
export function runTooLarge(resume: ResumedRun): RunOutcome | undefined {
  const excess = excessOf('what the run holds', resume as unknown as Json, dataLimits.runChars);
  return excess === undefined ? undefined : { kind: 'fail', error: standardError('runtime', '', excess) };
}
