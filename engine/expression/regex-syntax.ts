import { raise } from './error.ts';

/** One character test; the argument is a code point. */
export type CharTest = (point: number) => boolean;
export type Anchor = 'begin' | 'end' | 'end-or-newline' | 'word' | 'not-word';

/** The syntax tree of a pattern. There are no back-references, look-arounds or atomic groups, so matching stays linear. */
export type RegexNode =
  | { readonly kind: 'char'; readonly test: CharTest }
  | { readonly kind: 'anchor'; readonly anchor: Anchor }
  | { readonly kind: 'sequence'; readonly items: readonly RegexNode[] }
  | { readonly kind: 'choice'; readonly options: readonly RegexNode[] }
  | { readonly kind: 'group'; readonly index: number; readonly body: RegexNode }
  | {
      readonly kind: 'repeat';
      readonly body: RegexNode;
      readonly least: number;
      readonly most: number;
      readonly greedy: boolean;
    };

export interface RegexFlags {
  readonly ignoreCase: boolean;
  readonly extended: boolean;
  readonly dotAll: boolean;
}

export interface ParsedRegex {
  readonly root: RegexNode;
  /** Name of every group, null when it has none. */
  readonly groups: readonly (string | null)[];
}

const maxNesting = 100;
const maxRepeat = 1_000;

const unicodeWord = /^[\p{L}\p{M}\p{N}\p{Pc}]$/u;
const unicodeDigit = /^\p{Nd}$/u;
const unicodeSpace = /^\p{White_Space}$/u;

function charTest(pattern: RegExp): CharTest {
  return (point) => pattern.test(String.fromCodePoint(point));
}

const isDigit: CharTest = (point) =>
  point < 128 ? point >= 48 && point <= 57 : charTest(unicodeDigit)(point);
const isSpace: CharTest = (point) =>
  point < 128 ? point === 32 || (point >= 9 && point <= 13) : charTest(unicodeSpace)(point);
/** `\w`: letters, marks, digits and the underscore of every script. */
export const isWordChar: CharTest = (point) => {
  if (point >= 128) return charTest(unicodeWord)(point);
  return (
    (point >= 48 && point <= 57) ||
    (point >= 65 && point <= 90) ||
    (point >= 97 && point <= 122) ||
    point === 95
  );
};
const isHex: CharTest = charTest(/^[0-9A-Fa-f]$/);

function not(test: CharTest): CharTest {
  return (point) => !test(point);
}

const classEscapes: Readonly<Record<string, CharTest>> = {
  d: isDigit,
  D: not(isDigit),
  w: isWordChar,
  W: not(isWordChar),
  s: isSpace,
  S: not(isSpace),
  h: isHex,
  H: not(isHex),
};
const charEscapes: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, f: 12, v: 11, a: 7, e: 27 };
const anchorEscapes: Readonly<Record<string, Anchor>> = {
  b: 'word',
  B: 'not-word',
  A: 'begin',
  z: 'end',
  Z: 'end-or-newline',
};
const posixClasses: Readonly<Record<string, RegExp>> = {
  alpha: /^\p{L}$/u,
  digit: unicodeDigit,
  alnum: /^[\p{L}\p{N}]$/u,
  upper: /^\p{Lu}$/u,
  lower: /^\p{Ll}$/u,
  space: unicodeSpace,
  punct: /^[\p{P}$+<=>^`|~]$/u,
  xdigit: /^[0-9A-Fa-f]$/,
  cntrl: /^\p{Cc}$/u,
  print: /^[^\p{C}]$/u,
  graph: /^[^\p{C}\p{Z}]$/u,
  blank: /^[ \t]$/,
  word: unicodeWord,
};

function fold(point: number): readonly number[] {
  const char = String.fromCodePoint(point);
  return [point, ...[char.toLowerCase(), char.toUpperCase()].map((text) => text.codePointAt(0) ?? point)];
}

/** Parses a pattern; constructs that could make matching slow, and unknown ones, are refused with a catchable error. */
export function parseRegex(source: string, flags: RegexFlags): ParsedRegex {
  return new RegexParser(source, flags).parse();
}

class RegexParser {
  private readonly chars: readonly string[];
  private readonly source: string;
  private readonly flags: RegexFlags;
  private readonly groups: (string | null)[] = [];
  private at = 0;
  private depth = 0;

  constructor(source: string, flags: RegexFlags) {
    this.chars = Array.from(source);
    this.source = source;
    this.flags = flags;
  }

  parse(): ParsedRegex {
    const root = this.choice();
    if (this.at < this.chars.length) throw this.fail('unmatched close parenthesis');
    return { root, groups: this.groups };
  }

  private fail(why: string): Error {
    return raise(`${this.source} (at offset ${this.at}) is not a valid regex: ${why}`);
  }

  private accept(text: string): boolean {
    const length = Array.from(text).length;
    if (this.chars.slice(this.at, this.at + length).join('') !== text) return false;
    this.at += length;
    return true;
  }

  private choice(): RegexNode {
    this.depth += 1;
    if (this.depth > maxNesting) throw this.fail('nested too deeply');
    const options = [this.sequence()];
    while (this.accept('|')) options.push(this.sequence());
    this.depth -= 1;
    const [only] = options;
    return options.length === 1 && only !== undefined ? only : { kind: 'choice', options };
  }

  private sequence(): RegexNode {
    const items: RegexNode[] = [];
    for (;;) {
      if (this.flags.extended) this.skipSpace();
      const char = this.chars[this.at];
      if (char === undefined || char === '|' || char === ')') return { kind: 'sequence', items };
      items.push(this.repeated(this.atom()));
    }
  }

  private skipSpace(): void {
    for (;;) {
      const char = this.chars[this.at];
      if (char === '#') while (this.at < this.chars.length && this.chars[this.at] !== '\n') this.at += 1;
      else if (char !== undefined && /\s/.test(char)) this.at += 1;
      else return;
    }
  }

  private repeated(atom: RegexNode): RegexNode {
    let node = atom;
    for (;;) {
      if (this.flags.extended) this.skipSpace();
      const bounds = this.bounds();
      if (bounds === undefined) return node;
      if (atom.kind === 'anchor') throw this.fail('target of repeat operator is invalid');
      const [least, most] = bounds;
      if (this.accept('+')) throw this.fail('possessive repeats are not supported');
      node = { kind: 'repeat', body: node, least, most, greedy: !this.accept('?') };
    }
  }

  private bounds(): readonly [number, number] | undefined {
    if (this.accept('*')) return [0, Number.POSITIVE_INFINITY];
    if (this.accept('+')) return [1, Number.POSITIVE_INFINITY];
    if (this.accept('?')) return [0, 1];
    if (this.chars[this.at] !== '{') return undefined;
    const found = /^\{(\d*)(,?)(\d*)\}/.exec(this.chars.slice(this.at, this.at + 20).join(''));
    if (found === null || found[1] === '') return undefined;
    const least = Number(found[1]);
    const most = found[2] === '' ? least : found[3] === '' ? Number.POSITIVE_INFINITY : Number(found[3]);
    if (least > maxRepeat || (most !== Number.POSITIVE_INFINITY && most > maxRepeat))
      throw this.fail('too big number');
    if (most < least) throw this.fail('bad repeat range');
    this.at += found[0].length;
    return [least, most];
  }

  private atom(): RegexNode {
    const char = this.chars[this.at] ?? '';
    if (char === '(') return this.group();
    if (char === '[') return { kind: 'char', test: this.bracketClass() };
    this.at += 1;
    if (char === '.') return { kind: 'char', test: this.flags.dotAll ? () => true : (point) => point !== 10 };
    if (char === '^') return { kind: 'anchor', anchor: 'begin' };
    if (char === '$') return { kind: 'anchor', anchor: 'end-or-newline' };
    if (char === '*' || char === '+' || char === '?')
      throw this.fail('target of repeat operator is not specified');
    if (char === '\\') return this.escape();
    return this.one(char.codePointAt(0) ?? 0);
  }

  private one(point: number): RegexNode {
    if (!this.flags.ignoreCase) return { kind: 'char', test: (other) => other === point };
    const same = new Set(fold(point));
    return { kind: 'char', test: (other) => same.has(other) || fold(other).some((form) => same.has(form)) };
  }

  private group(): RegexNode {
    this.at += 1;
    let index = -1;
    if (this.accept('?')) {
      if (this.accept('<') || this.accept('P<')) index = this.groupNamed();
      else if (!this.accept(':')) throw this.fail('look-around, atomic and option groups are not supported');
    } else {
      this.groups.push(null);
      index = this.groups.length - 1;
    }
    const body = this.choice();
    if (!this.accept(')')) throw this.fail('end pattern with unmatched parenthesis');
    return index < 0 ? body : { kind: 'group', index, body };
  }

  private groupNamed(): number {
    let name = '';
    while (this.at < this.chars.length && this.chars[this.at] !== '>') {
      name += this.chars[this.at] ?? '';
      this.at += 1;
    }
    if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name)) throw this.fail('look-behind or a bad group name');
    this.at += 1;
    this.groups.push(name);
    return this.groups.length - 1;
  }

  private escape(): RegexNode {
    const char = this.chars[this.at] ?? '';
    const anchor = Object.hasOwn(anchorEscapes, char) ? anchorEscapes[char] : undefined;
    if (anchor !== undefined) {
      this.at += 1;
      return { kind: 'anchor', anchor };
    }
    const escaped = this.escaped();
    return typeof escaped === 'number' ? this.one(escaped) : { kind: 'char', test: escaped };
  }

  /** After a backslash: a class test or a code point. */
  private escaped(): CharTest | number {
    const char = this.chars[this.at];
    if (char === undefined) throw this.fail('end pattern at escape');
    this.at += 1;
    const test = Object.hasOwn(classEscapes, char) ? classEscapes[char] : undefined;
    if (test !== undefined) return test;
    const control = Object.hasOwn(charEscapes, char) ? charEscapes[char] : undefined;
    if (control !== undefined) return control;
    if (char === 'p' || char === 'P') return this.property(char === 'P');
    const digits = /^(?:x\{([0-9a-fA-F]{1,6})\}|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4}))/.exec(
      this.chars.slice(this.at - 1, this.at + 9).join(''),
    );
    if (digits !== null) {
      this.at += digits[0].length - 1;
      const point = Number.parseInt(digits[1] ?? digits[2] ?? digits[3] ?? '', 16);
      if (point > 0x10ffff) throw this.fail('too big wide-char value');
      return point;
    }
    if (/[A-Za-z0-9]/.test(char)) throw this.fail(`\\${char} is not supported`);
    return char.codePointAt(0) ?? 0;
  }

  private property(isNegated: boolean): CharTest {
    const found = /^\{(\^?)([A-Za-z_]{1,40})\}/.exec(this.chars.slice(this.at, this.at + 50).join(''));
    if (found === null) throw this.fail('invalid character property name');
    this.at += found[0].length;
    const name = found[2] ?? '';
    const posix = Object.hasOwn(posixClasses, name.toLowerCase())
      ? posixClasses[name.toLowerCase()]
      : undefined;
    const pattern = posix ?? unicodeProperty(name);
    if (pattern === undefined) throw this.fail(`invalid character property name {${name}}`);
    const test = charTest(pattern);
    return isNegated !== (found[1] === '^') ? not(test) : test;
  }

  private bracketClass(): CharTest {
    this.at += 1;
    this.depth += 1;
    if (this.depth > maxNesting) throw this.fail('nested too deeply');
    const isNegated = this.accept('^');
    const tests: CharTest[] = [];
    for (let isFirst = true; ; isFirst = false) {
      const char = this.chars[this.at];
      if (char === undefined) throw this.fail('premature end of char-class');
      if (char === ']' && !isFirst) break;
      if (char === '&' && this.chars[this.at + 1] === '&')
        throw this.fail('class intersections are not supported');
      tests.push(this.classItem());
    }
    this.at += 1;
    this.depth -= 1;
    const inClass: CharTest = (point) => tests.some((test) => test(point));
    const test: CharTest = this.flags.ignoreCase ? (point) => fold(point).some(inClass) : inClass;
    return isNegated ? not(test) : test;
  }

  private classItem(): CharTest {
    const posix = /^\[:(\^?)([a-z]+):\]/.exec(this.chars.slice(this.at, this.at + 16).join(''));
    if (posix !== null) {
      const pattern = Object.hasOwn(posixClasses, posix[2] ?? '') ? posixClasses[posix[2] ?? ''] : undefined;
      if (pattern === undefined) throw this.fail('invalid POSIX bracket type');
      this.at += posix[0].length;
      return posix[1] === '^' ? not(charTest(pattern)) : charTest(pattern);
    }
    if (this.chars[this.at] === '[') return this.bracketClass();
    const from = this.classChar();
    if (typeof from !== 'number') return from;
    const next = this.chars[this.at + 1];
    if (this.chars[this.at] !== '-' || next === ']' || next === undefined) return (point) => point === from;
    this.at += 1;
    const to = this.classChar();
    if (typeof to !== 'number' || to < from) throw this.fail('empty range in char class');
    return (point) => point >= from && point <= to;
  }

  private classChar(): CharTest | number {
    const char = this.chars[this.at] ?? '';
    this.at += 1;
    if (char !== '\\') return char.codePointAt(0) ?? 0;
    if (this.accept('b')) return 8;
    return this.escaped();
  }
}

function unicodeProperty(name: string): RegExp | undefined {
  for (const form of [name, `Script=${name}`]) {
    try {
      return new RegExp(`^\\p{${form}}$`, 'u');
    } catch {
      // Not a property of this form; the next one is tried.
    }
  }
  return undefined;
}
