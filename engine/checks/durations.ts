import { isJsonObject, type Json } from '../../domain/json.ts';
import { longestDurationMs, parseDuration } from '../durations.ts';
import { unwrapExpression } from '../expression/index.ts';
import { joinPointer } from '../pointer.ts';
import { errorAt } from '../problems.ts';
import { member, objectMember } from '../tasks.ts';
import type { Problem } from '../types.ts';
import type { Check } from './check.ts';

/** Literal durations can be read, are not negative and not over ten years. */
export const checkDurations: Check = ({ document, tasks }) => {
  const problems: Problem[] = [];
  const check = (value: Json | undefined, pointer: string): void => {
    if (value === undefined || (typeof value === 'string' && unwrapExpression(value) !== undefined)) return;
    if (typeof value !== 'string' && !isJsonObject(value)) return;
    if (parseDuration(value) !== undefined) return;
    const limit = `${longestDurationMs / 86_400_000} days`;
    problems.push(
      errorAt(
        pointer,
        'bad-duration',
        `${JSON.stringify(value)} is not a duration from 0 to ${limit}; years and months have no fixed length`,
      ),
    );
  };
  const retry = (policy: Json | undefined, pointer: string): void => {
    check(member(policy, 'delay'), `${pointer}/delay`);
    for (const path of [
      ['jitter', 'from'],
      ['jitter', 'to'],
      ['limit', 'duration'],
      ['limit', 'attempt', 'duration'],
    ]) {
      check(member(policy, ...path), joinPointer(pointer, ...path));
    }
  };
  check(member(document, 'timeout', 'after'), '/timeout/after');
  for (const [name, value] of Object.entries(objectMember(document, 'use', 'timeouts') ?? {})) {
    check(member(value, 'after'), joinPointer('/use/timeouts', name, 'after'));
  }
  for (const [name, value] of Object.entries(objectMember(document, 'use', 'retries') ?? {})) {
    retry(value, joinPointer('/use/retries', name));
  }
  for (const { task, pointer } of tasks) {
    check(task['wait'], `${pointer}/wait`);
    check(member(task, 'timeout', 'after'), `${pointer}/timeout/after`);
    retry(member(task, 'catch', 'retry'), `${pointer}/catch/retry`);
  }
  return problems;
};
