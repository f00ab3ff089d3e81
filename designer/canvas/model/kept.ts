import type { JsonObject } from '../../../domain/json.ts';

/** What keeps a step's result for later steps. */
export function keepAs(name: string): string {
  return `\${ $context + { ${name}: . } }`;
}

/** The name a step keeps its result under, undefined when it keeps none or in a way of its own. */
export function keptName(task: JsonObject): string | undefined {
  const kept = task['export'];
  const as = typeof kept === 'object' && kept !== null && !Array.isArray(kept) ? kept['as'] : undefined;
  return typeof as === 'string'
    ? /^\$\{ ?\$context \+ \{ ([A-Za-z_]\w*): \. \} ?\}$/.exec(as.trim())?.[1]
    : undefined;
}
