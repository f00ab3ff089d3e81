import { parseSync } from 'vite';

/** How one file reaches for another: `types` leaves nothing at run time, `path` starts or reads it without importing it. */
export type ImportKind = 'value' | 'types' | 'path';

/** One specifier a file names, as written. `names` are the imported names of a static import; empty otherwise. Lines count from 1. */
export interface ImportSite {
  readonly specifier: string;
  readonly kind: ImportKind;
  readonly names: readonly string[];
  readonly line: number;
}

/** A syntax node of the parser, seen structurally: rules only ask for its type and members. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [member: string]: unknown;
}

/** A parsed file: everything the rules of this folder look at. */
export interface SourceFile {
  /** Relative to the root of the project, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly ImportSite[];
  readonly nodes: readonly SyntaxNode[];
  readonly comments: ReadonlyArray<{ readonly text: string; readonly line: number }>;
  lineAt(offset: number): number;
}

/** Parses TypeScript or JavaScript with the parser the designer is built with; it reads every syntax of TypeScript 7. Throws on a syntax error. */
export function parseSourceFile(path: string, text: string): SourceFile {
  const { program, comments, errors } = parseSync(path, text);
  const first = errors[0];
  if (first !== undefined) throw new SyntaxError(`${path}: ${first.message}`);
  const lineAt = lineFinder(text);
  const nodes: SyntaxNode[] = [];
  collect(program, nodes);
  const imports = nodes.flatMap((node) => {
    const site = importOf(node);
    return site === undefined ? [] : [{ ...site, line: lineAt(node.start) }];
  });
  return {
    path,
    text,
    imports,
    nodes,
    comments: comments.map((comment) => ({ text: comment.value, line: lineAt(comment.start) })),
    lineAt,
  };
}

function lineFinder(text: string): (offset: number) => number {
  const ends: number[] = [];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) ends.push(at);
  return (offset) => {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  };
}

function isNode(value: unknown): value is SyntaxNode {
  return (
    typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
  );
}

function collect(value: unknown, into: SyntaxNode[]): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, into);
  } else if (isNode(value)) {
    into.push(value);
    for (const member of Object.values(value)) collect(member, into);
  }
}

type Found = Omit<ImportSite, 'line'>;

function importOf(node: SyntaxNode): Found | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
      // `import { type A }` still loads the module under verbatimModuleSyntax: only `import type` is types alone.
      return found(node.source, node.importKind === 'type' ? 'types' : 'value', importedNames(node));
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return found(node.source, node.exportKind === 'type' ? 'types' : 'value');
    case 'ImportExpression':
      return found(node.source, 'value');
    case 'TSImportType':
      return found(node.source ?? node.argument, 'types');
    case 'TSExternalModuleReference':
      return found(node.expression, 'value');
    case 'CallExpression':
      return calledImport(node);
    case 'NewExpression':
      return isUrlOfModule(node) ? found(argument(node, 0), 'path') : undefined;
    default:
      return undefined;
  }
}

function found(source: unknown, kind: ImportKind, names: readonly string[] = []): Found | undefined {
  const specifier = textOf(source);
  return specifier === undefined ? undefined : { specifier, kind, names };
}

/** A constant text: a string, or a template without substitutions. */
function textOf(value: unknown): string | undefined {
  if (!isNode(value)) return undefined;
  if (value.type === 'Literal' && typeof value.value === 'string') return value.value;
  if (value.type === 'TSLiteralType') return textOf(value.literal);
  if (value.type !== 'TemplateLiteral' || !Array.isArray(value.quasis) || value.quasis.length !== 1)
    return undefined;
  const quasi: unknown = value.quasis[0];
  const cooked = isNode(quasi) ? (quasi.value as { cooked?: unknown } | undefined)?.cooked : undefined;
  return typeof cooked === 'string' ? cooked : undefined;
}

function importedNames(node: SyntaxNode): string[] {
  const specifiers = Array.isArray(node.specifiers) ? (node.specifiers as unknown[]) : [];
  return specifiers.flatMap((specifier) => {
    if (!isNode(specifier)) return [];
    if (specifier.type === 'ImportNamespaceSpecifier') return ['*'];
    if (specifier.type === 'ImportDefaultSpecifier') return ['default'];
    const { imported } = specifier;
    return isNode(imported) && typeof imported.name === 'string' ? [imported.name] : [];
  });
}

function argument(node: SyntaxNode, index: number): unknown {
  return Array.isArray(node.arguments) ? (node.arguments as unknown[])[index] : undefined;
}

/** `require('x')`, `require.resolve('x')` and `import.meta.resolve('x')`. */
function calledImport(node: SyntaxNode): Found | undefined {
  const { callee } = node;
  if (isIdentifier(callee, 'require')) return found(argument(node, 0), 'value');
  if (!isNode(callee) || callee.type !== 'MemberExpression' || !isIdentifier(callee.property, 'resolve'))
    return undefined;
  if (isIdentifier(callee.object, 'require')) return found(argument(node, 0), 'path');
  return isNode(callee.object) && callee.object.type === 'MetaProperty'
    ? found(argument(node, 0), 'path')
    : undefined;
}

function isUrlOfModule(node: SyntaxNode): boolean {
  const base = argument(node, 1);
  return (
    isIdentifier(node.callee, 'URL') &&
    isNode(base) &&
    base.type === 'MemberExpression' &&
    isNode(base.object) &&
    base.object.type === 'MetaProperty'
  );
}

/** True for the identifier of that name. */
export function isIdentifier(value: unknown, name: string): value is SyntaxNode {
  return isNode(value) && value.type === 'Identifier' && value.name === name;
}
