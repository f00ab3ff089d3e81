import { isTestCode, roomOf, type Violation } from './rules.ts';
import { isIdentifier, type SourceFile, type SyntaxNode } from './source-file.ts';

/** Hard limits in lines, and the files that put a process together. */
export const BUDGETS = { file: 500, function: 100, compositionRoot: 120 } as const;

const COMPOSITION_ROOTS: ReadonlySet<string> = new Set([
  'worker/all-in-one.ts',
  'worker/dependencies.ts',
  'worker/main.ts',
  'api/main.ts',
  'api/dependencies-of.ts',
]);

/** Rooms without clock, randomness, I/O or process state: time and ids enter as arguments. */
const PURE_ROOMS = ['domain', 'engine', 'steps'];

const IMPURE_MEMBERS: ReadonlyArray<readonly [string, string | undefined]> = [
  ['Date', 'now'],
  ['Math', 'random'],
  ['performance', undefined],
  ['process', undefined],
  ['crypto', undefined],
  ['globalThis', undefined],
];
const IMPURE_CALLS = ['Date', 'fetch', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'];

/** Clock, randomness and ambient state in the pure rooms. */
export function checkPurity(file: SourceFile): Violation[] {
  if (!PURE_ROOMS.includes(roomOf(file.path) ?? '') || isTestCode(file.path)) return [];
  return file.nodes.flatMap((node) => {
    const what = impureUse(node);
    return what === undefined ? [] : [violation(file, 'purity', node, `${what} in a pure room`)];
  });
}

function impureUse(node: SyntaxNode): string | undefined {
  if (node.type === 'NewExpression') {
    const isNow = isIdentifier(node.callee, 'Date') && (node.arguments as unknown[]).length === 0;
    return isNow ? 'new Date()' : undefined;
  }
  if (node.type === 'CallExpression') {
    const name = IMPURE_CALLS.find((candidate) => isIdentifier(node.callee, candidate));
    return name === undefined ? undefined : `${name}()`;
  }
  if (node.type !== 'MemberExpression') return undefined;
  const found = IMPURE_MEMBERS.find(
    ([object, member]) =>
      isIdentifier(node.object, object) && (member === undefined || isIdentifier(node.property, member)),
  );
  return found?.filter((part) => part !== undefined).join('.');
}

/** Files and functions over their hard limit. The limit of functions does not hold for tests: a `describe` is one function. */
export function checkBudgets(file: SourceFile): Violation[] {
  const lines = file.text.split('\n').length - (file.text.endsWith('\n') ? 1 : 0);
  const limit = COMPOSITION_ROOTS.has(file.path) ? BUDGETS.compositionRoot : BUDGETS.file;
  const tooLong =
    lines <= limit
      ? []
      : [{ rule: 'file-budget', path: file.path, line: 1, message: `${lines} lines, limit ${limit}` }];
  return isTestCode(file.path) ? tooLong : [...tooLong, ...longFunctions(file)];
}

const FUNCTIONS = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'];

function longFunctions(file: SourceFile): Violation[] {
  return file.nodes.flatMap((node) => {
    if (!FUNCTIONS.includes(node.type)) return [];
    const lines = file.lineAt(node.end) - file.lineAt(node.start) + 1;
    if (lines <= BUDGETS.function) return [];
    return [violation(file, 'function-budget', node, `${lines} lines, limit ${BUDGETS.function}`)];
  });
}

const NO_ERASABLE: ReadonlyMap<string, string> = new Map([
  ['TSEnumDeclaration', 'enum'],
  ['TSModuleDeclaration', 'namespace'],
  ['TSParameterProperty', 'parameter property'],
  ['Decorator', 'decorator'],
]);

/** Syntax that a type stripper cannot erase: files also run under plain loaders. */
export function checkErasableSyntax(file: SourceFile): Violation[] {
  return file.nodes.flatMap((node) => {
    // `declare module 'x'` only adds to types and leaves nothing behind.
    const what = node.declare === true ? undefined : NO_ERASABLE.get(node.type);
    return what === undefined ? [] : [violation(file, 'erasable-syntax', node, `${what} is not allowed`)];
  });
}

const SILENCERS = /@ts-(ignore|nocheck|expect-error)|(oxlint|eslint|biome)-(disable|ignore)/;
const LEFT_TO_DO = /\b(TODO|FIXME|XXX)\b/;

/** Comments that silence a check, and work left for later. */
export function checkComments(file: SourceFile): Violation[] {
  return file.comments.flatMap(({ text, line }) => {
    const found = SILENCERS.exec(text)?.[0] ?? LEFT_TO_DO.exec(text)?.[0];
    return found === undefined
      ? []
      : [{ rule: 'comment', path: file.path, line, message: `“${found}” in a comment` }];
  });
}

const COLOUR = /#[0-9a-f]{3}(?:[0-9a-f]{1,5})?\b(?![-\w])|\b(?:rgba?|hsla?|oklch)\(/gi;

/**
 * Colours written in the pages outside their one holder, `designer/theme.ts`; for style sheets too. Only quoted or declared
 * values count: `#` in a comment or in text for people is none.
 */
export function checkColours(path: string, text: string): Violation[] {
  if (!path.startsWith('designer/') || path === 'designer/theme.ts' || isTestCode(path)) return [];
  return text.split('\n').flatMap((line, index) => {
    const code = line.replace(/\/\/.*$|\/\*.*\*\/|^\s*\*.*$/g, '');
    const found = /['"`:(,\s]/.test(code) ? code.match(COLOUR) : null;
    return (found ?? []).map((colour) => ({
      rule: 'colours',
      path,
      line: index + 1,
      message: `“${colour}” outside designer/theme.ts`,
    }));
  });
}

function violation(file: SourceFile, rule: string, node: SyntaxNode, message: string): Violation {
  return { rule, path: file.path, line: file.lineAt(node.start), message };
}
