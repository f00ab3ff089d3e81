import { randomInt } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';

/** Argon2id with the library's defaults (19 MiB, 2 passes): OWASP's first choice. */
export async function hashPassword(password: string): Promise<string> {
  return hash(password);
}

/**
 * True when the password fits. Without a stored hash the same work is done against a fixed one, so that the time of the answer does not tell whether a
 * person exists.
 */
export async function isPassword(storedHash: string | undefined, password: string): Promise<boolean> {
  const fits = await verify(storedHash ?? UNKNOWN_PERSON, password).catch(() => false);
  return storedHash !== undefined && fits;
}

const UNKNOWN_PERSON =
  '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$1uYB2VEVvNBoqC4AtnxeQ9OqIYb4PFSkuyrBN2R/ZqU';

const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';

/** A password that can be read aloud: 4 groups of 4 from 31 characters without look-alikes (79 bits). */
export function newPassword(): string {
  const group = () => Array.from({ length: 4 }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
  return [group(), group(), group(), group()].join('-');
}
