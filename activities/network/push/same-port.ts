const LONG: Readonly<Record<string, string>> = {
  ge: 'gigabitethernet',
  xge: 'xgigabitethernet',
  gi: 'gigabitethernet',
  te: 'tengigabitethernet',
  fa: 'fastethernet',
  eth: 'ethernet',
};

/** True when two names mean one port: case and vendor abbreviations do not matter. */
export function samePort(left: string, right: string): boolean {
  return left === right || canonical(left) === canonical(right);
}

function canonical(name: string): string {
  const match = /^((?:\d+(?=GE))?[A-Za-z-]+)\s*(\d.*)$/.exec(name.trim());
  if (!match) return name.trim().toLowerCase();
  const word = (match[1] ?? '').toLowerCase();
  return `${LONG[word] ?? word}${match[2]}`;
}
