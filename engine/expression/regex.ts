import { overBudget, raise } from './error.ts';
import { type Anchor, type CharTest, isWordChar, parseRegex, type RegexNode } from './regex-syntax.ts';
import type { Context } from './runtime.ts';

/** Instructions a pattern may compile to. */
const maxProgram = 5_000;
/** Instructions times characters: the size of the table of visited states of one search. */
const maxStates = 4_000_000;

type Instruction =
  | { readonly kind: 'char'; readonly test: CharTest }
  | { readonly kind: 'anchor'; readonly anchor: Anchor }
  | { readonly kind: 'split'; first: number; second: number }
  | { readonly kind: 'save'; readonly slot: number }
  | { readonly kind: 'match' };

/** A compiled pattern. */
export interface Regex {
  readonly program: readonly Instruction[];
  readonly groups: readonly (string | null)[];
  readonly isGlobal: boolean;
  /** Empty matches are ignored. */
  readonly skipsEmpty: boolean;
}

/** Start and end of the whole match, then of every group; -1 for a group that took no part. Positions in code points. */
export type MatchPositions = readonly number[];

const cache = new Map<string, Regex>();

/** Compiles a pattern with jq's flags (`g i x s n p`; `l` is refused). Errors are catchable by the expression. */
export function compileRegex(source: string, flags: string): Regex {
  const key = `${flags}/${source}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  for (const flag of flags)
    if (!'gixsnp'.includes(flag)) throw raise(`${flags} is not a valid modifier string`);
  if (source.length > 2_000) throw raise('the regex is longer than 2000 characters');
  const { root, groups } = parseRegex(source, {
    ignoreCase: flags.includes('i'),
    extended: flags.includes('x'),
    dotAll: flags.includes('p'),
  });
  const program: Instruction[] = [];
  emit({ kind: 'group', index: -1, body: root }, program);
  program.push({ kind: 'match' });
  const regex: Regex = { program, groups, isGlobal: flags.includes('g'), skipsEmpty: flags.includes('n') };
  if (cache.size >= 200) cache.clear();
  cache.set(key, regex);
  return regex;
}

function emit(node: RegexNode, program: Instruction[]): void {
  if (program.length > maxProgram) throw raise('the regex is too large');
  if (node.kind === 'char' || node.kind === 'anchor') program.push(node);
  else if (node.kind === 'sequence') for (const item of node.items) emit(item, program);
  else if (node.kind === 'group') {
    program.push({ kind: 'save', slot: (node.index + 1) * 2 });
    emit(node.body, program);
    program.push({ kind: 'save', slot: (node.index + 1) * 2 + 1 });
  } else if (node.kind === 'choice') emitChoice(node.options, program);
  else emitRepeat(node, program);
}

function emitChoice(options: readonly RegexNode[], program: Instruction[]): void {
  const exits: { kind: 'split'; first: number; second: number }[] = [];
  for (const [at, option] of options.entries()) {
    if (at === options.length - 1) emit(option, program);
    else {
      const split = pushSplit(program);
      split.first = program.length;
      emit(option, program);
      exits.push(pushSplit(program));
      split.second = program.length;
    }
  }
  for (const exit of exits) exit.first = exit.second = program.length;
}

function pushSplit(program: Instruction[]): { kind: 'split'; first: number; second: number } {
  const split: { kind: 'split'; first: number; second: number } = { kind: 'split', first: 0, second: 0 };
  program.push(split);
  return split;
}

function emitRepeat(node: RegexNode & { kind: 'repeat' }, program: Instruction[]): void {
  for (let count = 0; count < node.least; count += 1) emit(node.body, program);
  const direct = (split: { first: number; second: number }, into: number, past: number): void => {
    split.first = node.greedy ? into : past;
    split.second = node.greedy ? past : into;
  };
  if (node.most === Number.POSITIVE_INFINITY) {
    const start = program.length;
    const split = pushSplit(program);
    emit(node.body, program);
    const back = pushSplit(program);
    back.first = back.second = start;
    direct(split, start + 1, program.length);
    return;
  }
  const splits: { split: { first: number; second: number }; into: number }[] = [];
  for (let count = node.least; count < node.most; count += 1) {
    const split = pushSplit(program);
    splits.push({ split, into: program.length });
    emit(node.body, program);
  }
  for (const { split, into } of splits) direct(split, into, program.length);
}

/**
 * Every match of a pattern in a text (the first only, unless the pattern is global). A state (instruction, position) that failed
 * once is never tried again within a search, so the time of a search is at most instructions times characters; each visited state
 * is paid as a step.
 */
export function findMatches(regex: Regex, points: readonly number[], context: Context): MatchPositions[] {
  const states = regex.program.length * (points.length + 1);
  if (states > maxStates) throw overBudget('the text is too long for this regex');
  const visited = new Uint32Array(states);
  const found: MatchPositions[] = [];
  let from = 0;
  for (let round = 1; from <= points.length; round += 1) {
    const match = search(regex, points, from, visited, round, context);
    if (match === undefined) break;
    const [start = 0, end = 0] = match;
    if (end > start || !regex.skipsEmpty) found.push(match);
    if (!regex.isGlobal && found.length > 0) break;
    from = end > start ? end : end + 1;
  }
  return found;
}

function search(
  { program, groups }: Regex,
  points: readonly number[],
  from: number,
  visited: Uint32Array,
  round: number,
  context: Context,
): MatchPositions | undefined {
  for (let start = from; start <= points.length; start += 1) {
    const slots: number[] = Array.from({ length: (groups.length + 1) * 2 }, () => -1);
    if (matchAt(program, points, start, slots, visited, round, context)) return slots;
  }
  return undefined;
}

function matchAt(
  program: readonly Instruction[],
  points: readonly number[],
  start: number,
  slots: number[],
  visited: Uint32Array,
  round: number,
  context: Context,
): boolean {
  // Pairs on the stack: an instruction and a position, or a slot to restore (stored as -1 - slot) and its old value.
  const stack: number[] = [0, start];
  for (;;) {
    const topAt = stack.pop();
    const topPc = stack.pop();
    if (topAt === undefined || topPc === undefined) return false;
    let at = topAt;
    let pc = topPc;
    if (pc < 0) {
      slots[-1 - pc] = at;
      continue;
    }
    for (;;) {
      const state = pc * (points.length + 1) + at;
      if (visited[state] === round) break;
      visited[state] = round;
      context.tick();
      const step: Instruction | undefined = program[pc];
      if (step === undefined) break;
      if (step.kind === 'match') return true;
      if (step.kind === 'char') {
        const point = points[at];
        if (point === undefined || !step.test(point)) break;
        at += 1;
        pc += 1;
      } else if (step.kind === 'anchor') {
        if (!holdsAt(step.anchor, points, at)) break;
        pc += 1;
      } else if (step.kind === 'save') {
        stack.push(-1 - step.slot, slots[step.slot] ?? -1);
        slots[step.slot] = at;
        pc += 1;
      } else {
        if (step.second !== step.first) stack.push(step.second, at);
        pc = step.first;
      }
    }
  }
}

function holdsAt(anchor: Anchor, points: readonly number[], at: number): boolean {
  if (anchor === 'begin') return at === 0;
  if (anchor === 'end') return at === points.length;
  if (anchor === 'end-or-newline')
    return at === points.length || (at === points.length - 1 && points[at] === 10);
  const before = points[at - 1];
  const after = points[at];
  const isEdge = (before !== undefined && isWordChar(before)) !== (after !== undefined && isWordChar(after));
  return isEdge === (anchor === 'word');
}
