import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scriptCommand, scriptFaults, valueFaults } from './script.ts';

const run = (script: string, values: Record<string, string>): string =>
  execFileSync('/bin/sh', ['-c', scriptCommand(Buffer.from(script).toString('base64'), values)], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', SECRET_OF_THE_LOGIN: 'x' },
  });

describe('a script of the library', () => {
  it('gets its parameters whole, whatever is in them, and nothing of them is run', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 40 }).filter((text) => !text.includes('\0')),
        (value) => {
          expect(run('printf %s "$VALUE"', { VALUE: value })).toBe(value);
        },
      ),
      { numRuns: 60 },
    );
    expect(run('printf %s "$VALUE"', { VALUE: "'; touch /tmp/x; echo '$(id)`id`" })).toBe(
      "'; touch /tmp/x; echo '$(id)`id`",
    );
  });

  it('sees nothing of the login’s environment and stops at the first failure', () => {
    expect(run('env', {})).not.toContain('SECRET_OF_THE_LOGIN');
    expect(() => run('false\necho on', {})).toThrow(/failed/);
  });

  it('is refused with what is wrong with it', () => {
    expect(scriptFaults('', [{ name: 'path', pattern: '(' }])).toHaveLength(3);
    expect(scriptFaults('x', [{ name: 'PATH', pattern: '.*' }])).toEqual([
      'parameters: “PATH” changes the shell itself',
    ]);
    expect(scriptFaults('x', [{ name: 'A', pattern: 'a|b' }])).toEqual([]);
  });

  it('takes only values that match as a whole', () => {
    const parameters = [{ name: 'DAYS', pattern: '[0-9]{1,3}' }];
    expect(valueFaults(parameters, { DAYS: '7' })).toEqual([]);
    expect(valueFaults(parameters, { DAYS: '7; rm -rf /' })).toEqual(['DAYS does not match [0-9]{1,3}']);
    expect(valueFaults(parameters, { OTHER: '1' })).toEqual([
      'OTHER is not a parameter of the script',
      'DAYS is missing',
    ]);
  });
});
