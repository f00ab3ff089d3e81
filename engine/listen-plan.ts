import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts';
import type { ListenEnd, ListenFilter, NodeBase, NodeOf } from './plan.ts';
import { member, objectMember, textMember } from './tasks.ts';
import { expressionSource, templateOf } from './templates.ts';

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

function listenFilter(filter: JsonObject): ListenFilter {
  const wanted = objectMember(filter, 'with') ?? {};
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
