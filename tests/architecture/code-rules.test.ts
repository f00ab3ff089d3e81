import { describe, expect, it } from 'vitest';
import {
  BUDGETS,
  checkBudgets,
  checkColours,
  checkComments,
  checkErasableSyntax,
  checkPurity,
} from './code-rules.ts';
import { pageSources, projectFiles } from './project-files.ts';
import { checkImports } from './rules.ts';
import { lines, planted } from './support.ts';

/** Run before packages are installed: Node alone must be enough. */
const BARE_FILES = ['cli/afterbell.mjs', 'cli/packages.mjs', 'tests/run.mjs', 'tests/check.mjs'];

describe('the project', () => {
  const files = projectFiles();

  it.each([
    ['purity', checkPurity],
    ['budgets', checkBudgets],
    ['erasable syntax', checkErasableSyntax],
    ['comments', checkComments],
  ] as const)('keeps to the rule: %s', (_rule, check) => {
    expect(lines(files.flatMap((file) => check(file)))).toEqual([]);
  });

  it('holds colours in designer/theme.ts alone', () => {
    expect(lines(pageSources().flatMap(([path, text]) => checkColours(path, text)))).toEqual([]);
  });

  it.each(BARE_FILES)('%s starts with nothing installed', (path) => {
    const file = files.find((candidate) => candidate.path === path);
    const statically = file?.nodes.flatMap((node) =>
      node.type === 'ImportDeclaration' ? [(node.source as { value: string }).value] : [],
    );
    expect(statically?.length).toBeGreaterThan(0);
    expect(statically?.filter((specifier) => !/^node:|^\.{1,2}\/.*\.mjs$/.test(specifier))).toEqual([]);
  });
});

describe('planted violations: purity', () => {
  it.each([
    ['Date.now()', 'Date.now'],
    ['new Date()', 'new Date()'],
    ['new Date', 'new Date()'],
    ['Date()', 'Date()'],
    ['Math.random()', 'Math.random'],
    ['performance.now()', 'performance'],
    ['crypto.randomUUID()', 'crypto'],
    ['process.env.HOME', 'process'],
    ['globalThis.fetch', 'globalThis'],
    ["fetch('https://afterbell.example')", 'fetch()'],
    ['setTimeout(run, 1)', 'setTimeout()'],
  ])('%s', (expression, what) => {
    for (const room of ['domain', 'engine', 'steps']) {
      expect(lines(checkPurity(planted(`${room}/planted.ts`, `export const x = ${expression};`)))).toEqual([
        `${room}/planted.ts:1 purity: ${what} in a pure room`,
      ]);
    }
    expect(checkPurity(planted('worker/planted.ts', `export const x = ${expression};`))).toEqual([]);
  });

  it('lets time in as an argument', () => {
    const file = planted(
      'domain/planted.ts',
      'export const x = (nowMs: number) => new Date(nowMs).toISOString();',
    );
    expect(checkPurity(file)).toEqual([]);
  });
});

describe('planted violations: colours', () => {
  it.each([
    ['designer/base.css', 'a { color: #1B211E; }'],
    ['designer/base.css', 'a { background: rgb(0 0 0); }'],
    ['designer/runs/list.tsx', "<p style={{ color: '#fff' }} />"],
    ['designer/runs/list.tsx', "const shade = 'hsl(0, 0%, 0%)';"],
  ])('%s: %s', (path, text) => {
    expect(checkColours(path, text)).toHaveLength(1);
    expect(checkColours('designer/theme.ts', text)).toEqual([]);
  });

  it.each(['// see #123456', '<a href="#steps">', "const key = '#v1';", '#root { color: var(--ink); }'])(
    'is no colour: %s',
    (text) => expect(checkColours('designer/runs/list.tsx', text)).toEqual([]),
  );
});

describe('planted violations: budgets', () => {
  const body = (count: number) => Array.from({ length: count }, (_unused, index) => `  call(${index});`);

  it('counts the lines of a file', () => {
    expect(checkBudgets(planted('domain/planted.ts', ...body(BUDGETS.file)))).toEqual([]);
    expect(lines(checkBudgets(planted('domain/planted.ts', ...body(BUDGETS.file + 1))))).toEqual([
      'domain/planted.ts:1 file-budget: 501 lines, limit 500',
    ]);
    expect(checkBudgets(planted('worker/all-in-one.ts', ...body(BUDGETS.compositionRoot + 1)))).toHaveLength(
      1,
    );
  });

  it('counts the lines of a function, in tests too long is fine', () => {
    const text = ['', 'export const run = () => {', ...body(BUDGETS.function - 1), '};'];
    expect(lines(checkBudgets(planted('engine/planted.ts', ...text)))).toEqual([
      'engine/planted.ts:2 function-budget: 101 lines, limit 100',
    ]);
    expect(checkBudgets(planted('engine/planted.ts', ...text.slice(0, -2), '};'))).toEqual([]);
    expect(checkBudgets(planted('engine/planted.test.ts', ...text))).toEqual([]);
  });
});

describe('planted violations: syntax and comments', () => {
  it.each([
    ['enum Colour { Red }', 'enum'],
    ['namespace A { export const x = 1; }', 'namespace'],
    ['class A { constructor(private readonly x: number) {} }', 'parameter property'],
    ['@sealed class A {}', 'decorator'],
  ])('%s', (text, what) => {
    expect(lines(checkErasableSyntax(planted('domain/planted.ts', text)))).toEqual([
      `domain/planted.ts:1 erasable-syntax: ${what} is not allowed`,
    ]);
  });

  it('lets types of a package be added to', () => {
    const file = planted('domain/planted.ts', "declare module 'vitest' { interface A { a: 1 } }");
    expect(checkErasableSyntax(file)).toEqual([]);
  });

  // The words are put together here, so that this file does not break the rule itself when a tool searches by text.
  it.each([
    ['ts', 'ignore'],
    ['ts', 'expect-error'],
    ['oxlint', 'disable-next-line'],
    ['biome', 'ignore'],
  ])('silencing with %s-%s', (tool, verb) => {
    const at = tool === 'ts' ? '@' : '';
    expect(checkComments(planted('domain/planted.ts', `// ${at}${tool}-${verb}`, 'call();'))).toHaveLength(1);
  });

  it('work left for later', () => {
    expect(checkComments(planted('domain/planted.ts', `/* ${'TO'}${'DO'} later */`))).toHaveLength(1);
    expect(checkComments(planted('domain/planted.ts', '/* done */', "const text = 'TODO';"))).toEqual([]);
  });

  it('an import of a room is found in the same parse', () => {
    expect(checkImports(planted('domain/planted.ts', "import x from '../cli/x.ts';"))).toHaveLength(1);
  });
});
