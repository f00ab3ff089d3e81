import { ApplicationFailure } from '@temporalio/common';
import { standardError } from '../../engine/index.ts';
import type { EgressAnswer, EgressRequest } from '../../platform/egress.ts';
import type { CallContext } from '../../steps/define-step.ts';

/** What authentication needs of its call. `send` goes through the egress rules; `resolve` gives the value of a named secret. */
export interface AuthenticationCall {
  readonly context: CallContext;
  readonly resolve: (secretName: string) => Promise<string>;
  readonly send: (request: EgressRequest) => Promise<EgressAnswer>;
}

/** The standard error `authentication` (401); trying again with the same settings would not help. */
export function authenticationFailure(context: CallContext, detail: string): ApplicationFailure {
  const error = standardError('authentication', context.pointer, detail);
  return ApplicationFailure.create({
    message: detail,
    type: error.type,
    details: [error],
    nonRetryable: true,
  });
}
