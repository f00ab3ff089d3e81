import { readdirSync, readFileSync } from 'node:fs';

interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
}

/**
 * Process ids of a browser: its group and everything descended from it, zombies left out. Empty when it has ended, and where the
 * system has no /proc.
 */
export function browserProcesses(leader: number): number[] {
  const rows = readProcesses();
  const found = new Set<number>([leader]);
  for (let grew = true; grew; ) {
    grew = false;
    for (const row of rows) {
      if (found.has(row.pid) || !(row.group === leader || found.has(row.parent))) continue;
      found.add(row.pid);
      grew = true;
    }
  }
  return rows.filter((row) => found.has(row.pid)).map((row) => row.pid);
}

/** Kills the whole browser at once: children that left the group too. Harmless when it has ended. */
export function killBrowser(leader: number): void {
  const others = browserProcesses(leader).filter((pid) => pid !== leader);
  for (const target of [-leader, leader, ...others]) {
    try {
      process.kill(target, 'SIGKILL');
    } catch {
      // Already gone: what was wanted.
    }
  }
}

function readProcesses(): ProcessRow[] {
  let names: string[];
  try {
    names = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      // The command may hold spaces and brackets: fields are counted from the last bracket.
      const [state, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (state === 'Z' || state === 'X') return [];
      return [{ pid: Number(name), parent: Number(parent), group: Number(group) }];
    } catch {
      return [];
    }
  });
}
