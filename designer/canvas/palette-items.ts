import type { JsonObject } from '../../domain/json.ts';
import type { TaskKind } from '../../engine/tasks.ts';
import type { StepDefinition, StepGroup, Words } from '../../steps/define-step.ts';

/** Where an entry stands in the palette: a domain, or the building blocks of the language. */
export type PaletteGroup = StepGroup | 'logic';

/** What can be put into a flow. */
export interface PaletteItem {
  /** Stable: step type, or kind of block. */
  readonly key: string;
  readonly group: PaletteGroup;
  readonly title: Words;
  readonly help: Words;
  readonly icon: string | undefined;
  readonly kind: TaskKind;
  /** `name:version` for a step of the catalogue. */
  readonly step: string | undefined;
  /** The least that makes a task of it; what is required and has no sensible beginning is left to the form. */
  readonly task: JsonObject;
}

const block = (
  kind: TaskKind,
  zh: [string, string],
  en: [string, string],
  task: JsonObject,
): PaletteItem => ({
  key: kind,
  group: 'logic',
  title: { zh: zh[0], en: en[0] },
  help: { zh: zh[1], en: en[1] },
  icon: undefined,
  kind,
  step: undefined,
  task,
});

/** The blocks of the flow language; `switch` is laid out by the edit that inserts it. */
export const BLOCKS: readonly PaletteItem[] = [
  block(
    'switch',
    ['分支', '按条件走不同的路，都不满足时走“其他情况”'],
    ['Branch', 'Goes different ways by condition, with one for all other cases'],
    {
      switch: [],
    },
  ),
  block(
    'fork',
    ['并行', '几条支路同时进行，全部完成后继续'],
    ['In parallel', 'Several ways at the same time; goes on when all are done'],
    {
      fork: { branches: [{ way1: { do: [] } }, { way2: { do: [] } }] },
    },
  ),
  block(
    'for',
    ['逐项处理', '对清单里的每一项做同样的步骤'],
    ['For each', 'The same steps for every item of a list'],
    {
      for: { each: 'item', in: '${ [] }' },
      do: [],
    },
  ),
  block(
    'try',
    ['出错时处理', '里面的步骤失败时，重试或改走别的步骤'],
    ['On failure', 'Retries or does something else when a step inside fails'],
    {
      try: [],
      catch: { do: [] },
    },
  ),
  block('do', ['分组', '把几个步骤收在一起，可折叠'], ['Group', 'Keeps some steps together; can be folded'], {
    do: [],
  }),
  block('wait', ['等待', '等一段时间再继续'], ['Wait', 'Goes on after some time'], { wait: 'PT5M' }),
  block(
    'listen',
    ['等待事件', '收到指定事件后继续'],
    ['Wait for an event', 'Goes on when an event has come'],
    {
      listen: { to: { one: { with: { type: 'com.example.event' } } } },
    },
  ),
  block(
    'emit',
    ['发出事件', '告诉别的系统或流程发生了什么'],
    ['Send an event', 'Tells other systems or flows what happened'],
    {
      emit: { event: { with: { source: 'https://afterbell/flow', type: 'com.example.event' } } },
    },
  ),
  block(
    'set',
    ['整理数据', '算出或改名几个值，供后面的步骤使用'],
    ['Set values', 'Computes or renames values for later steps'],
    {
      set: { value: '' },
    },
  ),
  block(
    'run',
    ['运行另一个流程', '启动子流程，等它结束或不等'],
    ['Run another flow', 'Starts a flow inside this one, waiting for it or not'],
    {
      run: { workflow: { namespace: 'default', name: 'flow', version: '1.0.0' } },
    },
  ),
  block(
    'raise',
    ['报错结束', '以指定的错误结束，外层可以处理'],
    ['Fail on purpose', 'Ends with an error that an outer block can handle'],
    {
      raise: {
        error: { type: 'https://afterbell/errors/business', status: 400, title: '' },
      },
    },
  ),
];

/** The step types as palette entries, in the order of the catalogue. */
export function stepItems(definitions: readonly StepDefinition[]): PaletteItem[] {
  return definitions.map(({ type, version, title, help, icon, group }) => ({
    key: type,
    group,
    title,
    help,
    icon,
    kind: 'call',
    step: `${type}:${version}`,
    // The language calls HTTP by a keyword of its own.
    task:
      type === 'http'
        ? { call: 'http', with: { method: 'get', endpoint: '' } }
        : { call: `${type}:${version}@default`, with: {} },
  }));
}

/**
 * Entries that hold every word of a text, wherever: in titles of both languages, the technical name or the help. Titles that begin with
 * the text come first, then titles that hold it, then the rest; equal ones keep their order.
 */
export function findItems(items: readonly PaletteItem[], text: string): PaletteItem[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...items];
  const first = words[0] ?? '';
  const rank = ({ title, key }: PaletteItem): number => {
    const names = [title.zh, title.en.toLowerCase(), key];
    if (names.some((name) => name.startsWith(first))) return 0;
    return names.some((name) => name.includes(first)) ? 1 : 2;
  };
  return items
    .filter(({ title, help, key }) => {
      const all = `${title.zh} ${title.en} ${key} ${help.zh} ${help.en}`.toLowerCase();
      return words.every((word) => all.includes(word));
    })
    .toSorted((left, right) => rank(left) - rank(right));
}
