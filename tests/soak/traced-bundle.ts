import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const silent = (): void => undefined;
const QUIET = { log: silent, trace: silent, debug: silent, info: silent, warn: silent, error: silent };

/** Bundles the product's own workflows with the machine that tells its turns, into `file`. */
export async function bundleTraced(file: string): Promise<void> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: path('../../workflows/index.ts'),
    logger: QUIET,
    webpackConfigHook: (config) => {
      const { alias = {} } = config.resolve ?? {};
      if (Array.isArray(alias)) throw new Error('the aliases of the bundler have another form');
      const traced = { [path('../../engine/index.ts')]: path('./traced-engine.ts') };
      return { ...config, resolve: { ...config.resolve, alias: { ...alias, ...traced } } };
    },
  });
  writeFileSync(file, code);
}
