import { type DestinationStream, type Logger, pino } from 'pino';

/** Members that never reach a log line, at any of the first two levels. */
const REDACTED = [
  'password',
  'privateKey',
  'enablePassword',
  'token',
  'authorization',
  'cookie',
  'credential',
  'secret',
];

/**
 * Structured JSON log of a process (one line per event, ISO time). Children carry `runId` and `stepId`, so that everything about
 * a run can be found with one search.
 */
export function createLog(
  options: { readonly level: string; readonly name: string },
  destination?: DestinationStream,
): Logger {
  const settings = {
    name: options.name,
    level: options.level,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: REDACTED.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' },
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return destination === undefined ? pino(settings) : pino(settings, destination);
}

/** A log for one run, or one step of it. */
export function runLog(log: Logger, runId: string, stepId?: string): Logger {
  return log.child(stepId === undefined ? { runId } : { runId, stepId });
}
