import { homedir } from 'node:os';
import { join } from 'node:path';

/** As in `platform/paths.ts`: the cache outlives a test run, everything else of it does not. */
export function cacheDir(): string {
  const chosen = process.env.AFTERBELL_CACHE;
  if (chosen !== undefined && chosen !== '') return chosen;
  if (process.getuid?.() === 0) return '/var/cache/afterbell';
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'afterbell');
}
