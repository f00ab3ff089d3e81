import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the local stack keeps its state. */
export interface Folders {
  home: string;
  cache: string;
  masterKeyFile: string;
  cliTokenFile: string;
  stackFile: string;
}

/** Folders of state of this user, from AFTERBELL_HOME and AFTERBELL_CACHE or the system's conventions. */
export function folders(env: NodeJS.ProcessEnv): Folders {
  const isRoot = process.getuid?.() === 0;
  const userHome = env.HOME ?? homedir();
  const chosen = (value: string | undefined, fallback: string): string =>
    value === undefined || value === '' ? fallback : value;
  const home = chosen(
    env.AFTERBELL_HOME,
    isRoot
      ? '/var/lib/afterbell'
      : join(chosen(env.XDG_DATA_HOME, join(userHome, '.local', 'share')), 'afterbell'),
  );
  const cache = chosen(
    env.AFTERBELL_CACHE,
    isRoot ? '/var/cache/afterbell' : join(chosen(env.XDG_CACHE_HOME, join(userHome, '.cache')), 'afterbell'),
  );
  return {
    home,
    cache,
    masterKeyFile: chosen(env.AFTERBELL_MASTER_KEY_FILE, join(home, 'keys', 'master.key')),
    cliTokenFile: join(home, 'cli-token'),
    stackFile: join(home, 'stack.json'),
  };
}
