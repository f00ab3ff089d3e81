import type { Edit } from '../edit/types.ts';

/** What a fix does, for one sentence. `name` is a step, field or value, `value` what takes its place. */
export interface FixWork {
  readonly kind:
    | 'rename'
    | 'jump-to'
    | 'go-on'
    | 'use-function'
    | 'fill-default'
    | 'drop-field'
    | 'rename-field'
    | 'convert'
    | 'choose'
    | 'remove-step';
  readonly name: string;
  readonly value?: string;
}

/** A mend of one finding: one edit, so that one undo takes it back. */
export interface Fix {
  readonly edit: Edit;
  readonly work: FixWork;
}
