import type { JsonObject } from '../../domain/json.ts';
import { errorAt, warningAt } from '../problems.ts';
import { jumpsOf, kindOf, listTasks, textMember } from '../tasks.ts';
import type { Problem } from '../types.ts';
import type { TaskView } from '../walk.ts';
import type { Check } from './check.ts';

const DIRECTIVES = ['continue', 'exit', 'end'];

/** Every jump leads to a task of the same list. */
export const checkJumps: Check = ({ tasks }) => {
  const everywhere = new Set(tasks.map((view) => view.name));
  return tasks.flatMap((view) =>
    jumpsOf(view.task, view.pointer)
      .filter(({ target }) => !DIRECTIVES.includes(target))
      .flatMap(({ pointer, target }): Problem[] => {
        if (view.list.kind === 'branches') {
          return [
            errorAt(
              pointer,
              'target-out-of-scope',
              `a branch or function cannot jump to another task (${target})`,
            ),
          ];
        }
        if (view.list.names.includes(target)) return [];
        return everywhere.has(target)
          ? [
              errorAt(
                pointer,
                'target-out-of-scope',
                `task ${target} is in another list: jumps stay inside their list`,
              ),
            ]
          : [errorAt(pointer, 'unknown-target', `there is no task ${target}`)];
      }),
  );
};

/** Every task can be reached from the first of its list. */
export const checkReachable: Check = ({ tasks }) =>
  lists(tasks).flatMap((list) => {
    const reached = reach(list, 0);
    return list
      .filter((_, position) => !reached.has(position))
      .map((view) => warningAt(view.pointer, 'unreachable-task', `no way leads to task ${view.name}`));
  });

/** A jump back passes something that takes time; otherwise the run spins until its step budget ends it. */
export const checkEndless: Check = ({ tasks }) =>
  lists(tasks).flatMap((list) =>
    list.flatMap((view, position) =>
      jumpsOf(view.task, view.pointer).flatMap(({ pointer, target }) => {
        const back = list.findIndex((each) => each.name === target);
        if (back < 0 || back > position) return [];
        const round = list.slice(back, position + 1);
        if (round.some((each) => takesTime(each, tasks))) return [];
        return [
          warningAt(pointer, 'endless-jump', `the way back to ${target} has no wait, call or event in it`),
        ];
      }),
    ),
  );

function takesTime(view: TaskView, tasks: readonly TaskView[]): boolean {
  const timed = (task: JsonObject): boolean =>
    ['call', 'wait', 'listen', 'run', 'emit'].includes(kindOf(task) ?? '');
  return timed(view.task) || tasks.some((each) => each.ancestors.includes(view.pointer) && timed(each.task));
}

function lists(tasks: readonly TaskView[]): TaskView[][] {
  const found = new Map<string, TaskView[]>();
  for (const view of tasks) {
    if (view.list.kind === 'branches') continue;
    const list = found.get(view.list.pointer);
    if (list === undefined) found.set(view.list.pointer, [view]);
    else list.push(view);
  }
  return [...found.values()];
}

function reach(list: readonly TaskView[], start: number): Set<number> {
  const reached = new Set<number>();
  const open = [start];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const view = list[at];
    if (view === undefined || reached.has(at)) continue;
    reached.add(at);
    for (const target of waysOn(view.task)) {
      // A target that does not exist has a problem of its own: no others follow from it.
      const next = list.findIndex((each) => each.name === target);
      if (target !== 'exit' && target !== 'end') open.push(next < 0 ? at + 1 : next);
    }
  }
  return reached;
}

/** Directives that may follow a task, `continue` where it may simply go on. */
function waysOn(task: JsonObject): string[] {
  const own = textMember(task, 'then') ?? 'continue';
  const ways = textMember(task, 'if') === undefined ? [] : ['continue'];
  const kind = kindOf(task);
  if (kind === 'raise') return ways;
  if (kind === 'switch') {
    const cases = listTasks(task['switch']);
    ways.push(...cases.map(([, , item]) => textMember(item, 'then') ?? 'continue'));
    if (cases.some(([, , item]) => textMember(item, 'when') === undefined)) return ways;
  }
  const caught = textMember(task, 'catch', 'then');
  return caught === undefined ? [...ways, own] : [...ways, own, caught];
}
