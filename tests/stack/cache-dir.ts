import { folders } from '../../cli/folders.ts';

/** The cache outlives a test run, everything else of it does not. */
export function cacheDir(): string {
  return folders(process.env).cache;
}
