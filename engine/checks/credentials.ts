import { isJsonObject, type Json } from '../../domain/json.ts';
import { joinPointer } from '../pointer.ts';
import { warningAt } from '../problems.ts';
import { member, objectMember } from '../tasks.ts';
import type { Problem } from '../types.ts';
import type { Check } from './check.ts';

/** Where a call may say how it authenticates: at its endpoint, beside it, and at the address of an OpenAPI document. */
export const authenticationPlaces = [
  ['with', 'endpoint', 'authentication'],
  ['with', 'authentication'],
  ['with', 'document', 'endpoint', 'authentication'],
] as const;

const FIELDS = [
  ['basic', 'password'],
  ['bearer', 'token'],
  ['digest', 'password'],
  ['oauth2', 'client', 'secret'],
  ['oidc', 'client', 'secret'],
];

/** Passwords and tokens are named (`use: <secret>`), not written into a document or taken from run data, which is kept. */
export const checkCredentials: Check = ({ document, tasks }) => {
  const problems: Problem[] = [];
  const check = (policy: Json | undefined, pointer: string): void => {
    if (!isJsonObject(policy)) return;
    for (const path of FIELDS) {
      if (member(policy, ...path) === undefined) continue;
      problems.push(
        warningAt(
          joinPointer(pointer, ...path),
          'credential-in-document',
          'a credential in document or run data is kept: name a secret with `use`',
        ),
      );
    }
  };
  for (const [name, policy] of Object.entries(objectMember(document, 'use', 'authentications') ?? {})) {
    check(policy, joinPointer('/use/authentications', name));
  }
  for (const { task, pointer } of tasks) {
    for (const path of authenticationPlaces) check(member(task, ...path), joinPointer(pointer, ...path));
  }
  return problems;
};
