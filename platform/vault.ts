import { isJsonObject } from '../domain/json.ts';
import type { Records } from '../prisma/records/types.ts';
import { open, seal } from './cipher.ts';
import type { Keys } from './keys.ts';
import { Secret } from './secret.ts';

export { Secret } from './secret.ts';

/** Name under which the vault proves its key; no secret of anybody's. */
export const SELF_TEST_NAME = 'self-test/vault';
const SELF_TEST_VALUE = 'afterbell vault self-test, stored in clear when you can read this';

/** Where sealed secrets lie. */
type StoredSecrets = Pick<Records['secrets'], 'put' | 'read' | 'latest'>;

/** Seals and opens secrets. A sealed secret is bound to its name and version and cannot be passed off as another. */
export interface Vault {
  seal(name: string, version: number, value: string): Uint8Array;
  /** Throws `CipherError` when the bytes were changed, moved or sealed with an unknown key. */
  open(name: string, version: number, sealed: Uint8Array): Secret;
}

/** The secret a reference names cannot be had; the message names the reference and never the value. */
export class SecretUnavailable extends Error {}

/** The vault of this installation. */
export function createVault(keys: Keys): Vault {
  const bound = (name: string, version: number): string => `secret\n${name}\n${version}`;
  return {
    seal: (name, version, value) => seal(keys.vault, Buffer.from(value), bound(name, version)),
    open: (name, version, sealed) => new Secret(open(keys.vault, sealed, bound(name, version)).toString()),
  };
}

/** Parses `device/core-sw#v1`; undefined when the text is no reference. */
export function parseSecretReference(reference: string): { name: string; version: number } | undefined {
  const match = /^([a-z0-9][A-Za-z0-9/._-]{0,99})#v([1-9]\d{0,8})$/.exec(reference);
  return match?.[1] === undefined ? undefined : { name: match[1], version: Number(match[2]) };
}

/** Reads and opens the secret of a reference. Called inside activities only. Throws `SecretUnavailable`. */
export async function resolveSecret(
  vault: Vault,
  secrets: StoredSecrets,
  reference: string,
): Promise<Secret> {
  const parsed = parseSecretReference(reference);
  if (parsed === undefined) throw new SecretUnavailable(`“${reference}” is not a secret reference`);
  const sealed = await secrets.read(parsed.name, parsed.version);
  if (sealed === undefined) throw new SecretUnavailable(`secret “${reference}” is not stored`);
  return vault.open(parsed.name, parsed.version, sealed);
}

/** As `resolveSecret`, for a secret that is a JSON object of texts, such as a login. */
export async function resolveSecretFields(
  vault: Vault,
  secrets: StoredSecrets,
  reference: string,
): Promise<Secret<Readonly<Record<string, string>>>> {
  const secret = await resolveSecret(vault, secrets, reference);
  const parsed: unknown = JSON.parse(secret.reveal());
  if (!isJsonObject(parsed)) throw new SecretUnavailable(`secret “${reference}” is not a set of fields`);
  return new Secret(
    Object.fromEntries(
      Object.entries(parsed).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])),
    ),
  );
}

/**
 * Seals a known text, stores it, reads the raw bytes back from the store and refuses to go on when they hold the text or do not open:
 * an encryption that silently does nothing is found at start, not in an audit (CVE-2022-31044). Throws `SecretUnavailable`.
 */
export async function testVault(vault: Vault, secrets: StoredSecrets): Promise<void> {
  const version = (await secrets.latest(SELF_TEST_NAME)) ?? 1;
  if ((await secrets.read(SELF_TEST_NAME, version)) === undefined)
    await secrets.put(SELF_TEST_NAME, version, vault.seal(SELF_TEST_NAME, version, SELF_TEST_VALUE));
  const raw = await secrets.read(SELF_TEST_NAME, version);
  if (raw === undefined) throw new SecretUnavailable('the vault self-test cannot read back what it stored');
  if (Buffer.from(raw).includes(SELF_TEST_VALUE.slice(0, 12)))
    throw new SecretUnavailable('secrets are stored in clear; refusing to start');
  if (vault.open(SELF_TEST_NAME, version, raw).reveal() !== SELF_TEST_VALUE)
    throw new SecretUnavailable('the vault does not give back what was stored');
}
