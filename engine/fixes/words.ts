import type { FixWork } from './types.ts';

const WORDS: Readonly<Record<'zh' | 'en', Readonly<Record<FixWork['kind'], string>>>> = {
  zh: {
    rename: '改名为“{value}”',
    'jump-to': '改为去“{value}”',
    'go-on': '改为继续下一步',
    'use-function': '改用 {value}',
    'fill-default': '把 {name} 填为 {value}',
    'drop-field': '去掉 {name}',
    'rename-field': '把 {name} 改为 {value}',
    convert: '改写为 {value}',
    choose: '改为 {value}',
    'remove-step': '删除“{name}”',
  },
  en: {
    rename: 'Rename to “{value}”',
    'jump-to': 'Go to “{value}” instead',
    'go-on': 'Go on to the next step instead',
    'use-function': 'Use {value}',
    'fill-default': 'Set {name} to {value}',
    'drop-field': 'Take {name} out',
    'rename-field': 'Change {name} to {value}',
    convert: 'Write it as {value}',
    choose: 'Change to {value}',
    'remove-step': 'Delete “{name}”',
  },
};

/** What a fix does, in a few words for its button. */
export function fixWords({ kind, name, value = '' }: FixWork, language: 'zh' | 'en'): string {
  return WORDS[language][kind].replace('{name}', name).replace('{value}', value);
}
