import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from './project-files.ts';

const PLANTED: Readonly<Record<string, string>> = {
  'floating.ts': 'async function save(): Promise<void> {}\nexport function run(): void {\n  save();\n}\n',
  'misused.ts':
    'export function run(items: string[]): void {\n  items.forEach(async (item) => void item);\n}\n',
  'any.ts': 'export const x: any = 1;\n',
  'silenced.ts': `// @ts-${'ignore'}\nexport const x: string = 1;\n`,
  'evaluated.ts': "export const x: unknown = eval('1');\n",
  'made.ts': "export const x = new Function('return 1');\n",
  'value-import.ts': "import { A } from './types.ts';\nexport const x: A = { a: 1 };\n",
  'types.ts': 'export interface A {\n  readonly a: number;\n}\n',
  'loose.ts': 'export const x = (a: unknown): boolean => a == 1;\n',
  'printed.ts': "console.log('x');\n",
  'clean.ts': 'export const x = 1;\n',
};

/** What each planted file must be told. */
const BITES: ReadonlyArray<readonly [string, string]> = [
  ['floating.ts', 'typescript(no-floating-promises)'],
  ['misused.ts', 'typescript(no-misused-promises)'],
  ['any.ts', 'typescript(no-explicit-any)'],
  ['silenced.ts', 'typescript(ban-ts-comment)'],
  ['evaluated.ts', 'eslint(no-eval)'],
  ['made.ts', 'eslint(no-new-func)'],
  ['value-import.ts', 'typescript(consistent-type-imports)'],
  ['loose.ts', 'eslint(eqeqeq)'],
  ['printed.ts', 'eslint(no-console)'],
];

interface Diagnostic {
  readonly code: string;
  readonly filename: string;
}

let folder = '';
let diagnostics: Diagnostic[] = [];

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'afterbell-lint-'));
  mkdirSync(path.join(folder, 'domain'));
  writeFileSync(
    path.join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: path.join(ROOT, 'tsconfig.json'),
      compilerOptions: { types: [] },
      include: ['**/*.ts'],
    }),
  );
  for (const [name, text] of Object.entries(PLANTED)) writeFileSync(path.join(folder, 'domain', name), text);
  diagnostics = lint();
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function lint(): Diagnostic[] {
  const tool = path.join(ROOT, 'node_modules', 'oxlint', 'bin', 'oxlint');
  const args = [
    tool,
    '--type-aware',
    '--deny-warnings',
    '--format=json',
    '-c',
    path.join(ROOT, '.oxlintrc.json'),
    '.',
  ];
  // The linter looks for its type-aware half on PATH when it is not started by npm.
  const bin = path.join(ROOT, 'node_modules', '.bin');
  const env = { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH ?? ''}` };
  try {
    return diagnosticsOf(
      execFileSync(process.execPath, args, { cwd: folder, env, encoding: 'utf8', stdio: 'pipe' }),
    );
  } catch (error) {
    return diagnosticsOf((error as { stdout: string }).stdout);
  }
}

function diagnosticsOf(text: string): Diagnostic[] {
  return (JSON.parse(text) as { diagnostics: Diagnostic[] }).diagnostics;
}

describe('the linter, with the settings of the project', () => {
  it.each(BITES)('tells %s of %s', (file, rule) => {
    const told = diagnostics
      .filter(({ filename }) => path.basename(filename) === file)
      .map(({ code }) => code);
    expect(told).toContain(rule);
  });

  it('has nothing to say about a clean file', () => {
    expect(diagnostics.filter(({ filename }) => path.basename(filename) === 'clean.ts')).toEqual([]);
  });
});
