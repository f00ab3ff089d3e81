import type { TFunction } from 'i18next';
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { unwrapExpression } from '../../engine/expression/index.ts';
import { kindOf, listTasks, member, objectMember, textMember } from '../../engine/tasks.ts';
import { candidateText } from '../shared/person.ts';
import { splitDuration } from './form/duration.ts';
import type { FieldSpec } from './form/step-fields.ts';

/** Words that a summary is made of. */
export interface SummaryWords {
  readonly t: TFunction;
  readonly language: string;
  /** Name of the step behind each kept result. */
  readonly keptBy: ReadonlyMap<string, string>;
}

const MOST_PARTS = 3;
const LONGEST_VALUE = 40;

/**
 * One line of what a step will do, in the words of its form. `fields` are those of its catalogue function; `nameOf` gives the language's
 * word of a pair. Empty when there is nothing to tell yet.
 */
export function summaryOf(task: JsonObject, fields: readonly FieldSpec[], words: SummaryWords): string {
  const { t } = words;
  switch (kindOf(task)) {
    case 'call':
      return task['call'] === 'http' ? httpSummary(task, words) : callSummary(task, fields, words);
    case 'wait':
      return t('canvas.does.wait', { time: durationWords(task['wait'], words) });
    case 'set': {
      const set = task['set'];
      return isJsonObject(set)
        ? t('canvas.does.set', { names: Object.keys(set).join(t('canvas.does.comma')) })
        : t('canvas.does.computed');
    }
    case 'switch':
      return t('canvas.does.switch', { count: listTasks(task['switch']).length });
    case 'fork':
      return t(member(task, 'fork', 'compete') === true ? 'canvas.does.race' : 'canvas.does.fork', {
        count: listTasks(member(task, 'fork', 'branches')).length,
      });
    case 'for':
      return t('canvas.does.for', { list: valueWords(member(task, 'for', 'in'), words) });
    case 'try':
      return trySummary(task, t);
    case 'do':
      return t('canvas.does.do', { count: listTasks(task['do']).length });
    case 'listen':
      return t('canvas.does.listen', { type: eventType(task) });
    case 'emit':
      return t('canvas.does.emit', { type: textMember(task, 'emit', 'event', 'with', 'type') ?? '' });
    case 'run':
      return t('canvas.does.run', { flow: textMember(task, 'run', 'workflow', 'name') ?? '' });
    case 'raise':
      return t('canvas.does.raise', { title: textMember(task, 'raise', 'error', 'title') ?? '' });
    default:
      return '';
  }
}

function httpSummary(task: JsonObject, words: SummaryWords): string {
  const endpoint = member(task, 'with', 'endpoint');
  const address = typeof endpoint === 'string' ? endpoint : (textMember(endpoint, 'uri') ?? '');
  return `${(textMember(task, 'with', 'method') ?? '').toUpperCase()} ${valueWords(address, words)}`.trim();
}

function callSummary(task: JsonObject, fields: readonly FieldSpec[], words: SummaryWords): string {
  const given = objectMember(task, 'with') ?? {};
  const parts = fields
    .filter(({ name, isRequired }) => given[name] !== undefined && (isRequired || !isTaken(given[name])))
    .map(({ name, label, widget }) => {
      const value = given[name];
      const said = widget === 'duration' ? durationWords(value, words) : valueWords(value, words);
      return said === '' ? '' : `${words.language === 'en' ? label.en : label.zh} ${said}`;
    })
    .filter((part) => part !== '');
  return parts.slice(0, MOST_PARTS).join(' · ');
}

const isTaken = (value: Json | undefined): boolean =>
  typeof value === 'string' && unwrapExpression(value) !== undefined;

function trySummary(task: JsonObject, t: TFunction): string {
  const count = member(task, 'catch', 'retry', 'limit', 'attempt', 'count');
  const hasSteps = listTasks(member(task, 'catch', 'do')).length > 0;
  const retry = member(task, 'catch', 'retry') === undefined ? '' : retryWords(count, t);
  const steps = hasSteps ? t('canvas.does.catchSteps') : '';
  const words = [retry, steps].filter((part) => part !== '').join(t('canvas.does.comma'));
  return words === '' ? t('canvas.does.catchGoesOn') : words;
}

function retryWords(count: Json | undefined, t: TFunction): string {
  return typeof count === 'number' ? t('canvas.does.retry', { count }) : t('canvas.does.retryAlways');
}

function eventType(task: JsonObject): string {
  const to = objectMember(task, 'listen', 'to') ?? {};
  const filters = [
    to['one'],
    ...(Array.isArray(to['any']) ? to['any'] : []),
    ...(Array.isArray(to['all']) ? to['all'] : []),
  ];
  return filters
    .map((filter) => textMember(filter, 'with', 'type') ?? '')
    .filter((type) => type !== '')
    .join(' / ');
}

/** A literal duration in words, an expression as what it takes. */
export function durationWords(value: Json | undefined, words: SummaryWords): string {
  const { t } = words;
  const split = splitDuration(value);
  return split === undefined
    ? valueWords(value, words)
    : t(`canvas.time.${split.unit}`, { count: split.amount });
}

/** A value as a person reads it in one line. An expression that takes a named earlier result says which. */
export function valueWords(value: Json | undefined, words: SummaryWords): string {
  const { t } = words;
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') {
    const source = unwrapExpression(value);
    return source === undefined ? shorten(candidateText(t, value)) : takenWords(source, words);
  }
  if (typeof value === 'boolean') return t(value ? 'canvas.form.yes' : 'canvas.form.no');
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) {
    const first = value.slice(0, 2).map((each) => valueWords(each, words));
    return (
      first.join(t('canvas.does.comma')) +
      (value.length > 2 ? t('canvas.does.andMore', { count: value.length }) : '')
    );
  }
  return t('canvas.does.members', { count: Object.keys(value).length });
}

function takenWords(source: string, { t, keptBy }: SummaryWords): string {
  const path = /^\$(context|workflow\.input)\.?([\w.]*)$/.exec(source.trim());
  if (path === null) return t('canvas.does.computed');
  const name = path[2] ?? '';
  if (path[1] !== 'context')
    return name === '' ? t('canvas.does.fromWholeInput') : t('canvas.does.fromInput', { what: name });
  const [kept = '', ...rest] = name.split('.');
  return t('canvas.does.from', { what: [keptBy.get(kept) ?? kept, ...rest].join(' · ') });
}

function shorten(text: string): string {
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}
