import { parentPort, workerData } from 'node:worker_threads';
import { simulateMany } from '../../engine/testing/tally.ts';
import { watchExpressions } from '../conformance/jq/watch.ts';
import type { SoakWork } from './threads.ts';

const { what, first, count } = workerData as SoakWork;
parentPort?.postMessage(what === 'schedules' ? simulateMany(first, count) : watchExpressions(first, count));
