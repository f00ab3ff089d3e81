/** Why the records refuse a change: stable codes, with a sentence for the log. */
export type ConflictCode =
  | 'flow-version-exists'
  | 'secret-version-exists'
  | 'effect-closed'
  | 'effect-fenced'
  | 'bot-version-exists'
  | 'restart-going-on'
  | 'run-going-on'
  | 'effects-changed'
  | 'unknown-row';

/** The change contradicts what is stored; nothing was changed. */
export class RecordConflict extends Error {
  readonly code: ConflictCode;
  /** What an HTTP answer should carry. */
  readonly statusCode = 409;

  constructor(code: ConflictCode, message: string) {
    super(message);
    this.name = 'RecordConflict';
    this.code = code;
  }
}

/** A page cursor that this store did not make. */
export class CursorError extends Error {
  /** What an HTTP answer should carry. */
  readonly statusCode = 400;
}
