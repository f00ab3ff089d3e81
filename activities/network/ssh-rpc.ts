import type { DeviceCredential, SshLimits, SshTarget } from './ssh/connect.ts';
import type { CommandResult, RunOptions } from './ssh/shell.ts';
import type { ExecResult, SessionFacts } from './ssh/session.ts';
import type { SshFailure } from './ssh/ssh-error.ts';

/** What the main thread asks of an SSH thread. Credentials appear here and nowhere else; messages are never logged. */
export type SshRequest =
  | {
      readonly kind: 'open';
      readonly sessionId: number;
      readonly target: SshTarget;
      readonly credential: DeviceCredential;
      readonly limits: SshLimits;
    }
  | { readonly kind: 'run'; readonly sessionId: number; readonly line: string; readonly options: RunOptions }
  | {
      readonly kind: 'exec';
      readonly sessionId: number;
      readonly command: string;
      readonly timeoutMs: number;
    }
  | { readonly kind: 'close'; readonly sessionId: number }
  | { readonly kind: 'destroy'; readonly sessionId: number };

/** Result per request kind. */
export interface SshResults {
  readonly open: SessionFacts;
  readonly run: CommandResult;
  readonly exec: ExecResult;
  readonly close: null;
  readonly destroy: null;
}

/** Answer of the thread; errors travel as plain members. */
export type SshAnswer = { readonly callId: number } & (
  | { readonly ok: true; readonly result: SshResults[keyof SshResults] }
  | {
      readonly ok: false;
      readonly error: {
        readonly code: SshFailure;
        readonly message: string;
        readonly received: string;
        readonly seenFingerprint?: string;
      };
    }
);
