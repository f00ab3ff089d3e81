// What must be true before any TypeScript of ours can run. Shared by the command, the tests and the CI script.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Oldest Node release we run on. */
export const NODE_MINIMUM = [20, 19];

/** @throws {Error} one line when this Node is too old */
export function ensureNode(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [needMajor, needMinor] = NODE_MINIMUM;
  if (major > needMajor || (major === needMajor && minor >= needMinor)) return;
  throw new Error(`Node.js ${version} is too old: ${needMajor}.${needMinor} or newer is needed`);
}

/**
 * Why the installed packages do not fit package-lock.json, or null when they do. npm writes
 * node_modules/.package-lock.json last, so an interrupted installation has none.
 *
 * @param {string} root
 * @returns {string | null}
 */
export function packagesProblem(root) {
  const installedFile = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return 'no packages are installed';
  try {
    const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
    const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
    for (const [path, entry] of Object.entries(wanted)) {
      // A production image leaves the development packages out; the ones of other platforms are never there.
      if (path === '' || entry.optional || entry.devOptional || entry.peer || entry.dev) continue;
      if (installed[path]?.version !== entry.version) {
        return `${path.replace('node_modules/', '')} ${entry.version} is not installed`;
      }
      if (!existsSync(join(root, path))) return `${path} is missing`;
    }
  } catch (error) {
    return `the package lists cannot be read: ${error.message}`;
  }
  return null;
}

/**
 * Installs the packages with `npm install --no-save` when they are missing or do not fit the lock file.
 *
 * @param {string} root folder of package.json
 * @param {(line: string) => void} progress
 * @throws {Error} one line when npm fails
 */
export async function ensurePackages(root, progress) {
  const problem = packagesProblem(root);
  if (problem === null) return;
  progress(`packages: ${problem}; running npm install`);
  const startedAt = performance.now();
  const seconds = () => Math.round((performance.now() - startedAt) / 1000);
  const ticker = setInterval(() => progress(`packages: npm install, ${seconds()} s`), 5000);
  let output = '';
  const child = spawn('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text) => {
      output = (output + text).slice(-2000);
    });
  }
  const code = await new Promise((resolve) => {
    child.once('error', (error) => {
      output += error.message;
      resolve(null);
    });
    child.once('close', resolve);
  });
  clearInterval(ticker);
  if (code !== 0) {
    const lines = output.split('\n').filter((line) => line.trim() !== '' && !line.includes('complete log'));
    throw new Error(`npm install failed after ${seconds()} s: ${lines.slice(0, 3).join(' | ')}`);
  }
  progress(`packages: installed in ${seconds()} s`);
}
