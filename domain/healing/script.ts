/** A parameter of a script: an environment variable whose value matches a pattern. */
export interface ScriptParameter {
  /** Upper-case letters, digits and underscores, at most 31 characters. */
  readonly name: string;
  /** Regular expression the whole value must match. */
  readonly pattern: string;
}

/** Longest script, in UTF-8 bytes: it travels in one command. */
export const MOST_SCRIPT_BYTES = 32_768;
/** Longest value of a parameter, in characters. */
const MOST_VALUE_CHARS = 1_000;
const NAME = /^[A-Z][A-Z0-9_]{0,30}$/;
/** Variables that change what a shell does, not what a script is told. */
const REFUSED = new Set([
  'PATH',
  'IFS',
  'ENV',
  'BASH_ENV',
  'LD_PRELOAD',
  'LD_LIBRARY_PATH',
  'SHELLOPTS',
  'PS4',
]);

/** What is wrong with a script before it is stored; empty when nothing is. */
export function scriptFaults(content: string, parameters: readonly ScriptParameter[]): string[] {
  const faults: string[] = [];
  const bytes = new TextEncoder().encode(content).length;
  if (content.trim() === '') faults.push('content: a script without commands does nothing');
  if (bytes > MOST_SCRIPT_BYTES) faults.push(`content: ${bytes} bytes are more than ${MOST_SCRIPT_BYTES}`);
  if (content.includes('\0')) faults.push('content: a NUL character cannot be sent');
  for (const { name, pattern } of parameters) {
    if (!NAME.test(name))
      faults.push(`parameters: “${name}” must be upper-case letters, digits and underscores`);
    if (REFUSED.has(name)) faults.push(`parameters: “${name}” changes the shell itself`);
    if (compile(pattern) === undefined)
      faults.push(`parameters: the pattern of ${name} is no regular expression`);
  }
  if (new Set(parameters.map(({ name }) => name)).size !== parameters.length)
    faults.push('parameters: a name stands twice');
  return faults;
}

/** What is wrong with the values given; empty when nothing is. Every parameter needs a value, and nothing else is taken. */
export function valueFaults(
  parameters: readonly ScriptParameter[],
  values: Readonly<Record<string, string>>,
): string[] {
  const known = new Set(parameters.map(({ name }) => name));
  const unknown = Object.keys(values).filter((name) => !known.has(name));
  return [
    ...unknown.map((name) => `${name} is not a parameter of the script`),
    ...parameters.flatMap(({ name, pattern }) => {
      const value = values[name];
      if (value === undefined) return [`${name} is missing`];
      if (value.length > MOST_VALUE_CHARS || value.includes('\0'))
        return [`${name} is too long or holds a NUL character`];
      return compile(pattern)?.test(value) === true ? [] : [`${name} does not match ${pattern}`];
    }),
  ];
}

/**
 * The one command that runs a script on a host: the text travels in base64 into a shell with an empty environment, parameters stand beside it
 * as quoted variables. Nothing of text or value is ever read by the login shell.
 *
 * @param contentBase64 the script in base64
 */
export function scriptCommand(contentBase64: string, values: Readonly<Record<string, string>>): string {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(contentBase64)) throw new Error('the script is not in base64');
  const variables = Object.entries(values).map(([name, value]) => {
    if (!NAME.test(name) || REFUSED.has(name)) throw new Error(`“${name}” cannot be a variable`);
    return `${name}=${quote(value)}`;
  });
  const environment = [
    'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    ...variables,
  ].join(' ');
  return `printf %s ${quote(contentBase64)} | base64 -d | env -i ${environment} /bin/sh -eu -s`;
}

function quote(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}

function compile(pattern: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${pattern})$`, 'u');
  } catch {
    return undefined;
  }
}
