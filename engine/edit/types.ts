import type { Json, JsonObject } from '../../domain/json.ts';
import type { Problem } from '../types.ts';

/** Members and positions that lead to a value inside a task. */
export type FieldPath = readonly (string | number)[];

/** Blocks that steps can be put into. */
export type Wrapper = 'do' | 'for' | 'try' | 'fork' | 'switch';

/**
 * One intention of a person. Pointers are JSON pointers into the document as it is before the edit: `task` names a step, `list` a task list,
 * `block` the `do` of a branch block (a switch with its bodies, see `outline.ts`). Positions count from 0; an index past the end means the end.
 */
export type Edit =
  // Steps
  | {
      readonly kind: 'insert';
      readonly list: string;
      readonly index: number;
      readonly name: string;
      readonly task: JsonObject;
    }
  | {
      readonly kind: 'insert-switch';
      readonly list: string;
      readonly index: number;
      readonly name: string;
      readonly cases: readonly string[];
    }
  | { readonly kind: 'delete'; readonly tasks: readonly string[] }
  | {
      readonly kind: 'move';
      readonly tasks: readonly string[];
      readonly list: string;
      readonly index: number;
    }
  | { readonly kind: 'duplicate'; readonly tasks: readonly string[] }
  | { readonly kind: 'paste'; readonly list: string; readonly index: number; readonly text: string }
  | { readonly kind: 'wrap'; readonly tasks: readonly string[]; readonly in: Wrapper; readonly name: string }
  | { readonly kind: 'unwrap'; readonly task: string }
  | { readonly kind: 'replace'; readonly task: string; readonly with: JsonObject }
  // Words and standing of a step
  | { readonly kind: 'rename'; readonly task: string; readonly name: string }
  | { readonly kind: 'set-title'; readonly task: string; readonly title: string }
  | { readonly kind: 'set-note'; readonly task: string; readonly note: string }
  | { readonly kind: 'disable'; readonly tasks: readonly string[] }
  | { readonly kind: 'enable'; readonly tasks: readonly string[] }
  // What a step does
  | { readonly kind: 'set-field'; readonly task: string; readonly path: FieldPath; readonly value: Json }
  | { readonly kind: 'clear-field'; readonly task: string; readonly path: FieldPath }
  | { readonly kind: 'set-condition'; readonly task: string; readonly expression: string | null }
  | { readonly kind: 'set-step-version'; readonly task: string; readonly call: string }
  | { readonly kind: 'set-next'; readonly task: string; readonly then: string | null }
  | { readonly kind: 'set-timeout'; readonly task: string; readonly after: string | null }
  | { readonly kind: 'set-export'; readonly task: string; readonly as: Json }
  // Loops, failures, parallel ways
  | {
      readonly kind: 'set-loop';
      readonly task: string;
      readonly each?: string;
      readonly at?: string | null;
      readonly in?: string;
      readonly while?: string | null;
    }
  | { readonly kind: 'set-retry'; readonly task: string; readonly retry: Json }
  | {
      readonly kind: 'set-catch';
      readonly task: string;
      readonly errors: JsonObject | null;
      readonly when: string | null;
    }
  | { readonly kind: 'add-branch'; readonly task: string; readonly name: string }
  | { readonly kind: 'remove-branch'; readonly branch: string }
  | { readonly kind: 'move-branch'; readonly branch: string; readonly index: number }
  | { readonly kind: 'set-compete'; readonly task: string; readonly compete: boolean }
  // Cases of a branch block
  | { readonly kind: 'add-case'; readonly block: string; readonly name: string; readonly when: string }
  | { readonly kind: 'remove-case'; readonly block: string; readonly index: number }
  | { readonly kind: 'move-case'; readonly block: string; readonly from: number; readonly to: number }
  | { readonly kind: 'rename-case'; readonly block: string; readonly index: number; readonly name: string }
  | {
      readonly kind: 'set-case';
      readonly block: string;
      readonly index: number;
      readonly when: string | null;
    }
  // The flow
  | {
      readonly kind: 'set-document';
      readonly field: 'title' | 'summary' | 'version' | 'name' | 'namespace';
      readonly value: string;
    }
  | { readonly kind: 'set-input-schema'; readonly schema: JsonObject | null }
  | { readonly kind: 'set-output'; readonly as: Json }
  | { readonly kind: 'set-flow-timeout'; readonly after: string | null }
  | { readonly kind: 'replace-source'; readonly source: string };

/** Kind of an edit. */
export type EditKind = Edit['kind'];

/** The document after an edit, and the steps a person should see selected then; or why the edit cannot be made. */
export type EditResult =
  | { readonly source: string; readonly select: readonly string[] }
  | { readonly refused: Problem };
