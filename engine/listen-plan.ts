import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts';
import { ExpressionError, unwrapExpression } from './expression/index.ts';
import { compileRegex } from './expression/regex.ts';
import type { ListenEnd, ListenFilter, NodeBase, NodeOf } from './plan.ts';
import { member, objectMember, textMember } from './tasks.ts';
import { expressionSource, templateOf } from './templates.ts';

const PATTERN_MARK = /[\\^$*+?()[\]{}|]/;

/** What a listen task waits for, sorted out: filters, mode, end, and how events are read. */
export function listenPlan(task: JsonObject): Omit<NodeOf<'listen'>, keyof NodeBase | 'foreach'> {
  const read = textMember(task, 'listen', 'read');
  const { mode, filters } = listenFilters(objectMember(task, 'listen', 'to') ?? {});
  return {
    kind: 'listen',
    mode,
    filters: filters.map(listenFilter),
    ...listenEnd(member(task, 'listen', 'to', 'until')),
    read: read === 'envelope' || read === 'raw' ? read : 'data',
  };
}

/** The filters of `listen.to`: a single one, all of several, or any of them. */
function listenFilters(to: JsonObject): { mode: NodeOf<'listen'>['mode']; filters: JsonObject[] } {
  const several = (value: Json | undefined): JsonObject[] =>
    Array.isArray(value) ? value.filter(isJsonObject) : [];
  if (isJsonObject(to['one'])) return { mode: 'one', filters: [to['one']] };
  if (to['all'] !== undefined) return { mode: 'all', filters: several(to['all']) };
  return { mode: 'any', filters: several(to['any']) };
}

function listenEnd(until: Json | undefined): { until?: ListenEnd } {
  if (typeof until === 'string') return { until: { expr: expressionSource(until) } };
  if (!isJsonObject(until)) return {};
  const { mode, filters } = listenFilters(until);
  return { until: { mode, filters: filters.map(listenFilter) } };
}

/**
 * A filter's text as an expression where it can be a regular expression: it has one of the marks of one, and compiles. Such a text is met
 * by itself, and by whatever it matches as a whole; any other text is met by itself alone, and stays as it is.
 */
export function patternExpression(key: string, value: Json): string | undefined {
  if (typeof value !== 'string' || unwrapExpression(value) !== undefined || !isPattern(value))
    return undefined;
  const attribute = key === 'data' ? '.' : `.[${JSON.stringify(key)}]`;
  const pattern = JSON.stringify(`^(?:${value})$`);
  return `\${ (${attribute} == ${JSON.stringify(value)}) or ([${attribute} | strings | test(${pattern})] | any) }`;
}

function isPattern(text: string): boolean {
  if (!PATTERN_MARK.test(text)) return false;
  try {
    compileRegex(`^(?:${text})$`, '');
    return true;
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return false;
  }
}

function listenFilter(filter: JsonObject): ListenFilter {
  const wanted = Object.fromEntries(
    Object.entries(objectMember(filter, 'with') ?? {}).map(([key, value]) => [
      key,
      patternExpression(key, value) ?? value,
    ]),
  );
  const correlate = objectMember(filter, 'correlate');
  if (correlate === undefined) return { with: wanted };
  const keys = Object.entries(correlate).map(([name, key]) => {
    const expect = textMember(key, 'expect');
    return [
      name,
      {
        from: expressionSource(textMember(key, 'from') ?? '.'),
        ...(expect === undefined ? {} : { expect: templateOf(expect) }),
      },
    ] as const;
  });
  return { with: wanted, correlate: Object.fromEntries(keys) };
}
