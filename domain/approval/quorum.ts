/** Whose word a decision is: the person asked, with the roles this person had then. A delegate decides in another person's seat. */
export interface Seat {
  readonly username: string;
  readonly roles: readonly string[];
}

/**
 * How many have to agree at a level: `any` one person; `all` entries, each by another person; `at-least` so many different people.
 */
export type LevelRule = 'any' | 'all' | 'at-least';

/** True when a person is asked, by name or by role. Candidates are `role:net-reviewer` or `person:wang.min`. */
export function isCandidate(
  candidates: readonly string[],
  username: string,
  roles: readonly string[],
): boolean {
  return candidates.some((candidate) => satisfies(candidate, { username, roles }));
}

/**
 * Whether those who agreed are enough. Without an agreement it never is, whoever is asked. Under `all`, two reviewers do not stand for
 * a reviewer and a risk officer. `need` counts people under `at-least` and is not read otherwise.
 */
export function isQuorum(
  rule: LevelRule,
  need: number,
  candidates: readonly string[],
  agreed: readonly Seat[],
): boolean {
  if (agreed.length === 0) return false;
  if (rule === 'any') return true;
  if (rule === 'at-least') return new Set(agreed.map(({ username }) => username)).size >= Math.max(1, need);
  return candidates.length > 0 && isEveryoneMatched(new Set(candidates), agreed);
}

/** Finds a different person for every candidate, moving earlier choices when needed (augmenting paths; both sides are few). */
function isEveryoneMatched(candidates: ReadonlySet<string>, agreed: readonly Seat[]): boolean {
  const candidateOf = new Map<string, string>();
  const place = (candidate: string, tried: Set<string>): boolean =>
    agreed.some((seat) => {
      if (tried.has(seat.username) || !satisfies(candidate, seat)) return false;
      tried.add(seat.username);
      const held = candidateOf.get(seat.username);
      if (held !== undefined && !place(held, tried)) return false;
      candidateOf.set(seat.username, candidate);
      return true;
    });
  return [...candidates].every((candidate) => place(candidate, new Set()));
}

function satisfies(candidate: string, { username, roles }: Seat): boolean {
  const separator = candidate.indexOf(':');
  const kind = candidate.slice(0, separator);
  const name = candidate.slice(separator + 1);
  if (kind === 'person') return name === username;
  return kind === 'role' && roles.includes(name);
}
