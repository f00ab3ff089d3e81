import { createContext, useContext } from 'react';
import type { Permission } from '../../domain/access/permissions.ts';
import type { Person } from '../api/types.ts';

/** The signed-in person; pages inside the shell always have one. */
export const PersonContext = createContext<Person | null>(null);

/** The signed-in person. Throws outside the shell. */
export function usePerson(): Person {
  const person = useContext(PersonContext);
  if (person === null) throw new Error('a page outside the shell asked who is signed in');
  return person;
}

/** Whether the signed-in person may do something. The server decides again; this only hides what would be refused. */
export function useMay(permission: Permission): boolean {
  return usePerson().permissions.includes(permission);
}
