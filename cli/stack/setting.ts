import type { Config } from '../../platform/config.ts';
import type { Folders } from '../folders.ts';
import type { Supervisor } from './supervise.ts';

export interface UpOptions {
  env: NodeJS.ProcessEnv;
  /** True: seed the demo into an empty data folder. False: never. Null: only go on with one that is there. */
  demo: boolean | null;
  /** Real Temporal server on PostgreSQL and one process per role, as in production. */
  isProductionShape: boolean;
  progress: (line: string) => void;
}

/** What is known while a stack comes up. */
export interface Setting {
  options: UpOptions;
  config: Config;
  where: Folders;
  supervisor: Supervisor;
  /** Known once PostgreSQL runs. */
  databaseUrl: string | null;
}
