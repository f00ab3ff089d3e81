import { isJsonObject, type Json } from '../../domain/json.ts';
import { joinPointer } from '../pointer.ts';
import { warningAt } from '../problems.ts';
import { listTasks, member, objectMember, textMember } from '../tasks.ts';
import type { Problem } from '../types.ts';
import type { Check } from './check.ts';

const LATER_SCHEMES = ['digest', 'oauth2', 'oidc'];

/** Parts of the profile that this release reads but does not carry out yet: a warning while editing, an error when publishing. */
export const checkNotYet: Check = ({ document, tasks }) => {
  const problems: Problem[] = [];
  for (const [at, name] of listTasks(member(document, 'use', 'extensions'))) {
    problems.push(
      warningAt(
        joinPointer('/use/extensions', at, name),
        'extension-not-yet-supported',
        'extensions are read, but not woven in yet',
      ),
    );
  }
  for (const [name, policy] of Object.entries(objectMember(document, 'use', 'authentications') ?? {})) {
    problems.push(...scheme(policy, joinPointer('/use/authentications', name)));
  }
  for (const { task, pointer } of tasks) {
    if (textMember(task, 'call') === 'openapi') {
      problems.push(
        warningAt(`${pointer}/call`, 'task-not-yet-supported', 'call: openapi is not carried out yet'),
      );
    }
    if (task['foreach'] !== undefined)
      problems.push(
        warningAt(
          `${pointer}/foreach`,
          'task-not-yet-supported',
          'listen with foreach is not carried out yet',
        ),
      );
    problems.push(
      ...scheme(
        member(task, 'with', 'endpoint', 'authentication'),
        `${pointer}/with/endpoint/authentication`,
      ),
    );
  }
  return problems;
};

function scheme(policy: Json | undefined, pointer: string): Problem[] {
  if (!isJsonObject(policy)) return [];
  return LATER_SCHEMES.filter((name) => policy[name] !== undefined).map((name) =>
    warningAt(
      `${pointer}/${name}`,
      'authentication-not-yet-supported',
      `authentication by ${name} is not carried out yet`,
    ),
  );
}
