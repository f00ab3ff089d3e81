import {
  ActivityFailure,
  ApplicationFailure,
  ChildWorkflowFailure,
  TimeoutFailure,
} from '@temporalio/workflow';
import { isJsonObject, type Json } from '../domain/json.ts';
import { standardError } from '../engine/index.ts';
import type { FlowError } from '../engine/types.ts';

/** Error type of a run that a person cancelled: `title` is who, `detail` the reason. */
export const CANCELLED_ERROR = 'https://afterbell.example/errors/cancelled';

/** Whatever a call threw, as the error the flow language knows. */
export function flowErrorOf(thrown: unknown, pointer: string): FlowError {
  const cause =
    thrown instanceof ActivityFailure || thrown instanceof ChildWorkflowFailure ? thrown.cause : thrown;
  if (cause instanceof ApplicationFailure) {
    const told = cause.details?.[0];
    if (isFlowError(told)) return told;
    return standardError('runtime', pointer, cause.message);
  }
  if (cause instanceof TimeoutFailure)
    return standardError('timeout', pointer, `no answer in time (${cause.timeoutType})`);
  return standardError('runtime', pointer, cause instanceof Error ? cause.message : 'the step failed');
}

/** Ends the workflow as failed, with the flow's error in the details. */
export function runFailure(error: FlowError): ApplicationFailure {
  return ApplicationFailure.create({
    message: error.title,
    type: error.type,
    details: [error],
    nonRetryable: true,
  });
}

function isFlowError(value: unknown): value is FlowError {
  return (
    isJsonObject(value) &&
    typeof value.type === 'string' &&
    typeof value.status === 'number' &&
    typeof value.title === 'string'
  );
}

/** True for a sub-run that ended cancelled: to its parent that is a call come to rest, not an error. */
export function isCancelledRun(thrown: unknown): boolean {
  return (
    thrown instanceof ChildWorkflowFailure &&
    thrown.cause instanceof ApplicationFailure &&
    thrown.cause.type === CANCELLED_ERROR
  );
}

/** What a cancelled call left behind, such as the results of a push that was rolled back. */
export function restOf(thrown: unknown): Json | undefined {
  const cause = thrown instanceof ActivityFailure ? thrown.cause : thrown;
  const details: unknown = isObject(cause) && Array.isArray(cause.details) ? cause.details[0] : undefined;
  return isJsonObject(details) ? details : undefined;
}

function isObject(value: unknown): value is { details?: unknown } {
  return typeof value === 'object' && value !== null;
}
