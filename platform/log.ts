import { type DestinationStream, type Logger, pino } from 'pino';
import type { Config } from './config.ts';

export type { Logger } from 'pino';

/** Member names whose values never reach a log, at the first three levels of an entry. */
const SECRET_NAMES = [
  'password',
  'enablePassword',
  'passphrase',
  'secret',
  'token',
  'authorization',
  'cookie',
  'privateKey',
  'credential',
  'csrfToken',
  'sessionHash',
  'databaseUrl',
  'set-cookie',
  'x-csrf-token',
];

/**
 * Structured logs, one JSON object per line on standard output (or `destination`). `process` names the process: api, worker.
 */
export function createLogger(
  process: string,
  level: Config['logLevel'],
  destination?: DestinationStream,
): Logger {
  const options = {
    level,
    base: { process },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: {
      paths: SECRET_NAMES.flatMap((name) => {
        const member = `["${name}"]`;
        return [member, `*${member}`, `*.*${member}`];
      }),
      censor: '[redacted]',
    },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** A logger whose every line carries the run, and the step when there is one. */
export function runLogger(log: Logger, runId: string, stepId?: string): Logger {
  return log.child(stepId === undefined ? { runId } : { runId, stepId });
}
