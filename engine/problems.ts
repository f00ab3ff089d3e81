import type { Problem } from './types.ts';

/** A finding that keeps a flow from being published. */
export function errorAt(pointer: string, code: string, message: string): Problem {
  return { code, pointer, message, severity: 'error' };
}

/** A finding that a person should see, but that does not keep a flow from being published. */
export function warningAt(pointer: string, code: string, message: string): Problem {
  return { code, pointer, message, severity: 'warning' };
}

/** True when none of the problems is an error. */
export function isValid(problems: readonly Problem[]): boolean {
  return problems.every((problem) => problem.severity !== 'error');
}
