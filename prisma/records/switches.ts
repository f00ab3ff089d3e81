import type { Database } from './database.ts';
import { RecordConflict } from './errors.ts';

/** Switches of the installation. `scripts`: flows may run scripts and shell commands. */
export type SwitchName = 'scripts';

/** How a switch stands. `changedBy` is null while nobody has touched it: then it is off. */
export interface SwitchRow {
  readonly name: string;
  readonly isOn: boolean;
  readonly changedBy: string | null;
  readonly changedAt: Date | null;
}

/** What an administrator switches for the whole installation. */
export interface SwitchRecords {
  read(name: SwitchName): Promise<SwitchRow>;
  /** The row as it stands afterwards; who set it the way it already stood counts as well. */
  turn(name: SwitchName, isOn: boolean, by: string): Promise<SwitchRow>;
}

/** Opens the switches. */
export function createSwitchRecords({ prisma }: Database): SwitchRecords {
  return {
    read: async (name) => {
      const row = await prisma.installationSwitch.findUnique({ where: { name } });
      if (row === null) throw new RecordConflict('unknown-row', `there is no switch ${name}`);
      return row;
    },
    turn: (name, isOn, by) =>
      prisma.installationSwitch.update({
        where: { name },
        data: { isOn, changedBy: by, changedAt: new Date() },
      }),
  };
}
