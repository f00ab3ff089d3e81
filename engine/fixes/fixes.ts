import type { JsonObject } from '../../domain/json.ts';
import type { Edit } from '../edit/types.ts';
import { tokenText } from '../pointer.ts';
import { jumpsOf, parseCall, textMember } from '../tasks.ts';
import type { Problem, StepCatalogue } from '../types.ts';
import { type TaskView, walkTasks } from '../walk.ts';
import { inputFix } from './input-fixes.ts';
import { nearest } from './near.ts';
import type { Fix } from './types.ts';

/**
 * The mend of a finding, where it is plain what was meant and nothing else changes; undefined where a person has to decide. `document` is
 * the one the finding was made on.
 */
export function fixOf(document: JsonObject, problem: Problem, catalogue: StepCatalogue): Fix | undefined {
  const views = walkTasks(document);
  const view = views
    .filter(({ pointer }) => problem.pointer === pointer || problem.pointer.startsWith(`${pointer}/`))
    .toSorted((left, right) => right.pointer.length - left.pointer.length)[0];
  if (view === undefined || view.pointer.startsWith('/use/')) return undefined;
  switch (problem.code) {
    case 'duplicate-name':
    case 'reserved-name':
      return problem.pointer === view.pointer ? nameFix(view, views) : undefined;
    case 'unknown-target':
    case 'target-out-of-scope':
      return targetFix(view, problem);
    case 'unknown-function':
    case 'unknown-function-version':
      return functionFix(view, catalogue);
    case 'input-mismatch':
      return inputFix(view, problem, catalogue);
    case 'unreachable-task':
      return {
        edit: { kind: 'delete', tasks: [view.pointer] },
        work: { kind: 'remove-step', name: view.name },
      };
    case 'output-never-used':
      return dropFix(view, problem);
    default:
      return undefined;
  }
}

/** Another name, where no jump could have meant this one. */
function nameFix(view: TaskView, views: readonly TaskView[]): Fix | undefined {
  const { name, pointer, list } = view;
  const beside = views.filter((each) => each.list.pointer === list.pointer);
  if (beside.some((each) => jumpsOf(each.task, '').some(({ target }) => target === name))) return undefined;
  const stem = name.replace(/\d+$/, '');
  let value = `${stem}2`;
  for (let n = 3; list.names.includes(value); n += 1) value = `${stem}${n}`;
  return { edit: { kind: 'rename', task: pointer, name: value }, work: { kind: 'rename', name, value } };
}

/** The step that was most likely meant; where there is none, on to the next one. */
function targetFix(view: TaskView, problem: Problem): Fix | undefined {
  const path = problem.pointer.slice(view.pointer.length + 1).split('/');
  const wrong = jumpsOf(view.task, view.pointer).find(({ pointer }) => pointer === problem.pointer)?.target;
  if (wrong === undefined) return undefined;
  const { list, name, pointer: task } = view;
  const meant =
    list.kind === 'branches'
      ? undefined
      : nearest(
          wrong,
          list.names.filter((each) => each !== name),
        );
  const members = path.map((token) => (/^\d+$/.test(token) ? Number(token) : tokenText(token)));
  if (meant === undefined) {
    // A case has to say where to go.
    const edit: Edit =
      path[0] === 'switch'
        ? { kind: 'set-field', task, path: members, value: 'continue' }
        : { kind: 'clear-field', task, path: members };
    return { edit, work: { kind: 'go-on', name: wrong } };
  }
  return {
    edit: { kind: 'set-field', task, path: members, value: meant },
    work: { kind: 'jump-to', name: wrong, value: meant },
  };
}

/** The same step in a version there is, or the one whose name is nearly this. */
function functionFix({ task, pointer }: TaskView, catalogue: StepCatalogue): Fix | undefined {
  const call = textMember(task, 'call') ?? '';
  const wanted = parseCall(call)?.name ?? call;
  const names = catalogue.names();
  const name = names.includes(wanted) ? wanted : nearest(wanted, names);
  if (name === undefined) return undefined;
  const version = newestOf(name, catalogue);
  if (version === undefined) return undefined;
  const value = `${name}:${version}@default`;
  return {
    edit: { kind: 'set-step-version', task: pointer, call: value },
    work: { kind: 'use-function', name: call, value },
  };
}

/** No step has had more versions than this in either number. */
const MOST = 20;

function newestOf(name: string, catalogue: StepCatalogue): string | undefined {
  let newest: string | undefined;
  for (let major = 0; major < MOST; major += 1)
    for (let minor = 0; minor < MOST; minor += 1) {
      const version = `${major}.${minor}.0`;
      if (catalogue.find(name, version) !== undefined) newest = version;
    }
  return newest;
}

function dropFix({ task, pointer }: TaskView, problem: Problem): Fix | undefined {
  const name = problem.pointer.slice(pointer.length + 1);
  if (!Object.hasOwn(task, name)) return undefined;
  return {
    edit: { kind: 'clear-field', task: pointer, path: [name] },
    work: { kind: 'drop-field', name },
  };
}
