/** A setting that cannot be used; `problem` completes the sentence "NAME …". */
export class SettingProblem extends Error {}

/** How the text of a setting becomes its value. Throws `SettingProblem`. */
export type SettingParser<Value> = (text: string) => Value;

/** Text that is not empty. */
export const text: SettingParser<string> = (value) => value;

/** Exactly `true` or `false`, also `on` and `off`; nothing else is a boolean here. */
export const flag: SettingParser<boolean> = (value) => {
  if (value === 'true' || value === 'on') return true;
  if (value === 'false' || value === 'off') return false;
  throw new SettingProblem(`must be true, false, on or off, not “${value}”`);
};

/** A whole decimal number within bounds, both included. */
export function whole(least: number, most: number): SettingParser<number> {
  return (value) => {
    const parsed = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    if (!(parsed >= least && parsed <= most))
      throw new SettingProblem(`must be a whole number from ${least} to ${most}, not “${value}”`);
    return parsed;
  };
}

/** One of a list of words. */
export function oneOf<const Word extends string>(words: readonly Word[]): SettingParser<Word> {
  return (value) => {
    const found = words.find((word) => word === value);
    if (found === undefined) throw new SettingProblem(`must be one of ${words.join(', ')}, not “${value}”`);
    return found;
  };
}

/** A URL of one of the schemes. The value is never repeated in the message: it may carry a password. */
export function url(schemes: readonly string[]): SettingParser<string> {
  return (value) => {
    const parsed = URL.canParse(value) ? new URL(value) : undefined;
    if (parsed === undefined || !schemes.includes(parsed.protocol.slice(0, -1)))
      throw new SettingProblem(`must be a URL that starts with ${schemes.join(':// or ')}://`);
    return value;
  };
}

/** URLs of one of the schemes, separated by commas. */
export function urls(schemes: readonly string[]): SettingParser<readonly string[]> {
  const one = url(schemes);
  return (value) => value.split(',').map((each) => one(each.trim()));
}

/** host:port, without a scheme. */
export const address: SettingParser<string> = (value) => {
  const match = /^(?:[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\]):(\d{1,5})$/.exec(value);
  const port = Number(match?.[1]);
  if (!(port >= 1 && port <= 65_535)) throw new SettingProblem(`must be host:port, not “${value}”`);
  return value;
};

/** A name of lower-case letters, digits and dashes, at most 40 long: it becomes part of a task queue name. */
export const label: SettingParser<string> = (value) => {
  if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(value))
    throw new SettingProblem(`must be lower-case letters, digits and dashes, at most 40, not “${value}”`);
  return value;
};

/** Host names or addresses, separated by commas. */
export const hosts: SettingParser<readonly string[]> = (value) => {
  const names = value.split(',').map((name) => name.trim());
  const bad = names.find((name) => !/^[A-Za-z0-9.-]+$|^\[?[0-9a-fA-F:]+\]?$/.test(name));
  if (bad !== undefined) throw new SettingProblem(`must be host names separated by commas; “${bad}” is none`);
  return names;
};
