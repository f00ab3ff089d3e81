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

/** Findings that are warnings while a document is edited (it is written correctly) and errors when it is to be published and run. */
const REFUSED_AT_PUBLISH: ReadonlySet<string> = new Set(['script-not-enabled']);

/** Problems as publishing sees them. */
export function asPublishing(problems: readonly Problem[]): Problem[] {
  return problems.map((problem) =>
    REFUSED_AT_PUBLISH.has(problem.code) ? { ...problem, severity: 'error' as const } : problem,
  );
}
