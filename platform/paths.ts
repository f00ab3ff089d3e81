import { homedir } from 'node:os';
import path from 'node:path';

/** Environment as the path rules read it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where data, keys and passwords live: AFTERBELL_HOME, else /var/lib/afterbell for root, else the user's data folder. */
export function homeFolder(environment: Environment): string {
  if (environment.AFTERBELL_HOME) return path.resolve(environment.AFTERBELL_HOME);
  if (process.getuid?.() === 0) return '/var/lib/afterbell';
  return path.join(environment.XDG_DATA_HOME || path.join(homedir(), '.local/share'), 'afterbell');
}

/** Where obtained server binaries and bundles live; may be deleted at any time. */
export function cacheFolder(environment: Environment): string {
  if (environment.AFTERBELL_CACHE) return path.resolve(environment.AFTERBELL_CACHE);
  if (process.getuid?.() === 0) return '/var/cache/afterbell';
  return path.join(environment.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'afterbell');
}

/** The files of a home folder. */
export function homeFiles(home: string) {
  return {
    masterKey: path.join(home, 'keys', 'master.key'),
    /** Present once a person has confirmed that the master key is backed up elsewhere. */
    masterKeyBackup: path.join(home, 'keys', 'backup-confirmed'),
    cliToken: path.join(home, 'cli-token'),
    demoPeople: path.join(home, 'demo-people.json'),
    stackState: path.join(home, 'stack.json'),
    postgres: path.join(home, 'postgres'),
    temporal: path.join(home, 'temporal'),
    logs: path.join(home, 'logs'),
  };
}
