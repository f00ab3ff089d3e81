/**
 * A failure the person at the keyboard can act on. Its message is ONE line that names the thing, the value seen and
 * the rule; the command line prints it without a stack and ends with `exitCode` (1 = failed, 2 = wrong usage).
 */
export class StackFailure extends Error {
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message.replaceAll(/\s*\n\s*/g, ' '));
    this.name = 'StackFailure';
    this.exitCode = exitCode;
  }
}

/** The message of anything thrown, on one line. */
export function messageOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message || thrown.name : String(thrown);
  return text.replaceAll(/\s*\n\s*/g, ' ').trim();
}
