import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BundleOptions, bundleWorkflowCode } from '@temporalio/worker';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Rooms whose code ends up in the bundle. */
const ROOMS = ['workflows', 'engine', 'domain', 'steps'];
/**
 * Loaded once per worker instead of once per run, with all they import: without this every run evaluates hundreds of modules again.
 * They hold no state of a run; what they keep (compiled expressions) follows from its key alone.
 */
const PRELOADED = ['workflows/index.ts'];

/**
 * Path of the prebuilt workflow bundle, built when the sources have changed since the last time. The name carries the hash of
 * every source file and of the lock file, so two versions never share one.
 */
export async function workflowBundle(cacheFolder: string): Promise<string> {
  const folder = path.join(cacheFolder, 'bundles');
  const file = path.join(folder, `workflows-${sourceHash()}.js`);
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  const { code } = await bundleWorkflowCode({
    workflowsPath: path.join(ROOT, 'workflows/index.ts'),
    preloadModules: PRELOADED.map((file) => path.join(ROOT, file)),
    logger: QUIET,
    webpackConfigHook: withoutLowering,
  });
  // Written beside and renamed: two workers that start at once must not read half a bundle.
  const part = `${file}.${process.pid}`;
  writeFileSync(part, code);
  renameSync(part, file);
  return file;
}

type BundleConfig = Parameters<NonNullable<BundleOptions['webpackConfigHook']>>[0];

/** The SDK lowers to ES2017, which turns every object spread of the engine into calls of helpers; Node runs ES2022 as it stands. */
function withoutLowering(config: BundleConfig): BundleConfig {
  const rules = (config.module?.rules ?? []).map((rule) => {
    if (typeof rule !== 'object' || rule === null || typeof rule.use !== 'object' || rule.use === null)
      return rule;
    if (!('loader' in rule.use) || !rule.use.loader?.includes('swc-loader')) return rule;
    const options = { jsc: { target: 'es2022', parser: { syntax: 'typescript', decorators: true } } };
    return { ...rule, use: { ...rule.use, options: { sourceMap: true, ...options } } };
  });
  return { ...config, module: { ...config.module, rules } };
}

const silent = (): void => undefined;
const QUIET = { log: silent, trace: silent, debug: silent, info: silent, warn: silent, error: silent };

function sourceHash(): string {
  const hash = createHash('sha256');
  for (const file of [
    ...ROOMS.flatMap((room) => sourceFiles(path.join(ROOT, room))),
    path.join(ROOT, 'package-lock.json'),
    path.join(ROOT, 'worker/bundle.ts'),
  ]) {
    hash.update(path.relative(ROOT, file)).update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 24);
}

function sourceFiles(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter(
    (entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'),
  );
  return files
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort((left, right) => (left < right ? -1 : 1));
}
