import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { joinPointer } from '../pointer.ts';
import { authenticationPlaces } from './credentials.ts';
import { errorAt } from '../problems.ts';
import { member, objectMember } from '../tasks.ts';
import type { Problem } from '../types.ts';
import type { Check } from './check.ts';

/** Names of retries, timeouts, errors, authentications and secrets stand in `use`. */
export const checkReferences: Check = ({ document, tasks }) => {
  const problems: Problem[] = [];
  const named = (kind: string, value: Json | undefined, pointer: string): void => {
    if (typeof value !== 'string') return;
    const known = objectMember(document, 'use', kind);
    if (known !== undefined && Object.hasOwn(known, value)) return;
    problems.push(errorAt(pointer, 'unknown-reference', `use.${kind} has no ${value}`));
  };
  named('timeouts', document['timeout'], '/timeout');
  for (const { task, pointer } of tasks) {
    named('timeouts', task['timeout'], `${pointer}/timeout`);
    named('retries', member(task, 'catch', 'retry'), `${pointer}/catch/retry`);
    named('errors', member(task, 'raise', 'error'), `${pointer}/raise/error`);
    for (const path of authenticationPlaces)
      authentication(document, member(task, ...path), joinPointer(pointer, ...path), problems);
  }
  for (const [name, policy] of Object.entries(objectMember(document, 'use', 'authentications') ?? {})) {
    secret(document, policy, joinPointer('/use/authentications', name), problems);
  }
  return problems;
};

function authentication(
  document: JsonObject,
  value: Json | undefined,
  pointer: string,
  problems: Problem[],
): void {
  const name = member(value, 'use');
  if (typeof name === 'string') {
    const known = objectMember(document, 'use', 'authentications');
    if (known === undefined || !Object.hasOwn(known, name)) {
      problems.push(errorAt(`${pointer}/use`, 'unknown-reference', `use.authentications has no ${name}`));
    }
  } else secret(document, value, pointer, problems);
}

function secret(document: JsonObject, policy: Json | undefined, pointer: string, problems: Problem[]): void {
  if (!isJsonObject(policy)) return;
  for (const [scheme, value] of Object.entries(policy)) {
    const name = member(value, 'use');
    if (typeof name !== 'string') continue;
    const known = member(document, 'use', 'secrets');
    if (Array.isArray(known) && known.includes(name)) continue;
    problems.push(
      errorAt(joinPointer(pointer, scheme, 'use'), 'unknown-reference', `use.secrets has no ${name}`),
    );
  }
}
