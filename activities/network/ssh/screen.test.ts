import { describe, expect, it } from 'vitest';
import { learnPrompt, readPrompt } from './prompt.ts';
import { cleanOutput, isPager, isQuestion, isTypeable } from './screen.ts';

const ESC = String.fromCharCode(27);

describe('reading a terminal', () => {
  it.each([
    [`${ESC}[2J${ESC}[1;31mup${ESC}[0m\r\n`, 'up\n'],
    ['a\r\r\nb\r\nc', 'a\nb\nc'],
    [`  ---- More ----${ESC}[16D                ${ESC}[16Dnext`, '  ---- More ----                next'],
    ['show\b\b\bxx', 'sxx'],
    ['old\rnew', 'new'],
    [`${ESC}]0;title${String.fromCharCode(7)}text${String.fromCharCode(0)}`, 'text'],
  ])('cleans %j', (raw, text) => {
    expect(cleanOutput(raw)).toBe(text);
  });

  it('tells pagers and questions from ordinary lines', () => {
    for (const line of [' --More-- ', '  ---- More ----', '<--- More --->']) expect(isPager(line)).toBe(true);
    for (const line of [
      'Continue? [Y/N]:',
      'Password:',
      '[confirm]',
      'Warning: sure? [Y(yes)/N(no)/C(cancel)]:',
    ])
      expect(isQuestion(line)).toBe(true);
    for (const line of ['sw1#', '<sw1>', 'description More or less']) {
      expect(isPager(line)).toBe(false);
      expect(isQuestion(line)).toBe(false);
    }
  });

  it('types nothing that ends a line or asks for help', () => {
    for (const line of ['a\nb', 'a\rb', 'a?b', `a${ESC}`, 'a\u0000', 'x'.repeat(501)])
      expect(isTypeable(line)).toBe(false);
    expect(isTypeable('description 座位 12')).toBe(true);
  });
});

describe('the learned prompt', () => {
  it('matches its own name and modes only', () => {
    const ios = learnPrompt('cisco_ios', 'access-switch-floor-seven#');
    if (!ios) throw new Error('not learned');
    expect(readPrompt(ios, 'access-switch-floor-seven>')?.mode).toBe('user');
    expect(readPrompt(ios, 'access-switch-floor-(config)#')?.mode).toBe('config');
    expect(readPrompt(ios, 'access-switch-floor-(config-if)#')?.mode).toBe('interface');
    for (const other of ['#', 'access#', 'acc(config)#', 'other-switch#', 'access-switch-floor-seven# x'])
      expect(readPrompt(ios, other)).toBeUndefined();
  });

  it('reads the candidate mark of VRP8 and is not fooled by a version line', () => {
    const vrp = learnPrompt('huawei_vrp', '<core>');
    if (!vrp) throw new Error('not learned');
    expect(readPrompt(vrp, '[~core]')).toEqual({ mode: 'config', candidate: 'clean' });
    expect(readPrompt(vrp, '[*core-GE1/0/5]')).toEqual({ mode: 'interface', candidate: 'changed' });
    expect(readPrompt(vrp, 'HRP_M[core-GigabitEthernet0/0/1]')).toEqual({
      mode: 'interface',
      candidate: null,
    });
    for (const other of ['[V200R009C00SPC500]', '<core2>', '[corex]', 'core>'])
      expect(readPrompt(vrp, other)).toBeUndefined();
    expect(learnPrompt('huawei_vrp', '[V200R009C00SPC500]')).toBeUndefined();
  });
});
