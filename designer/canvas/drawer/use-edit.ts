import type { Json } from '../../../domain/json.ts';
import type { Problem } from '../../../engine/types.ts';
import { useDesigner, useFlow } from '../designer-context.ts';
import { documentValue } from '../flow-store.ts';
import type { BlockView } from '../view-model.ts';

/** Sets a member of the step; undefined takes it out. */
export type SetMember = (path: readonly string[], value: Json | undefined) => void;

/** How a form changes its step. */
export function useSetMember(pointer: string): SetMember {
  const { flow } = useDesigner();
  return (path, value) => {
    const group = `${pointer} ${path.join('/')}`;
    flow
      .getState()
      .edit(
        value === undefined
          ? { kind: 'clear-field', task: pointer, path }
          : { kind: 'set-field', task: pointer, path, value },
        group,
      );
  };
}

const NONE: readonly Problem[] = [];

/** Problems that stand in one member of a step. */
export function useProblemsAt(block: BlockView): (path: readonly string[]) => readonly Problem[] {
  const problems = useFlow((state) => state.problemsOf.get(block.id)) ?? NONE;
  return (path) => {
    const pointer = [block.id, ...path].join('/');
    return problems.filter(
      (problem) => problem.pointer === pointer || problem.pointer.startsWith(`${pointer}/`),
    );
  };
}

/** A member of a step. */
export function memberOf(block: BlockView, path: readonly string[]): Json | undefined {
  return documentValue(block.task, path);
}
