import type { Json } from '../../domain/json.ts';

/**
 * Why an expression could not be compiled or evaluated. `code` is stable (docs/expressions.md lists all of them); `offset` is the
 * position in the source, in UTF-16 code units from 0, present for everything found while compiling.
 */
export class ExpressionError extends Error {
  readonly code: string;
  readonly offset?: number;

  constructor(code: string, message: string, offset?: number) {
    super(message);
    this.name = 'ExpressionError';
    this.code = code;
    if (offset !== undefined) this.offset = offset;
  }
}

/** An error raised by the expression itself (type mismatch, `error`): the only kind that `try` and `?` may catch. */
export class RaisedError extends ExpressionError {
  /** What `catch` receives as its input: the message of a built-in error, or the value given to `error`. */
  readonly value: Json;

  constructor(value: Json, message: string) {
    super('expression-value', message);
    this.value = value;
  }
}

/** Steps an error costs that is caught: making, throwing and catching one takes as long as some dozens of other steps. */
export const CAUGHT_STEPS = 50;

/** A built-in error with a text, catchable by the expression. */
export function raise(message: string): RaisedError {
  return new RaisedError(message, message);
}

/** Evaluation went over a budget; never catchable inside the expression. */
export function overBudget(what: string): ExpressionError {
  return new ExpressionError('expression-budget', `the expression goes over its budget: ${what}`);
}
