import type { Violation } from './rules.ts';
import { parseSourceFile, type SourceFile } from './source-file.ts';

/** A file that exists only in a test: what a rule must catch is planted in it. */
export function planted(path: string, ...lines: string[]): SourceFile {
  return parseSourceFile(path, `${lines.join('\n')}\n`);
}

/** Violations as lines of text: a failing test prints what to open. */
export function lines(violations: readonly Violation[]): string[] {
  return violations.map(({ path, line, rule, message }) => `${path}:${line} ${rule}: ${message}`);
}
