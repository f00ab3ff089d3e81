import type { FlowError } from './types.ts';

/** The eight standard errors of the language, with their status and title. */
const STANDARD = {
  configuration: { status: 400, title: 'Configuration error' },
  validation: { status: 400, title: 'Validation error' },
  expression: { status: 400, title: 'Expression error' },
  authentication: { status: 401, title: 'Authentication error' },
  authorization: { status: 403, title: 'Authorization error' },
  timeout: { status: 408, title: 'Timeout' },
  communication: { status: 500, title: 'Communication error' },
  runtime: { status: 500, title: 'Runtime error' },
} as const;

/** Name of a standard error. */
export type StandardError = keyof typeof STANDARD;

const BASE = 'https://serverlessworkflow.io/spec/1.0.0/errors/';
const ALIAS =
  /^https:\/\/(?:serverlessworkflow\.io|open-workflow-specification\.org)\/(?:spec\/1\.0\.0\/errors|dsl\/errors\/types)\/([a-z]+)$/;

/** A standard error raised at a step. `instance` is the JSON pointer of the step. */
export function standardError(name: StandardError, instance: string, detail: string): FlowError {
  const { status, title } = STANDARD[name];
  return { type: `${BASE}${name}`, status, title, detail, instance };
}

/**
 * The form error types are compared in by catch filters. The specification moved its error types to another domain without a version
 * change, and its own tests use a third path, so the spellings of one standard error count as equal (docs/flow-language.md).
 */
export function canonicalErrorType(type: string): string {
  const name = ALIAS.exec(type)?.[1];
  return name !== undefined && Object.hasOwn(STANDARD, name) ? `${BASE}${name}` : type;
}

/** Carries a FlowError through code that evaluates expressions and checks schemas. */
export class FlowFailure extends Error {
  readonly error: FlowError;

  constructor(error: FlowError) {
    super(error.detail ?? error.title);
    this.name = 'FlowFailure';
    this.error = error;
  }
}
