import { isRole } from '../domain/access/permissions.ts';
import type { PersonRow, Records } from '../prisma/records/types.ts';
import { hashPassword } from './passwords.ts';

const USERNAME = /^[a-z][a-z0-9._-]{1,39}$/;
const MIN_PASSWORD_CHARS = 12;

/** A person to add. The user name is the person's id for good: it stands in audit, runs and approvals. */
export interface NewPerson {
  readonly username: string;
  readonly displayName: string;
  readonly roles: readonly string[];
  readonly password: string;
}

/** Adds a person. Throws with field, value and rule when a part is not acceptable or the name is taken. */
export async function addPerson(records: Records, person: NewPerson): Promise<PersonRow> {
  if (!USERNAME.test(person.username))
    throw new Error(`username: “${person.username}” must match ${USERNAME.source}`);
  if (person.password.length < MIN_PASSWORD_CHARS)
    throw new Error(`password: must have at least ${MIN_PASSWORD_CHARS} characters`);
  const unknown = person.roles.find((role) => !isRole(role));
  if (unknown !== undefined) throw new Error(`roles: “${unknown}” is not a role`);
  if ((await records.people.byUsername(person.username)) !== undefined)
    throw new Error(`username: “${person.username}” is taken`);
  const row = await records.people.put({
    personId: person.username,
    username: person.username,
    displayName: person.displayName,
    roles: person.roles,
    passwordHash: await hashPassword(person.password),
    disabledAt: null,
  });
  await records.audit.append({
    actor: 'set-up',
    action: 'person.added',
    objectKind: 'person',
    objectId: row.personId,
    detail: { roles: [...person.roles] },
  });
  return row;
}

/** Makes the first administrator; refused as soon as there is one. */
export async function createFirstAdministrator(
  records: Records,
  person: Omit<NewPerson, 'roles'>,
): Promise<PersonRow> {
  const people = await records.people.list();
  const administrator = people.find((row) => row.roles.includes('administrator'));
  if (administrator !== undefined)
    throw new Error(`there is an administrator already (${administrator.username}); ask them to add people`);
  return addPerson(records, { ...person, roles: ['administrator'] });
}
