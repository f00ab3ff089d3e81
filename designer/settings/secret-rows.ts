import type { SecretVersion } from '../api/types.ts';

/** A secret as the list shows it: one row per name. */
export interface SecretRow {
  readonly name: string;
  /** How a device or flow names the newest version. */
  readonly reference: string;
  readonly versions: number;
  readonly createdAt: string;
}

/** One row per secret name, by name; `createdAt` is that of the newest version. */
export function secretRows(versions: readonly SecretVersion[]): SecretRow[] {
  const rows = new Map<string, SecretRow & { readonly version: number }>();
  for (const { name, version, createdAt } of versions) {
    const known = rows.get(name);
    const newest = known === undefined || version > known.version ? { version, createdAt } : known;
    rows.set(name, {
      name,
      version: newest.version,
      reference: `${name}#v${newest.version}`,
      versions: (known?.versions ?? 0) + 1,
      createdAt: newest.createdAt,
    });
  }
  return [...rows.values()]
    .map(({ version: _version, ...row }) => row)
    .toSorted((left, right) => left.name.localeCompare(right.name, 'en', { numeric: true }));
}

/** One line of the form of a secret. */
export interface SecretPart {
  readonly name: string;
  readonly value: string;
}

/** The parts as they are stored: lines without a name and a value are left out; undefined when none is complete or a half is missing. */
export function secretValue(parts: readonly SecretPart[]): Record<string, string> | undefined {
  const given = parts.filter(({ name, value }) => name.trim() !== '' || value !== '');
  if (given.length === 0 || given.some(({ name, value }) => name.trim() === '' || value === ''))
    return undefined;
  return Object.fromEntries(given.map(({ name, value }) => [name.trim(), value]));
}
