import { Random } from '../../../engine/testing/random.ts';

/**
 * Which expressions are made. `agreeing`: inside the subset that jq 1.6 and jq-core promise to agree on. `wild`: anything a hostile author
 * might write: names of the host, endless loops, huge numbers, broken text.
 */
export type Manner = 'agreeing' | 'wild';

/** A generated expression with an input for it. */
export interface Generated {
  readonly expression: string;
  readonly input: string;
}

// Placeholders: E any expression, N a number, I a whole one, T a text, W one that is not empty, K a member name, A an access, P a path, C a condition, G a pattern of texts.
const LEAVES = [
  '.',
  '.',
  '.',
  'N',
  'T',
  'null',
  'true',
  'false',
  'A',
  'A',
  '[N, N]',
  '{"K": N}',
  '[]',
  '{}',
  'empty',
  '..',
];
const INNER = [
  'E | E',
  'E | E',
  'E, E',
  '[E]',
  '[.[]? | E]',
  '{"K": (E)}',
  '{K: (E), "K": (E)}',
  '[(E)?][0]',
  'E + E',
  'E - E',
  'E * N',
  'E == E',
  'E < E',
  'E >= E',
  'C and C',
  'C or C',
  '(E) | not',
  'if C then E else E end',
  'if C then E elif C then E else E end',
  '[try (E) catch "K"][0]',
  '[try error(T) catch .][0]',
  '(E) as $v | [$v, E]',
  '(E) as [$v, $w] | [$w, $v]',
  '(E) as {K: $v} | $v',
  'reduce (E) as $v (N; . + N)',
  'reduce .[]? as $v ([]; . + [$v])',
  '[foreach (E) as $v (0; . + 1; [$v, .])]',
  'label $out | (E), break $out, (E)',
  'def f: E; f | f',
  'def f(g): [g, g]; f(E)',
  'def f($v): [$v, E]; f(E)',
  'map(E)',
  'map_values(N)',
  'select(C)',
  '[.[]? | select(C)]',
  '[recurse | E]',
  'length',
  'type',
  '[keys?][0]',
  '[add?][0]',
  '[any?][0]',
  '[all?][0]',
  '[flatten?][0]',
  '[flatten(I)?][0]',
  '[sort?][0]',
  '[sort_by(E)?][0]',
  '[group_by(E)?][0]',
  '[unique?][0]',
  '[unique_by(E)?][0]',
  '[min?][0]',
  '[max?][0]',
  '[min_by(E)?][0]',
  '[max_by(E)?][0]',
  'first(.[]?)',
  '[limit(2; E)]',
  '[range(N)]',
  '[range(N; N)]',
  'tojson',
  '(tojson | fromjson)',
  'tostring',
  '(E | tostring)',
  '[has("K")?][0]',
  '[has(N)?][0]',
  '[contains(E)?][0]',
  '[inside(E)?][0]',
  '[startswith(T)?][0]',
  '[endswith(T)?][0]',
  'ltrimstr(T)',
  'rtrimstr(T)',
  '[split(T)?][0]',
  '[join(T)?][0]',
  '[ascii_downcase?][0]',
  '[ascii_upcase?][0]',
  '[explode?][0]',
  '[(explode | implode)?][0]',
  '[test(G)?][0]',
  '[[match(G; "g") | .offset]?][0]',
  '[sub(G; T)?][0]',
  '[gsub(G; T)?][0]',
  '[[scan(G)]?][0]',
  '[capture("(?<K>[a-c])")?][0]',
  '[[splits(G)]?][0]',
  '[tonumber?][0]',
  '[floor?][0]',
  '[sqrt?][0]',
  '[fabs?][0]',
  '[ceil?][0]',
  '[transpose?][0]',
  '[paths]',
  '[leaf_paths]',
  '[path(P)]',
  '[getpath(["K", "K"])?][0]',
  '[setpath(["K"]; E)?][0]',
  '[setpath([N]; E)?][0]',
  '[del(P)?][0]',
  '[delpaths([["K"], ["K", "K"]])?][0]',
  '(P) = (E)',
  // jq 1.6 deletes as it goes where the right side is empty, 1.7 and jq-core at the end.
  '(P) |= [E][0]',
  '(P) += N',
  '([.K?][0] // N)',
  'objects',
  'arrays',
  'strings',
  'numbers',
  'booleans',
  'nulls',
  'scalars',
  'iterables',
  'values',
  '(objects | with_entries(.value |= [.]))',
  '(objects | to_entries)',
  'walk(if type == "number" then . + 1 else . end)',
  '[tostream]',
  'fromstream(tostream)',
  '"K: \\(E)"',
  '@json',
  '@text',
  '@base64 "\\(E)"',
  '[@csv?][0]',
  '[@tsv?][0]',
  '[@sh?][0]',
  '[(strings | @base64d)?][0]',
  '[index(W)?][0]',
  '[rindex(W)?][0]',

  'isempty(E)',
  '[[combinations]?][0]',
  'IN(E)',
  '(E) % 7',
  '[.[N:N]?][0]',
  '[.[N:]?][0]',
  '[.[:N]?][0]',
  '[(.[I])?][0]',
  '-(E)',
  '[utf8bytelength?][0]',
  '[todate?][0]',
  '(N | todate)',
  '(N | gmtime | mktime)',
  'any(.[]?; . == N)',
  'all(.[]?; type == "number")',
  'first(E)',
  '[until(true; E)]',
  '[.[]?] | length',
];
const HOSTILE = [
  'env',
  '$ENV',
  '$ENV.PATH',
  'input',
  '[inputs]',
  'debug',
  'stderr',
  'input_filename',
  'input_line_number',
  '$__loc__',
  '$__prog_args',
  'now',
  'localtime',
  'strflocaltime("%c")',
  'halt',
  'halt_error',
  'get_search_list',
  'import "a" as a; .',
  'include "a"; .',
  'builtins',
  'modulemeta',
  '.constructor',
  '.constructor.constructor("return process")()',
  '.__proto__',
  '.["__proto__"].polluted = 1',
  'getpath(["constructor", "prototype"])',
  'setpath(["__proto__", "polluted"]; 1)',
  '{"__proto__": {"polluted": 1}}',
  '{("__proto__"): 1} * {a: {b: 2}}',
  'to_entries | map(.key = "__proto__") | from_entries',
  'process',
  'require("fs")',
  'globalThis',
  'this',
  'eval("1")',
  'Function("return 1")',
  '.toString',
  'valueOf',
  '.hasOwnProperty',
  '__proto__',
  'constructor',
  '[range(1e9)]',
  'range(infinite)',
  'last(range(1e12))',
  'def f: f; f',
  'def f: f, f; f',
  'def f: [f] | f; f',
  'repeat(.)',
  'repeat(E)',
  '[recurse(.)]',
  '[recurse(E)]',
  'until(false; .)',
  'until(false; E)',
  '[while(true; E)]',
  'reduce range(1e9) as $i (E; E)',
  'reduce range(1e6) as $i (.; [., .])',
  'reduce range(200) as $i ("ab"; . + .)',
  'reduce range(100) as $i (.; . * 2)',
  '"x" * 1e9',
  'reduce range(5000) as $i (1; [.])',
  '[limit(1e9; repeat(1))]',
  '[range(2000)] | combinations(9)',
  '[range(3e5)] | sort',
  '[range(1e5)] | [.[] as $x | .[] as $y | 1]',
  '[range(3e4) | tostring] | join(",")',
  'tojson * 100000',
  '("a" * 5000) | test("(a*)*b")',
  '("ab" * 2000) | [match("(a|b|ab)*c"; "g")]',
  '("a" * 20000) | gsub("a*?b|a"; "")',
  '[scan("(((")]',
  'test("(?=a)")',
  'test("a{9999}")',
  'test("\\\\p{Han}+")',
  'gsub("";"y" * 3e6)',
  '.[1e9] = 1',
  '.[-1] = 1',
  '.[99999999999] |= 1',
  'setpath([1e6]; 1)',
  'path(..)',
  'paths(E)',
  '[.. | ..]',
  'walk(walk(.))',
  'fromjson',
  'strptime("%c")',
  'strftime("%Z")',
  '1e999 | todate',
  'infinite | todate',
  'nan | strftime("%c")',
  'implode',
  '[1e9] | implode',
  '[55296] | implode',
  '@uri',
  '@html',
  '@sh',
  '@base64d',
  '"\\u0000\\ud800"',
  'input_filename | test("a")',
  'getpath([1e308])',
  'delpaths([[E]])',
  'splits("a*")',
  'ltrimstr(E)',
  'tojson | tojson | tojson',
  '. as [$a] ?// $a | $a',
  '.. |= E',
  '.. = E',
  '(..) |= empty',
  'del(..)',
  'group_by(..)',
  'unique_by(..)',
  '[..] | flatten | sort',
  'error',
  'error(E)',
  'label $x | break $x',
  'break $y',
  '$undefined',
  'limit(-1; E)',
  'first(empty)',
  'nth(1e9; E)',
  'tostream',
  'fromstream(E)',
  'truncate_stream(1; E)',
  'bsearch(E)',
  'getpath(E)',
  'has(E)',
  'contains(E)',
  'splits(E)',
  'test(E)',
  'sub(E; E)',
  'capture(E)',
  'ascii',
  'ltrimstr',
  '@json "\\(E)\\(E)"',
  'pow(E; E)',
  'log',
  'exp10',
  'fmod(E; 0)',
  'E / E',
  'E % E',
  'E * E',
];
const NOISE = [
  '|',
  ',',
  ')',
  '(',
  '[',
  ']',
  '{',
  '}',
  '"',
  '\\(',
  '$',
  '@',
  '?',
  '//',
  'as',
  'if',
  'end',
  'then',
  ';',
  '..',
  '.',
  '#',
  '\u0000',
  '😀',
  'def',
  'reduce',
  '1e',
  '0x1',
  '--',
  '"\\',
];
const NAMES = ['a', 'b', 'c', 'k'];
const TEXTS = ['', 'a', 'b', 'ab', 'abc', ' ', 'x,y', 'é', '12', '-3', 'A b', '中文', '[1]', 'aXbXa'];
const PATTERNS = ['a', 'b+', '[a-c]', 'a|b', '^a', 'b$', '(a)(b)?', 'X', '\\\\d+', '\\\\s', '.'];
const PATHS = [
  '.K',
  '.K?',
  '.[]?',
  '.[0]?',
  '.K.K?',
  '..',
  '.K[0]?',
  '.[1:]?',
  'first(.[]?)',
  '.. | numbers',
  'select(C) | .K?',
  'if C then .K? else .[0]? end',
];
const CONDITIONS = [
  'C2',
  'C2',
  'E == E',
  'type == "number"',
  'type == "object"',
  'type == "array"',
  '. == null',
  '([length?][0]) > 1',
  'true',
  'false',
  'E',
  '. > N',
  'E != E',
];

/** Makes expressions from one seed; the same seed gives the same ones everywhere. */
export class ExpressionMaker {
  private readonly random: Random;
  private readonly manner: Manner;

  constructor(seed: number, manner: Manner) {
    this.random = new Random(seed);
    this.manner = manner;
  }

  next(): Generated {
    const depth = this.manner === 'wild' ? 1 + this.random.below(5) : 2 + this.random.below(2);
    const expression = this.fill('E', depth);
    return { expression: this.spoil(expression), input: JSON.stringify(this.value(3)) };
  }

  /** The next `count`, no expression twice. */
  distinct(count: number): Generated[] {
    const made = new Map<string, Generated>();
    while (made.size < count) {
      const next = this.next();
      made.set(next.expression, next);
    }
    return [...made.values()];
  }

  /** Every capital letter of a template that stands for something is replaced, depth first. */
  private fill(template: string, depth: number): string {
    return template.replaceAll(/(?<![A-Za-z_$"])(C2|[ENITWAPCG])(?![A-Za-z_(])|K/g, (mark: string) =>
      this.part(mark, depth),
    );
  }

  private part(mark: string, depth: number): string {
    const { random } = this;
    switch (mark) {
      case 'E': {
        if (depth <= 0) return this.fill(random.pick(LEAVES), 0);
        if (this.manner === 'wild' && random.chance(0.2))
          return `(${this.fill(random.pick(HOSTILE), depth - 1)})`;
        return `(${this.fill(random.pick(INNER), depth - 1)})`;
      }
      case 'C2':
        return this.fill('E < E', Math.min(depth - 1, 1));
      case 'C':
        return depth <= 0
          ? random.pick(['true', '. == 1', '([.K?][0]) == 2']).replaceAll('K', random.pick(NAMES))
          : this.fill(`(${random.pick(CONDITIONS)})`, depth - 1);
      case 'N':
        return String(this.number());
      case 'I':
        return String(random.below(4));
      case 'T':
        return JSON.stringify(random.pick(TEXTS));
      case 'W':
        return JSON.stringify(random.pick(TEXTS.slice(1)));
      case 'G':
        return `"${random.pick(PATTERNS)}"`;
      case 'A':
        return this.fill(random.pick(['[.K?][0]', '[.[I]?][0]', '[.["K"]?][0]', '.[]?', '[.K?.K?][0]']), 0);
      case 'P':
        return this.fill(random.pick(PATHS), 0);
      default:
        return random.pick(NAMES);
    }
  }

  private number(): number {
    const { random } = this;
    if (this.manner === 'wild' && random.chance(0.1))
      return random.pick([1e9, -1e9, 1e308, 0.1, 1e-300, 2 ** 53, 65_536]);
    return random.chance(0.1) ? random.pick([0.5, 1.5, 100]) : random.below(6);
  }

  private spoil(expression: string): string {
    const { random } = this;
    if (this.manner !== 'wild' || !random.chance(0.08)) return expression;
    const at = random.below(expression.length + 1);
    const cut = random.below(4);
    return expression.slice(0, at) + random.pick(NOISE) + expression.slice(at + cut);
  }

  private value(depth: number): unknown {
    const { random } = this;
    const kind = random.below(depth <= 0 ? 4 : 8);
    if (kind === 0) return random.pick([null, true, false]);
    if (kind === 1) return random.pick(TEXTS);
    if (kind < 4) return this.number();
    if (kind < 6) return Array.from({ length: random.below(4) }, () => this.value(depth - 1));
    const names =
      this.manner === 'wild' && random.chance(0.1) ? [...NAMES, '__proto__', 'constructor'] : NAMES;
    return Object.fromEntries(
      Array.from({ length: random.below(4) }, () => [random.pick(names), this.value(depth - 1)]),
    );
  }
}
