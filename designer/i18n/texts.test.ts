import { describe, expect, it } from 'vitest';
import { everyText } from './every.ts';

type Tree = { readonly [key: string]: string | Tree };

function texts(tree: Tree, at = ''): Array<[string, string]> {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[`${at}${key}`, value] as [string, string]] : texts(value, `${at}${key}.`),
  );
}

const chinese = new Map(texts(everyText['zh-CN']));
const english = new Map(texts(everyText.en));
const variables = (text: string) =>
  [...text.matchAll(/\{\{(\w+)\}\}/g)]
    .map((match) => match[1] ?? '')
    .toSorted((left, right) => left.localeCompare(right));

describe('texts', () => {
  it('has every key in both languages', () => {
    expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort());
    expect(chinese.size).toBeGreaterThan(200);
  });

  it('uses the same variables in both', () => {
    for (const [key, text] of chinese)
      expect(variables(english.get(key) ?? ''), key).toEqual(variables(text));
  });

  it('is calm: no exclamation marks, no empty text, no “please wait”', () => {
    for (const [key, text] of [...chinese, ...english]) {
      expect(text, key).not.toMatch(/[!！]|^\s*$|please wait|请稍候/i);
    }
  });

  it('is Chinese in Chinese and English in English', () => {
    for (const [key, text] of english)
      if (key !== 'shell.languageShort') expect(text, key).not.toMatch(/[\u4e00-\u9fff]/);
    const plain = [...chinese].filter(([, text]) => !/[\u4e00-\u9fff]/.test(text)).map(([key]) => key);
    expect(plain.filter((key) => !/^(canvas|sheets)\./.test(key))).toEqual([
      'clock.tradingDay',
      'devices.platformName.cisco_ios',
      'devices.platformName.ovs',
    ]);
    // Names, signs and counters of the designer.
    expect(plain.filter((key) => /^(canvas|sheets)\./.test(key)).toSorted()).toEqual([
      'canvas.bar.yaml',
      'canvas.does.comma',
      'canvas.tools.found_one',
      'canvas.tools.found_other',
      'canvas.yaml.title',
      'sheets.keys.yaml',
    ]);
  });
});
