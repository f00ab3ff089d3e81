import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { resolvePaths } from '../platform/paths.ts';

/** Where the local stack keeps its state, as an absolute path each. */
export interface Folders {
  home: string;
  cache: string;
  masterKeyFile: string;
  /** Present once a person has confirmed that the master key is backed up. */
  keyBackupFile: string;
  cliTokenFile: string;
  demoPeopleFile: string;
  stackFile: string;
  postgresDir: string;
  temporalDir: string;
  logsDir: string;
}

/** Folders of state of this user, from the environment; needs no valid configuration. */
export function folders(env: NodeJS.ProcessEnv): Folders {
  const isRoot = process.getuid?.() === 0;
  const { home, cache, masterKeyFile, cliTokenFile, stackFile } = resolvePaths({
    env,
    isRoot,
    userHome: env.HOME ?? homedir(),
  });
  return {
    home,
    cache,
    masterKeyFile,
    keyBackupFile: join(dirname(masterKeyFile), 'backup-confirmed'),
    cliTokenFile,
    demoPeopleFile: join(home, 'demo-people.json'),
    stackFile,
    postgresDir: join(home, 'postgres'),
    temporalDir: join(home, 'temporal'),
    logsDir: join(home, 'logs'),
  };
}
