import type { ParsedDocument } from '../../engine/document.ts';
import { type Json, isJsonObject } from './json-shape.ts';

/** The schema of a flow's input as its document states it; undefined when it states none. */
export function schemaOf({ document }: Pick<ParsedDocument, 'document'>): Json | undefined {
  let part: Json | undefined = document;
  for (const name of ['input', 'schema', 'document']) {
    if (!isJsonObject(part)) return undefined;
    part = part[name];
  }
  return part;
}
