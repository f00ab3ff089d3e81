import type { Document } from 'yaml';
import { canonicalJson } from '../../domain/json.ts';
import { type ParsedDocument, parseFlowDocument } from '../document.ts';
import { errorAt } from '../problems.ts';
import { caseEdits } from './cases.ts';
import { paste } from './clipboard.ts';
import { branches, flowFields, stepFields } from './fields.ts';
import { carryOver } from './merge.ts';
import { EditRefused } from './nodes.ts';
import {
  disable,
  duplicate,
  enable,
  insert,
  insertSwitch,
  move,
  remove,
  rename,
  replace,
  unwrap,
  wrap,
} from './structure.ts';
import type { Edit, EditResult } from './types.ts';

type Handlers = {
  readonly [Kind in Exclude<Edit['kind'], 'replace-source'>]: (
    document: Document,
    edit: Extract<Edit, { readonly kind: Kind }>,
  ) => string[];
};

const HANDLERS: Handlers = {
  insert,
  'insert-switch': insertSwitch,
  delete: remove,
  move,
  duplicate,
  paste,
  wrap,
  unwrap,
  replace,
  rename,
  disable,
  enable,
  ...stepFields,
  ...branches,
  ...caseEdits,
  ...flowFields,
};

/** Kinds of edit there are. */
export const editKinds = [...Object.keys(HANDLERS), 'replace-source'] as ReadonlyArray<Edit['kind']>;

/** The last document that was made, read and not yet changed: the next edit mostly begins there. */
let lastRead: { readonly source: string; readonly parsed: ParsedDocument } | undefined;

/**
 * Makes one edit. Comments, order of keys and the writing of everything the edit does not touch stay as they are. A document that is not YAML
 * can only be replaced. Never throws for a bad edit: it is refused with a problem, and the document stays as it was.
 */
export function applyEdit(source: string, edit: Edit): EditResult {
  if (edit.kind === 'replace-source') return { source: edit.source, select: [] };
  const parsed = lastRead?.source === source ? lastRead.parsed : parseFlowDocument(source);
  lastRead = undefined;
  if (parsed.document === undefined)
    return {
      refused:
        parsed.problems[0] ?? errorAt('', 'yaml-syntax', 'the document cannot be read; mend the YAML first'),
    };
  const { tree } = parsed.cst;
  const base = render(tree);
  try {
    const handle = HANDLERS[edit.kind] as (document: Document, edit: Edit) => string[];
    const select = handle(tree, edit);
    return { source: inOwnWriting(source, base, tree), select };
  } catch (error) {
    if (error instanceof EditRefused) return { refused: error.problem };
    throw error;
  }
}

/** The edited tree in the person's own writing where that says the same, else as rendered. */
function inOwnWriting(source: string, base: string, tree: Document): string {
  const edited = render(tree);
  const carried = carryOver(base, source, edited);
  const parsed = parseFlowDocument(carried);
  const isSame =
    parsed.document !== undefined && canonicalJson(parsed.document) === canonicalJson(tree.toJS());
  if (!isSame) return edited;
  lastRead = { source: carried, parsed };
  return carried;
}

function render(tree: Document): string {
  return tree.toString({ lineWidth: 0 });
}
