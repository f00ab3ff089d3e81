import { ExpressionError } from './error.ts';

/** A lexical token. `text` is the name without its mark for fields (`.a`), variables (`$a`) and formats (`@a`). */
export interface Token {
  readonly kind: 'end' | 'punctuation' | 'name' | 'field' | 'variable' | 'format' | 'number' | 'quote';
  readonly text: string;
  readonly offset: number;
}

const space = /(?:[ \t\r\n]|#[^\n]*)*/y;
const number = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const field = /\.([A-Za-z_]\w*)/y;
const variable = /\$(?:[ \t\r\n]*)([A-Za-z_]\w*(?:::[A-Za-z_]\w*)*)/y;
const format = /@([A-Za-z0-9_]+)/y;
const name = /[A-Za-z_]\w*(?:::[A-Za-z_]\w*)*/y;
const punctuation = /\?\/\/=?|\/\/=|\.\.|\/\/|\|=|\+=|-=|\*=|\/=|%=|==|!=|<=|>=|[.[\]{}()|,:;=<>+\-*/%?]/y;

const simpleEscapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** A syntax error at an offset. */
export function syntaxError(message: string, offset: number): ExpressionError {
  return new ExpressionError('expression-syntax', `${message} (at ${offset})`, offset);
}

/** Cuts a source into tokens on demand; texts are read part by part because they may hold expressions. */
export class Lexer {
  private readonly source: string;
  private position = 0;
  private ahead: Token | undefined;

  constructor(source: string) {
    this.source = source;
  }

  /** The next token without consuming it. */
  peek(): Token {
    this.ahead ??= this.scan();
    return this.ahead;
  }

  /** Consumes the next token. */
  next(): Token {
    const token = this.peek();
    this.ahead = undefined;
    return token;
  }

  /** Consumes the next token when it is this punctuation. */
  accept(text: string): boolean {
    const token = this.peek();
    if (token.kind !== 'punctuation' || token.text !== text) return false;
    this.ahead = undefined;
    return true;
  }

  /** Consumes this punctuation or fails. */
  expect(text: string): void {
    if (!this.accept(text)) throw this.unexpected(`expected "${text}"`);
  }

  /** Consumes this keyword when it is next. */
  acceptWord(text: string): boolean {
    const token = this.peek();
    if (token.kind !== 'name' || token.text !== text) return false;
    this.ahead = undefined;
    return true;
  }

  /** Consumes this keyword or fails. */
  expectWord(text: string): void {
    if (!this.acceptWord(text)) throw this.unexpected(`expected "${text}"`);
  }

  /** The error for a next token that does not fit. */
  unexpected(message: string): ExpressionError {
    const token = this.peek();
    const found = token.kind === 'end' ? 'the end' : `"${token.text}"`;
    return syntaxError(`${message}, found ${found}`, token.offset);
  }

  /** After a `quote` token: the characters up to the closing quote or to an interpolation `\(`. */
  readTextPart(): { text: string; closed: boolean } {
    let text = '';
    for (;;) {
      const char = this.source[this.position];
      if (char === undefined) throw syntaxError('a text is not closed', this.position);
      this.position += 1;
      if (char === '"') return { text, closed: true };
      if (char !== '\\') text += char;
      else if (this.source[this.position] === '(') {
        this.position += 1;
        return { text, closed: false };
      } else text += this.readEscape();
    }
  }

  private readEscape(): string {
    const char = this.source[this.position] ?? '';
    const simple = Object.hasOwn(simpleEscapes, char) ? simpleEscapes[char] : undefined;
    if (simple !== undefined) {
      this.position += 1;
      return simple;
    }
    const digits = this.source.slice(this.position + 1, this.position + 5);
    if (char !== 'u' || !/^[0-9a-fA-F]{4}$/.test(digits))
      throw syntaxError('unknown escape in a text', this.position - 1);
    this.position += 5;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  private match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.source);
    if (found !== null) this.position = pattern.lastIndex;
    return found;
  }

  private scan(): Token {
    this.match(space);
    const offset = this.position;
    if (offset >= this.source.length) return { kind: 'end', text: '', offset };
    if (this.source[offset] === '"') {
      this.position += 1;
      return { kind: 'quote', text: '"', offset };
    }
    const numeric = this.match(number);
    if (numeric !== null) return { kind: 'number', text: numeric[0], offset };
    const marked: readonly (readonly [Token['kind'], RegExp])[] = [
      ['field', field],
      ['variable', variable],
      ['format', format],
    ];
    for (const [kind, pattern] of marked) {
      const found = this.match(pattern);
      if (found !== null) return { kind, text: found[1] ?? '', offset };
    }
    const word = this.match(name);
    if (word !== null) return { kind: 'name', text: word[0], offset };
    const mark = this.match(punctuation);
    if (mark !== null) return { kind: 'punctuation', text: mark[0], offset };
    throw syntaxError(`unexpected character ${JSON.stringify(this.source[offset])}`, offset);
  }
}
