import { parentPort, workerData } from 'node:worker_threads';
import { breaksOf, summarize } from '../../domain/reconciliation/breaks.ts';
import { matchPositions } from '../../domain/reconciliation/match.ts';
import type { MatchTask } from './match-in-thread.ts';

const { reconciliation, left, right, rules } = workerData as MatchTask;
const result = matchPositions(left, right, rules);
const breaks = breaksOf(reconciliation, left, right, result.differences);
parentPort?.postMessage({ breaks, summary: summarize(left, right, result, breaks) });
