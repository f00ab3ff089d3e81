import { describe, expect, it } from 'vitest';
import { lintBotScript } from './bot-lint.ts';
import { BotParamProblem, fillBotText, redactSecrets, resolveBotParams } from './bot-script.ts';
import type { Json, JsonObject } from '../json.ts';

const by = (kind: string, value: string): JsonObject => ({ by: kind, value });
const target = (...candidates: JsonObject[]): JsonObject => ({ candidates });
const script = (...steps: JsonObject[]): JsonObject => ({
  schemaVersion: 1,
  name: 'bot',
  params: [{ name: 'day' }],
  secrets: [{ name: 'login', fields: ['password'] }],
  session: { baseUrl: 'http://legacy' },
  steps: [{ id: 'group', op: 'group', title: 'g', steps }],
});
const codes = (value: Json): string[] =>
  lintBotScript(value).map(({ code, pointer }) => `${code} ${pointer}`);

describe('the linter of bot scripts', () => {
  it('finds nothing in a sound script', () => {
    const fill = {
      id: 'a',
      op: 'fill',
      value: '{{day}}',
      target: target(by('label', 'Day'), by('css', '#d')),
    };
    expect(codes(script({ id: 'o', op: 'goto', url: '/' }, fill))).toEqual([]);
  });

  it('refuses an unknown operation and a fixed sleep, with their place', () => {
    expect(codes(script({ id: 'a', op: 'evaluate' }, { id: 'b', op: 'sleep', ms: 3000 }))).toEqual([
      'unknown-op /steps/0/steps/0/op',
      'fixed-sleep /steps/0/steps/1/op',
    ]);
  });

  it('refuses a commit that cannot be verified', () => {
    const commit = { id: 'a', op: 'click', sideEffect: 'commit', target: target(by('text', 'Send')) };
    expect(codes(script(commit))).toEqual(['commit-needs-verify /steps/0/steps/0']);
    expect(codes(script({ ...commit, verify: { target: target(by('text', 'Sent')) } }))).toEqual([]);
  });

  it('refuses a typed password, by the words of its target or its id', () => {
    for (const word of ['input[name=oppwd]', 'Password', '交易密码', '口令'])
      expect(codes(script({ id: 'a', op: 'fill', value: 'x', target: target(by('css', word)) }))).toContain(
        'typed-password /steps/0/steps/0/value',
      );
  });

  it('refuses a secret outside the sign-in and one nobody declared', () => {
    const fill = {
      id: 'a',
      op: 'fillSecret',
      secret: 'login',
      field: 'pin',
      target: target(by('css', '#p')),
    };
    expect(codes(script(fill))).toEqual([
      'secret-outside-login /steps/0/steps/0',
      'undeclared-secret /steps/0/steps/0',
    ]);
  });

  it('warns of candidates that break, and of a fragile one before a sturdy one', () => {
    const click = (candidates: JsonObject) => script({ id: 'a', op: 'click', target: candidates });
    expect(codes(click(target(by('css', 'td:nth-child(3)'))))).toEqual([
      'nth-child /steps/0/steps/0/target/candidates/0',
    ]);
    expect(codes(click(target(by('css', 'div > table > tr > td'))))).toEqual([
      'deep-css /steps/0/steps/0/target/candidates/0',
    ]);
    expect(codes(click(target(by('css', '#a'), by('role', 'button'))))).toEqual([
      'fragile-first /steps/0/steps/0/target/candidates/1',
    ]);
    expect(codes(click({ candidates: [] }))).toEqual(['no-candidate /steps/0/steps/0/target/candidates']);
  });

  it('wants names once, parameters declared, steps in one group deep', () => {
    const twice = { id: 'a', op: 'goto', url: '/{{month}}' };
    expect(codes(script(twice, twice))).toEqual([
      'duplicate-id /steps/0/steps/1/id',
      'undeclared-param /params',
      'undeclared-param /params',
    ]);
    expect(codes({ ...script(), steps: [{ id: 'x', op: 'goto', url: '/' }] })).toEqual([
      'outside-group /steps/0',
    ]);
  });

  it('wants a way back in where a session can expire', () => {
    const expiring = { ...script({ id: 'a', op: 'click', target: target(by('text', 'x')) }) };
    expiring.session = { baseUrl: 'http://legacy', expired: target(by('text', 'bye')) };
    expect(codes(expiring)).toEqual(['expiry-without-login /session/expired', 'group-without-goto /steps/0']);
  });
});

describe('parameters and secrets of a bot', () => {
  it('takes given values over defaults and refuses the rest', () => {
    const params = {
      params: [
        { name: 'day', pattern: '\\d{4}' },
        { name: 'page', default: '1' },
      ],
    };
    expect(resolveBotParams(params, { day: '2026' })).toEqual({ day: '2026', page: '1' });
    for (const given of [{}, { day: '26' }, { day: '2026', other: 'x' }] as Array<Record<string, string>>)
      expect(() => resolveBotParams(params, given)).toThrow(BotParamProblem);
  });

  it('puts parameters in once and evaluates nothing', () => {
    expect(fillBotText('/{{a}}/{{b}}', { a: '{{b}}', b: '2' })).toBe('/{{b}}/2');
    expect(fillBotText('{{ 1+1 }} ${x}', {})).toBe('{{ 1+1 }} ${x}');
    expect(() => fillBotText('{{toString}}', {})).toThrow(BotParamProblem);
  });

  it('takes secrets out of a text, the longer first', () => {
    expect(redactSecrets('fill("abcd") then "abc"', ['abc', 'abcd', ''])).toBe(
      'fill("[secret]") then "[secret]"',
    );
  });
});
