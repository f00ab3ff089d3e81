import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where Afterbell keeps state of this user or this machine. Absolute paths. */
export interface Paths {
  /** Data: database, keys, evidence, tokens. Back this up. */
  readonly home: string;
  /** Programs obtained once, such as Temporal's; may be deleted. */
  readonly cache: string;
  /** Master key, mode 0600. */
  readonly masterKeyFile: string;
  /** Token of the local command line, mode 0600. */
  readonly cliTokenFile: string;
  /** What the local stack runs: ports, process ids. */
  readonly stackFile: string;
}

/** What the folders follow from; `isRoot` picks the system's folders instead of the user's. */
export interface PathFacts {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isRoot: boolean;
  readonly userHome: string;
}

/**
 * Folders from AFTERBELL_HOME and AFTERBELL_CACHE, else /var/lib and /var/cache for root, else the XDG folders. An empty variable
 * counts as not set.
 */
export function resolvePaths(facts: PathFacts = currentFacts()): Paths {
  const { env, isRoot, userHome } = facts;
  const pick = (name: string): string | undefined => (env[name] === '' ? undefined : env[name]);
  const home =
    pick('AFTERBELL_HOME') ??
    (isRoot
      ? '/var/lib/afterbell'
      : join(pick('XDG_DATA_HOME') ?? join(userHome, '.local', 'share'), 'afterbell'));
  const cache =
    pick('AFTERBELL_CACHE') ??
    (isRoot ? '/var/cache/afterbell' : join(pick('XDG_CACHE_HOME') ?? join(userHome, '.cache'), 'afterbell'));
  return {
    home,
    cache,
    masterKeyFile: pick('AFTERBELL_MASTER_KEY_FILE') ?? join(home, 'keys', 'master.key'),
    cliTokenFile: join(home, 'cli-token'),
    stackFile: join(home, 'stack.json'),
  };
}

function currentFacts(): PathFacts {
  return { env: process.env, isRoot: process.getuid?.() === 0, userHome: process.env.HOME ?? homedir() };
}
