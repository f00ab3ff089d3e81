import { isJsonObject, type Json } from '../domain/json.ts';

/** One token of a JSON pointer, escaped as RFC 6901 says (`~` -> `~0`, `/` -> `~1`). */
export function pointerToken(token: string | number): string {
  return String(token).replaceAll('~', '~0').replaceAll('/', '~1');
}

/** What a token of a JSON pointer stands for: the other way round. */
export function tokenText(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** A JSON pointer with more tokens at its end. */
export function joinPointer(base: string, ...tokens: readonly (string | number)[]): string {
  return base + tokens.map((token) => `/${pointerToken(token)}`).join('');
}

/** The value a JSON pointer leads to, undefined when there is none. Looks at own members only. */
export function valueAt(root: Json, pointer: string): Json | undefined {
  let value: Json | undefined = root;
  if (pointer === '') return value;
  for (const raw of pointer.slice(1).split('/')) {
    const token = tokenText(raw);
    if (Array.isArray(value)) value = value[Number(token)];
    else if (isJsonObject(value) && Object.hasOwn(value, token)) value = value[token];
    else return undefined;
  }
  return value;
}
