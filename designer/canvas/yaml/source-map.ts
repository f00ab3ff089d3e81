import { isMap, isNode, isPair, isScalar, isSeq, type Node } from 'yaml';
import { parseFlowDocument } from '../../../engine/document.ts';

/** A stretch of text, offsets in UTF-16 units. */
export interface TextRange {
  readonly from: number;
  readonly to: number;
}

/** Offsets at which the lines of a text begin. */
export function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

let lastParsed: { readonly text: string; readonly contents: unknown } | undefined;

function contentsOf(text: string): unknown {
  if (lastParsed?.text !== text) lastParsed = { text, contents: parseFlowDocument(text).cst.tree.contents };
  return lastParsed.contents;
}

/**
 * Where a problem, or the task at a pointer, stands in the text: the key of the member, else the nearest one around it. A problem of the
 * text itself names line and column in its message.
 */
export function rangeOf(
  text: string,
  starts: readonly number[],
  { pointer, message }: { readonly pointer: string; readonly message: string },
): TextRange {
  const told = /^line (\d+), column (\d+)/.exec(message);
  if (told !== null) {
    const from = Math.min(text.length, (starts[Number(told[1]) - 1] ?? 0) + Number(told[2]) - 1);
    return { from, to: Math.min(text.length, from + 1) };
  }
  let node: unknown = contentsOf(text);
  let range: TextRange = { from: 0, to: Math.min(text.length, 1) };
  const keep = (found: unknown) => {
    const span = isNode(found) ? (found as Node).range : undefined;
    if (span !== undefined && span !== null)
      range = { from: Math.min(span[0], text.length), to: Math.min(span[1], text.length) };
  };
  for (const raw of pointer === '' ? [] : pointer.slice(1).split('/')) {
    const token = raw.replaceAll('~1', '/').replaceAll('~0', '~');
    if (isMap(node)) {
      const pair = node.items.find(
        (each) => isPair(each) && isScalar(each.key) && String(each.key.value) === token,
      );
      if (pair === undefined) break;
      keep(pair.key);
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(token)];
      if (node === undefined) break;
    } else break;
  }
  return range;
}
