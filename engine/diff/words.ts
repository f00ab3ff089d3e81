import type { Json } from '../../domain/json.ts';
import type { FlowChange } from './diff.ts';

/** Longer values are cut in a sentence; the fields carry them whole. */
const MOST_CHARS = 60;

const WORDS = {
  zh: {
    added: '新增步骤“{name}”',
    removed: '删除步骤“{name}”',
    moved: '步骤“{name}”移到“{behind}”之后',
    movedFirst: '步骤“{name}”移到开头',
    renamed: '步骤“{oldName}”改名为“{name}”',
    changed: '步骤“{name}”的 {path}：{before} 改为 {after}',
    set: '步骤“{name}”增加 {path}：{after}',
    cleared: '步骤“{name}”去掉 {path}（原为 {before}）',
    flow: '流程的 {path}：{before} 改为 {after}',
    flowSet: '流程增加 {path}：{after}',
    flowCleared: '流程去掉 {path}（原为 {before}）',
  },
  en: {
    added: 'step “{name}” added',
    removed: 'step “{name}” removed',
    moved: 'step “{name}” moved behind “{behind}”',
    movedFirst: 'step “{name}” moved to the beginning',
    renamed: 'step “{oldName}” is now called “{name}”',
    changed: 'step “{name}”: {path} is {after}, was {before}',
    set: 'step “{name}”: {path} is now {after}',
    cleared: 'step “{name}”: {path} is gone, was {before}',
    flow: 'flow: {path} is {after}, was {before}',
    flowSet: 'flow: {path} is now {after}',
    flowCleared: 'flow: {path} is gone, was {before}',
  },
} as const;

/** A change in plain words: one sentence, for changed fields one per field. */
export function changeSentences(change: FlowChange, language: 'zh' | 'en'): string[] {
  const words = WORDS[language];
  if (change.kind === 'changed' || change.kind === 'flow') {
    const [both, set, cleared] =
      change.kind === 'flow'
        ? [words.flow, words.flowSet, words.flowCleared]
        : [words.changed, words.set, words.cleared];
    const name = change.kind === 'flow' ? '' : change.name;
    return change.fields.map(({ path, before, after }) =>
      fill(before === undefined ? set : after === undefined ? cleared : both, {
        name,
        path: path.slice(1).replaceAll('/', '.'),
        before: shown(before),
        after: shown(after),
      }),
    );
  }
  if (change.kind === 'moved')
    return [
      fill(change.behind === null ? words.movedFirst : words.moved, {
        name: change.name,
        behind: change.behind ?? '',
      }),
    ];
  if (change.kind === 'renamed') return [fill(words.renamed, { name: change.name, oldName: change.oldName })];
  return [fill(words[change.kind], { name: change.name })];
}

function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (_whole, key: string) => values[key] ?? '');
}

function shown(value: Json | undefined): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.length > MOST_CHARS ? `${text.slice(0, MOST_CHARS)}…` : text;
}
