import type { Plugin } from 'vite';

/** Texts of one language: nested objects with texts at the leaves. */
export type TextTree = { readonly [key: string]: string | TextTree };

/** One thing that is wrong with the texts, in a line. */
type Fault = string;

interface SyntaxNode {
  readonly type: string;
  readonly [member: string]: unknown;
}

const PLURALS = ['_zero', '_one', '_two', '_few', '_many', '_other'];

/** Every text by its dotted key. */
export function flatten(tree: TextTree, at = ''): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') texts.set(at + key, value);
    else for (const [inner, text] of flatten(value, `${at}${key}.`)) texts.set(inner, text);
  }
  return texts;
}

/** Keys that one language has and another lacks, and texts whose variables differ. */
export function compareLanguages(languages: Readonly<Record<string, TextTree>>): Fault[] {
  const all = Object.entries(languages).map(([name, tree]) => [name, flatten(tree)] as const);
  return all.flatMap(([name, texts]) =>
    all
      .filter(([other]) => other !== name)
      .flatMap(([other, others]) =>
        [...texts].flatMap(([key, text]): Fault[] => {
          const translated = others.get(key);
          if (translated === undefined) return [`${key} is missing in ${other}`];
          return name < other && variables(text) !== variables(translated)
            ? [`${key} has other variables in ${other} than in ${name}`]
            : [];
        }),
      ),
  );
}

function variables(text: string): string {
  return [...text.matchAll(/\{\{(\w+)\}\}/g)]
    .map((match) => match[1] ?? '')
    .toSorted((left, right) => (left < right ? -1 : 1))
    .join(' ');
}

/** What a page asks for: whole keys, and beginnings of keys whose end is only known at run time. */
export interface AskedTexts {
  readonly keys: ReadonlySet<string>;
  readonly beginnings: ReadonlySet<string>;
}

/** Keys given to `t(...)` in a syntax tree: literals, either side of a choice, and the fixed beginning of a template. */
export function askedTexts(tree: unknown): AskedTexts {
  const keys = new Set<string>();
  const beginnings = new Set<string>();
  walk(tree, (node) => {
    const isCall = node.type === 'CallExpression' && isNamed(node['callee'], 't');
    const first =
      isCall && Array.isArray(node['arguments']) ? (node['arguments'] as unknown[])[0] : undefined;
    collect(first, keys, beginnings);
  });
  return { keys, beginnings };
}

function isNode(value: unknown): value is SyntaxNode {
  return (
    typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
  );
}

function isNamed(node: unknown, name: string): boolean {
  return isNode(node) && node.type === 'Identifier' && node['name'] === name;
}

function walk(value: unknown, visit: (node: SyntaxNode) => void): void {
  if (Array.isArray(value)) for (const each of value) walk(each, visit);
  if (!isNode(value)) return;
  visit(value);
  for (const child of Object.values(value)) if (typeof child === 'object') walk(child, visit);
}

function collect(node: unknown, keys: Set<string>, beginnings: Set<string>): void {
  if (!isNode(node)) return;
  if (node.type === 'Literal' && typeof node['value'] === 'string') keys.add(node['value']);
  if (node.type === 'ConditionalExpression') {
    collect(node['consequent'], keys, beginnings);
    collect(node['alternate'], keys, beginnings);
  }
  if (node.type !== 'TemplateLiteral') return;
  const quasi = (node['quasis'] as ReadonlyArray<{ value: { cooked?: string | null } }>)[0];
  const text = quasi?.value.cooked ?? '';
  if ((node['expressions'] as unknown[]).length === 0) keys.add(text);
  else if (text.includes('.')) beginnings.add(text.slice(0, text.lastIndexOf('.') + 1));
}

/** Keys that are asked for and that a language lacks. Plural forms answer for their key. */
export function missingTexts(asked: AskedTexts, languages: Readonly<Record<string, TextTree>>): Fault[] {
  return Object.entries(languages).flatMap(([name, tree]) => {
    const texts = [...flatten(tree).keys()];
    const known = new Set(texts);
    const has = (key: string) => known.has(key) || PLURALS.some((plural) => known.has(key + plural));
    return [
      ...[...asked.keys].filter((key) => !has(key)),
      ...[...asked.beginnings].filter((beginning) => !texts.some((key) => key.startsWith(beginning))),
    ].map((key) => `${key} is missing in ${name}`);
  });
}

/**
 * A build fails when a page asks for a text that a language lacks, when one language has a key another lacks, or when the variables
 * of a text differ between them. `isPage` tells which modules are pages.
 */
export function textCheck(
  languages: Readonly<Record<string, TextTree>>,
  isPage: (id: string) => boolean,
): Plugin {
  const faults = new Set<Fault>();
  return {
    name: 'afterbell-texts',
    apply: 'build',
    enforce: 'post',
    buildStart() {
      faults.clear();
      for (const fault of compareLanguages(languages)) faults.add(fault);
    },
    transform(code, id) {
      if (!isPage(id)) return undefined;
      for (const fault of missingTexts(askedTexts(this.parse(code)), languages)) faults.add(fault);
      return undefined;
    },
    buildEnd(error) {
      if (error === undefined && faults.size > 0) this.error(`texts of the pages: ${[...faults].join('; ')}`);
    },
  };
}
