import type { FlowError } from '../../engine/types.ts';

/** The other system's answer, or a script that cannot work: the same would come again, so nothing is retried. */
export class BotRefused extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'BotRefused';
    this.code = code;
  }
}

/** A fault of the way there: page not answering, element not there in time, browser lost. Retried. */
export class BotFault extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'BotFault';
    this.code = code;
  }
}

/** The site has signed us out. */
export class SessionExpired extends Error {}

/** The run was cancelled or the worker stops. */
export class BotStopped extends Error {}

/** The failure as runs show it, `bot-<code>`. */
export function botError(failure: BotRefused | BotFault, where: string): FlowError {
  const isRefusal = failure instanceof BotRefused;
  return {
    type: `https://afterbell.example/errors/bot-${failure.code}`,
    status: isRefusal ? 422 : 503,
    title: isRefusal ? 'The bot was refused' : 'The bot could not go on',
    detail: where === '' ? failure.message : `${where}: ${failure.message}`,
  };
}

/** First line of what was thrown: the rest of a browser error is its call log, which may repeat what was typed. */
export function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
