import { ApplicationFailure } from '@temporalio/common';
import type { Json } from '../domain/json.ts';
import { dataLimits } from '../engine/data-limits.ts';
import { standardError } from '../engine/index.ts';

/**
 * Refuses the result of a step that is larger than a run may take, with the standard error `runtime` at that step. Trying again would not
 * make it smaller.
 */
export function requireResultFits(output: unknown, pointer: string): void {
  const bytes = output === undefined ? 0 : Buffer.byteLength(JSON.stringify(output as Json));
  if (bytes <= dataLimits.resultBytes) return;
  const detail = `the step gave ${bytes} bytes of JSON, ${dataLimits.resultBytes} are allowed: hand large data over by reference`;
  const error = standardError('runtime', pointer, detail);
  throw ApplicationFailure.create({
    message: detail,
    type: error.type,
    details: [error],
    nonRetryable: true,
  });
}
