import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSourceFile, type SourceFile } from './source-file.ts';

/** The root of the project. */
export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

const CODE = /\.(ts|tsx|mts|cts|mjs|cjs|js)$/;
const DECLARATION = /\.d\.(mts|cts|ts)$/;
const LEFT_OUT: ReadonlySet<string> = new Set([
  'node_modules',
  '.git',
  'dist',
  'coverage',
  '.output',
  'prisma/generated',
]);

/** Every code file of the project, without what is installed, built or generated. Paths relative to the root, with `/`. */
export function projectPaths(): string[] {
  return filesOf('')
    .filter((file) => CODE.test(file) && !DECLARATION.test(file))
    .sort();
}

/** Code and style sheets of the pages with their text; empty in a clone without pages. */
export function pageSources(): Array<[path: string, text: string]> {
  return filesOf('')
    .filter((file) => file.startsWith('designer/') && /\.(css|html|ts|tsx)$/.test(file))
    .flatMap((file): Array<[string, string]> => {
      const text = read(file);
      return text === undefined ? [] : [[file, text]];
    });
}

function filesOf(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = path.posix.join(folder, entry.name);
    if (LEFT_OUT.has(entry.name) || LEFT_OUT.has(file)) return [];
    if (entry.isDirectory()) return filesOf(file);
    return [file];
  });
}

/** Reads and parses the code files of the project. A file that vanished since it was listed is left out. */
export function projectFiles(): SourceFile[] {
  return projectPaths().flatMap((file) => {
    const text = read(file);
    return text === undefined ? [] : [parseSourceFile(file, text)];
  });
}

function read(file: string): string | undefined {
  try {
    return readFileSync(path.join(ROOT, file), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
