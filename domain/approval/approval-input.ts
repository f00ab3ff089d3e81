import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import type { LevelRequest } from './approval.ts';

/** What the approval step was told to ask, after reading both forms of its input. */
export interface ApprovalInput {
  readonly title: string;
  readonly content: JsonObject;
  readonly levels: readonly LevelRequest[];
  readonly applicant: string | null;
  readonly copyTo: readonly string[];
  /** ISO 8601; null: the approval waits for ever. */
  readonly deadline: string | null;
  readonly onDeadline: 'expire' | 'remind' | 'escalate';
  readonly escalateTo: readonly string[];
}

/**
 * Reads the input of the approval step: `levels` in order, or `from` and `rule` for one level (the only form of version 1.0.0). The
 * schema has been checked before; what is absent gets its default.
 */
export function readApprovalInput(input: Json): ApprovalInput {
  const given = isJsonObject(input) ? input : {};
  const levels = Array.isArray(given.levels) ? given.levels.filter(isJsonObject) : [];
  const escalateTo = textsOf(given.escalateTo);
  const { onDeadline } = given;
  return {
    title: typeof given.title === 'string' ? given.title : 'approval',
    content: isJsonObject(given.content) ? given.content : {},
    levels: (levels.length > 0 ? levels : [given]).map(levelOf),
    applicant: typeof given.applicant === 'string' ? given.applicant : null,
    copyTo: textsOf(given.copyTo),
    deadline: typeof given.deadline === 'string' ? given.deadline : null,
    onDeadline:
      onDeadline === 'remind'
        ? 'remind'
        : onDeadline === 'escalate' && escalateTo.length > 0
          ? 'escalate'
          : 'expire',
    escalateTo,
  };
}

/** Input of version 1.0.0 in the form of 1.1.0: its one level written as a level. Input that has levels is left as it is. */
export function migrateApprovalInput(input: Json): Json {
  if (!isJsonObject(input) || input.levels !== undefined) return input;
  const { from, rule, ...rest } = input;
  const level: JsonObject = {
    ...(from === undefined ? {} : { from }),
    ...(rule === undefined ? {} : { rule }),
  };
  return { ...rest, levels: [level] };
}

function levelOf(level: JsonObject): LevelRequest {
  const { rule, need, name } = level;
  return {
    name: typeof name === 'string' ? name : '',
    from: textsOf(level.from),
    rule: rule === 'all' || rule === 'at-least' ? rule : 'any',
    need: typeof need === 'number' ? need : 1,
  };
}

function textsOf(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}
