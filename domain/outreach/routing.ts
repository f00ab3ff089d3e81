/** A representative as routing sees one. */
export interface Representative {
  readonly personId: string;
  readonly skills: readonly string[];
  readonly isOnShift: boolean;
  /** Tasks open now, and the most they take. */
  readonly openTasks: number;
  readonly capacity: number;
}

/** Who gets a task and why; nobody means it waits in the pool. */
export interface Routing {
  readonly assignee: string | null;
  readonly reason: 'owner' | 'least-loaded' | 'nobody-free';
}

/**
 * Routes a person's task: those on shift with the skill and room left; among them the one who called this customer before, else the
 * least loaded by share of capacity, then by fewest tasks, then by name so that the same facts route the same.
 */
export function routeTask(
  people: readonly Representative[],
  need: { readonly skill: string | null; readonly owner: string | null },
): Routing {
  const able = people.filter(
    (person) =>
      person.isOnShift &&
      person.openTasks < person.capacity &&
      (need.skill === null || person.skills.includes(need.skill)),
  );
  if (able.some((person) => person.personId === need.owner)) return { assignee: need.owner, reason: 'owner' };
  const [first] = [...able].sort(
    (left, right) =>
      left.openTasks / left.capacity - right.openTasks / right.capacity ||
      left.openTasks - right.openTasks ||
      (left.personId < right.personId ? -1 : 1),
  );
  return first === undefined
    ? { assignee: null, reason: 'nobody-free' }
    : { assignee: first.personId, reason: 'least-loaded' };
}
