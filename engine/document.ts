import {
  Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml';
import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts';
import { joinPointer } from './pointer.ts';
import { errorAt } from './problems.ts';
import type { Problem } from './types.ts';

/** Bounds of a flow document. Bytes are UTF-8; depth counts nested maps and sequences; nodes bounds the expanded document. */
export const documentLimits = { bytes: 1_048_576, depth: 256, aliases: 100, nodes: 200_000 } as const;

const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype', '<<']);

/** A parsed flow document: its JSON, what is wrong with it, and the syntax tree that keeps comments and key order. */
export interface ParsedDocument {
  /** Absent when the text is not one YAML map within the limits. */
  readonly document?: JsonObject;
  readonly problems: readonly Problem[];
  readonly cst: FlowSource;
}

/** The text of a document beside its tree, so that an untouched document is written back byte for byte. */
export interface FlowSource {
  readonly source: string;
  readonly tree: Document.Parsed | Document;
  /** Set by whoever changes the tree: from then on the tree is what is rendered. */
  touched: boolean;
}

/**
 * Parses a flow document: YAML 1.2 core schema (JSON is a part of it), one document, no tags, no merge keys, at most 100 aliases, no
 * duplicate keys, no keys that reach a prototype. All findings come at once.
 */
export function parseFlowDocument(source: string): ParsedDocument {
  const lines = new LineCounter();
  const text = source.startsWith('\uFEFF') ? source.slice(1) : source;
  if (new TextEncoder().encode(source).length > documentLimits.bytes) {
    return refused(
      source,
      errorAt('', 'document-too-large', `the document is larger than ${documentLimits.bytes} bytes`),
    );
  }
  if (nestsTooDeep(text)) return refused(source, tooDeep());
  const tree = parse(text, lines);
  if (tree === undefined) return refused(source, tooDeep());
  const cst: FlowSource = { source, tree, touched: false };
  const problems: Problem[] = [];
  for (const error of tree.errors) {
    const { line, col } = lines.linePos(error.pos[0]);
    const code =
      error.code === 'DUPLICATE_KEY'
        ? 'duplicate-key'
        : error.code === 'MULTIPLE_DOCS'
          ? 'several-documents'
          : 'yaml-syntax';
    const detail = error.message.split(' at line')[0] ?? error.message;
    problems.push(
      errorAt(pointerOfOffset(tree, error.pos[0]), code, `line ${line}, column ${col}: ${detail}`),
    );
  }
  inspectTree(tree, lines, problems);
  if (problems.length > 0) return { problems, cst };
  const value = toJson(tree);
  if (value === undefined) {
    return {
      problems: [
        errorAt('', 'document-too-large', 'the document expands to too many values through aliases'),
      ],
      cst,
    };
  }
  if (!isJsonObject(value)) {
    return {
      problems: [errorAt('', 'not-a-map', 'a flow document is a YAML map with document and do')],
      cst,
    };
  }
  return { document: value, problems, cst };
}

/** The text of a document. Untouched: exactly what was parsed. Touched: the tree, comments and key order kept. */
export function renderFlowDocument(cst: FlowSource): string {
  return cst.touched ? cst.tree.toString({ lineWidth: 0 }) : cst.source;
}

function refused(source: string, problem: Problem): ParsedDocument {
  return { problems: [problem], cst: { source, tree: new Document(), touched: false } };
}

function tooDeep(): Problem {
  return errorAt('', 'document-too-deep', `the document nests deeper than ${documentLimits.depth}`);
}

function parse(text: string, lineCounter: LineCounter): Document.Parsed | undefined {
  try {
    return parseDocument(text, {
      schema: 'core',
      version: '1.2',
      merge: false,
      uniqueKeys: true,
      lineCounter,
      prettyErrors: false,
    });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** A cheap look at the brackets and the indentation, before the parser recurses into them. */
function nestsTooDeep(text: string): boolean {
  let depth = 0;
  let deepest = 0;
  for (const character of text) {
    if (character === '[' || character === '{') {
      depth += 1;
      deepest = Math.max(deepest, depth);
    } else if (character === ']' || character === '}') depth = Math.max(0, depth - 1);
  }
  return deepest > 2_000 || /(?:- ){300}|(?:\? ){300}/.test(text);
}

function inspectTree(tree: Document, lines: LineCounter, problems: Problem[]): void {
  let deep = false;
  visit(tree, {
    Node(_key, node, path) {
      const at = node.range === undefined || node.range === null ? undefined : lines.linePos(node.range[0]);
      const where = at === undefined ? '' : `line ${at.line}, column ${at.col}: `;
      if (path.filter((each) => !isPair(each)).length > documentLimits.depth + 1) {
        if (!deep) problems.push(tooDeep());
        deep = true;
        return visit.SKIP;
      }
      const tag = 'tag' in node && typeof node.tag === 'string' ? node.tag : undefined;
      if (tag !== undefined && !isAlias(node)) {
        problems.push(
          errorAt(pointerOfPath(path, _key), 'yaml-tag', `${where}tags such as ${tag} are not allowed`),
        );
      }
      return undefined;
    },
    Pair(_key, pair, path) {
      const key = isScalar(pair.key) ? keyText(pair.key.value) : undefined;
      const range = isScalar(pair.key) ? pair.key.range : undefined;
      const at = range === undefined || range === null ? undefined : lines.linePos(range[0]);
      const where = at === undefined ? '' : `line ${at.line}, column ${at.col}: `;
      if (key === undefined) {
        problems.push(
          errorAt(pointerOfPath(path, null), 'forbidden-key', `${where}a key must be a plain text`),
        );
      } else if (FORBIDDEN_KEYS.has(key)) {
        problems.push(
          errorAt(pointerOfPath(path, null), 'forbidden-key', `${where}the key ${key} is not allowed`),
        );
      }
      return undefined;
    },
  });
}

function keyText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' || value === null
    ? String(value)
    : undefined;
}

function pointerOfPath(path: readonly unknown[], key: unknown): string {
  let pointer = '';
  for (const [at, step] of path.entries()) {
    const next = path[at + 1];
    if (isPair(step) && isScalar(step.key)) pointer = joinPointer(pointer, String(step.key.value));
    else if (isSeq(step)) {
      const index = next === undefined ? key : step.items.indexOf(next);
      if (typeof index === 'number') pointer = joinPointer(pointer, index);
    }
  }
  return pointer;
}

/** The pointer of the innermost value that spans an offset of the text. */
function pointerOfOffset(tree: Document, offset: number): string {
  let pointer = '';
  let node: unknown = tree.contents;
  const spans = (each: unknown): each is Node =>
    (isMap(each) || isSeq(each) || isScalar(each)) &&
    Array.isArray(each.range) &&
    each.range[0] <= offset &&
    offset <= each.range[2];
  while (node !== undefined) {
    if (isMap(node)) {
      const pair = node.items.find((each) => isPair(each) && (spans(each.value) || spans(each.key)));
      if (pair === undefined || !isScalar(pair.key)) break;
      pointer = joinPointer(pointer, String(pair.key.value));
      node = pair.value;
    } else if (isSeq(node)) {
      const index = node.items.findIndex(spans);
      if (index < 0) break;
      pointer = joinPointer(pointer, index);
      node = node.items[index];
    } else break;
  }
  return pointer;
}

function toJson(tree: Document): Json | undefined {
  let value: unknown;
  try {
    value = tree.toJS({ maxAliasCount: documentLimits.aliases });
  } catch (error) {
    if (error instanceof ReferenceError || error instanceof RangeError) return undefined;
    throw error;
  }
  const budget = { left: documentLimits.nodes };
  return clean(value, budget);
}

/** Plain JSON from what the parser gives; undefined over budget. Numbers JSON cannot hold (.inf, .nan) become text. */
function clean(value: unknown, budget: { left: number }): Json | undefined {
  budget.left -= 1;
  if (budget.left < 0) return undefined;
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (Array.isArray(value)) {
    const items: Json[] = [];
    for (const item of value) {
      const cleaned = clean(item, budget);
      if (cleaned === undefined) return undefined;
      items.push(cleaned);
    }
    return items;
  }
  if (typeof value !== 'object') return undefined;
  const object: JsonObject = {};
  for (const [key, member] of Object.entries(value)) {
    const cleaned = clean(member, budget);
    if (cleaned === undefined) return undefined;
    object[key] = cleaned;
  }
  return object;
}
