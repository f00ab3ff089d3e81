import type { Deviation } from './types.ts';

const WORDS = {
  zh: {
    notRun: '步骤“{name}”当时执行了，现在不会执行',
    newlyRun: '步骤“{name}”当时没有执行，现在会执行',
    newStep: '步骤“{name}”是新增的，会执行',
    otherStatus: '步骤“{name}”当时{before}，现在{after}',
    otherInput: '步骤“{name}”的输入不同：{fields}',
    rounds: '（{count} 次）',
  },
  en: {
    notRun: 'step “{name}” ran then and would not run now',
    newlyRun: 'step “{name}” did not run then and would run now',
    newStep: 'step “{name}” is new and would run',
    otherStatus: 'step “{name}” {before} then and {after} now',
    otherInput: 'step “{name}” gets another input: {fields}',
    rounds: ' ({count} rounds)',
  },
} as const;

const STATUS: Readonly<Record<'zh' | 'en', Readonly<Record<string, string>>>> = {
  zh: { completed: '完成', failed: '失败', waiting: '等待', running: '等待' },
  en: { completed: 'completed', failed: 'failed', waiting: 'waits', running: 'waits' },
};

/** A deviation in one plain sentence. */
export function deviationSentence(deviation: Deviation, language: 'zh' | 'en'): string {
  const words = WORDS[language];
  const status = (word = '') => STATUS[language][word] ?? word;
  const text = words[deviation.kind]
    .replace('{name}', deviation.name)
    .replace('{before}', status(deviation.status?.before))
    .replace('{after}', status(deviation.status?.after))
    .replace('{fields}', (deviation.fields ?? []).map(({ path }) => path || '/').join(', '));
  return deviation.visits > 1 ? text + words.rounds.replace('{count}', String(deviation.visits)) : text;
}
