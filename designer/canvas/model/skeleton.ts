import type { JsonObject } from '../../../domain/json.ts';
import type { PaletteItem } from '../palette-items.ts';
import { keepAs } from './kept.ts';

const EXPORT = /\$context \+ \{ ([A-Za-z_]\w*): \. \}/g;

/** Names under which steps of a text keep their results. */
export function keptNames(text: string): Set<string> {
  return new Set([...text.matchAll(EXPORT)].map((match) => match[1] ?? ''));
}

/** A name an expression can use, from a step type: `device-collect` is `deviceCollect`, or with a number when that is taken. */
export function resultName(type: string, taken: ReadonlySet<string>): string {
  const name = type.replace(/[^A-Za-z0-9]+(.)?/g, (_match, letter?: string) => (letter ?? '').toUpperCase());
  const base = /^[A-Za-z_]/.test(name) ? name : `result${name}`;
  for (let at = 1; ; at += 1) {
    const wish = at === 1 ? base : `${base}${at}`;
    if (!taken.has(wish)) return wish;
  }
}

/** A new task from an entry of the palette; steps of the catalogue keep their result under a free name. */
export function newTask(item: PaletteItem, branch: string, taken: ReadonlySet<string>): JsonObject {
  if (item.kind === 'fork')
    return { fork: { branches: [{ [`${branch} 1`]: { do: [] } }, { [`${branch} 2`]: { do: [] } }] } };
  return item.kind === 'call'
    ? { ...item.task, export: { as: keepAs(resultName(item.key, taken)) } }
    : item.task;
}

/** A new flow: nothing in it but its identity. */
export function blankFlow(name: string, title: string): string {
  return `document:
  dsl: "1.0.3"
  namespace: default
  name: ${name}
  version: "1.0.0"
  title: ${JSON.stringify(title)}
do: []
`;
}
