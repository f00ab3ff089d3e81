/** Why an SSH session could not be opened or went wrong. Stable words: they appear in results and audit. */
export type SshFailure =
  | 'host-key-unpinned'
  | 'host-key-changed'
  | 'auth-failed'
  | 'unreachable'
  | 'no-common-algorithm'
  | 'timeout'
  | 'connection-lost'
  /** No echo, no prompt: silence, another prompt, or an output that does not end as expected. */
  | 'silence'
  | 'unexpected-pager'
  | 'unexpected-question'
  | 'output-too-large'
  | 'bad-line'
  /** The time to send the line had passed; nothing was sent. */
  | 'too-late'
  | 'session-unusable';

/** Failures after which the same call may be repeated later; the others need a person. */
const TRANSIENT: ReadonlySet<SshFailure> = new Set(['unreachable', 'timeout', 'connection-lost', 'silence']);

/** An SSH failure. Holds no credentials and no line that was typed at a hidden prompt. */
export class SshError extends Error {
  readonly code: SshFailure;
  /** What the device had sent so far, cleaned; at most 4,000 characters. */
  readonly received: string;
  /** Fingerprint the device showed, when the host key was the reason. */
  readonly seenFingerprint: string | undefined;

  constructor(
    code: SshFailure,
    message: string,
    details: { received?: string; seenFingerprint?: string } = {},
  ) {
    super(message);
    this.name = 'SshError';
    this.code = code;
    this.received = (details.received ?? '').slice(-4000);
    this.seenFingerprint = details.seenFingerprint;
  }

  get transient(): boolean {
    return TRANSIENT.has(this.code);
  }
}

/** Words for an unknown error, without its object: errors of libraries may carry configuration. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
