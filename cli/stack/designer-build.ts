import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { StackFailure } from './failure.ts';
import { firstErrorOf, startService, trackOneShot } from './service.ts';

/** Rooms whose code ends up in the pages, and the files that decide how they are built. */
const SOURCES = ['designer', 'domain', 'engine', 'steps', 'package-lock.json', 'vite.config.ts'];

function* filesOf(path: string): Generator<string> {
  if (!existsSync(path)) return;
  const entries = readdirSync(path, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    if (entry.name === 'dist' || entry.name === 'node_modules' || entry.name.startsWith('.')) continue;
    if (/\.test\.tsx?$/.test(entry.name)) continue;
    const file = join(path, entry.name);
    if (entry.isDirectory()) yield* filesOf(file);
    else if (entry.isFile()) yield file;
  }
}

/** SHA-256 over names and contents of everything the pages are built from; times do not matter. */
export function designerStamp(root: string): string {
  const hash = createHash('sha256');
  for (const source of SOURCES) {
    const path = join(root, source);
    const files = source.includes('.') ? (existsSync(path) ? [path] : []) : filesOf(path);
    for (const file of files) {
      hash.update(`${relative(root, file)}\0`);
      hash.update(readFileSync(file));
      hash.update('\0');
    }
  }
  return hash.digest('hex');
}

const stampFile = (root: string): string => join(root, 'designer', 'dist', '.stamp');

/** True when the built pages are those of the present sources. */
export function isDesignerFresh(root: string): boolean {
  const file = stampFile(root);
  return existsSync(file) && readFileSync(file, 'utf8').trim() === designerStamp(root);
}

/**
 * Builds the pages when they are missing or older than their sources.
 *
 * @returns true when they were built now
 * @throws StackFailure with the end of the build's output
 */
export async function buildDesigner(
  root: string,
  logFile: string,
  progress: (line: string) => void,
): Promise<boolean> {
  if (!existsSync(join(root, 'designer', 'index.html'))) {
    progress('pages: this clone has none, only the API is served');
    return false;
  }
  if (isDesignerFresh(root)) return false;
  const stamp = designerStamp(root);
  // Only this build's words may end up in its error.
  rmSync(logFile, { force: true });
  const startedAt = performance.now();
  const seconds = (): number => Math.round((performance.now() - startedAt) / 1000);
  const ticker = setInterval(() => progress(`pages: building, ${seconds()} s`), 5_000);
  const build = await startService({
    name: 'designer build',
    command: process.execPath,
    args: [join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', 'designer', '--logLevel', 'warn'],
    cwd: root,
    // Whatever started us: pages in development mode are a third larger and slower.
    env: { ...process.env, NODE_ENV: 'production' },
    logFile,
  });
  trackOneShot(build.child);
  const exit = await build.exited;
  clearInterval(ticker);
  if (exit.code !== 0) throw new StackFailure(`the pages could not be built: ${firstErrorOf(logFile)}`);
  writeFileSync(stampFile(root), `${stamp}\n`);
  progress(`pages: built in ${seconds()} s`);
  return true;
}
