/** Fields of a login that name somebody instead of proving it: sites show them on every page. */
const NAMES: ReadonlySet<string> = new Set(['username', 'user', 'account', 'operator', 'login', 'branch']);

/** True when the value of this field of a secret may be seen nowhere. */
export function isSecretField(field: string): boolean {
  return !NAMES.has(field);
}
