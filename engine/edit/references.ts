import { isMap, isScalar, isSeq, type Scalar, type YAMLSeq } from 'yaml';
import { entryOf, pairOf } from './nodes.ts';

const DIRECTIVES: ReadonlySet<string> = new Set(['continue', 'exit', 'end']);

/** Every place in a list that names a sibling as what comes next: `then` of a step, of a catch, of the cases of a switch. */
function jumpsIn(list: YAMLSeq): Array<{ readonly scalar: Scalar; readonly clear: () => void }> {
  const jumps: Array<{ scalar: Scalar; clear: () => void }> = [];
  const add = (map: unknown, isNeeded: boolean): void => {
    if (!isMap(map)) return;
    const scalar = pairOf(map, 'then')?.value;
    if (!isScalar(scalar) || typeof scalar.value !== 'string') return;
    jumps.push({
      scalar,
      clear: () => {
        if (isNeeded) scalar.value = 'continue';
        else map.delete('then');
      },
    });
  };
  for (const item of list.items) {
    const task = entryOf(item)?.value;
    if (!isMap(task)) continue;
    add(task, false);
    add(task.get('catch'), false);
    const cases = task.get('switch');
    if (isSeq(cases)) for (const each of cases.items) add(entryOf(each)?.value, true);
  }
  return jumps;
}

/** Jumps within a list follow a step to its new name. */
export function renameReferences(list: YAMLSeq, old: string, name: string): void {
  for (const { scalar } of jumpsIn(list)) if (scalar.value === old) scalar.value = name;
}

/** Jumps within a list to what is no longer there become “continue”. */
export function dropReferences(list: YAMLSeq, names: ReadonlySet<string>): void {
  for (const { scalar, clear } of jumpsIn(list)) {
    const { value } = scalar;
    if (typeof value === 'string' && !DIRECTIVES.has(value) && !names.has(value)) clear();
  }
}
