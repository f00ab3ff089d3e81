import { expect, it } from 'vitest';
import { UsageError } from '../io.ts';
import { readStated } from './run-restart.ts';

it('reads what is said of an effect, whose id may hold any character', () => {
  expect(readStated('ab12=done')).toEqual({ effectId: 'ab12', as: 'done' });
  expect(readStated('r1/do/0/a=b#0.1=not-done')).toEqual({ effectId: 'r1/do/0/a=b#0.1', as: 'not-done' });
});

it.each(['ab12', 'ab12=maybe', '=done', ''])('refuses %j by name and rule', (text) => {
  expect(() => readStated(text)).toThrow(UsageError);
  expect(() => readStated(text)).toThrow(`--effect "${text}" is not ID=done or ID=not-done`);
});
