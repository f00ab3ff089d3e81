import type {
  AssignOperator,
  ExpressionAst,
  Parameter,
  Pattern,
  PatternMember,
  ValueOperator,
} from './ast.ts';
import { Lexer, syntaxError } from './lexer.ts';

/** Longest source accepted, in characters. */
export const maxSourceLength = 65_536;
/** Deepest nesting of the syntax accepted. */
const maxDepth = 200;

const keywords = new Set(
  'and as catch def elif else end foreach if import include label module or reduce then try __loc__'.split(
    ' ',
  ),
);

type OperatorRow = { readonly level: number; readonly right: 'same' | 'next' | 'none' };
const operators: Readonly<Record<string, OperatorRow>> = {
  '//': { level: 2, right: 'same' },
  '=': { level: 3, right: 'none' },
  '|=': { level: 3, right: 'none' },
  '+=': { level: 3, right: 'none' },
  '-=': { level: 3, right: 'none' },
  '*=': { level: 3, right: 'none' },
  '/=': { level: 3, right: 'none' },
  '%=': { level: 3, right: 'none' },
  '//=': { level: 3, right: 'none' },
  or: { level: 4, right: 'next' },
  and: { level: 5, right: 'next' },
  '==': { level: 6, right: 'none' },
  '!=': { level: 6, right: 'none' },
  '<': { level: 6, right: 'none' },
  '<=': { level: 6, right: 'none' },
  '>': { level: 6, right: 'none' },
  '>=': { level: 6, right: 'none' },
  '+': { level: 7, right: 'next' },
  '-': { level: 7, right: 'next' },
  '*': { level: 8, right: 'next' },
  '/': { level: 8, right: 'next' },
  '%': { level: 8, right: 'next' },
};

/**
 * Parses a jq-core source (without `${ }`) into its syntax tree. Fails with `expression-syntax` and an offset; names of functions
 * and variables are not checked here but by the compiler.
 */
export function parseSource(source: string): ExpressionAst {
  if (source.length > maxSourceLength)
    throw syntaxError(`the expression is longer than ${maxSourceLength} characters`, 0);
  return new Parser(source).parseAll();
}

class Parser {
  private readonly lexer: Lexer;
  private depth = 0;

  constructor(source: string) {
    this.lexer = new Lexer(source);
  }

  parseAll(): ExpressionAst {
    if (this.lexer.peek().kind === 'end') throw this.lexer.unexpected('the expression is empty');
    const ast = this.pipe();
    if (this.lexer.peek().kind !== 'end') throw this.lexer.unexpected('the expression should end here');
    return ast;
  }

  private nested<T>(parse: () => T): T {
    this.depth += 1;
    if (this.depth > maxDepth)
      throw syntaxError('the expression is nested too deeply', this.lexer.peek().offset);
    const result = parse();
    this.depth -= 1;
    return result;
  }

  private pipe(withComma = true): ExpressionAst {
    return this.nested(() => {
      if (this.lexer.acceptWord('def')) return this.definition();
      const left = withComma ? this.comma() : this.operators(2);
      if (!this.lexer.accept('|')) return left;
      return { kind: 'pipe', left, right: this.pipe(withComma), offset: left.offset };
    });
  }

  private comma(): ExpressionAst {
    let left = this.operators(2);
    while (this.lexer.accept(','))
      left = { kind: 'comma', left, right: this.operators(2), offset: left.offset };
    return left;
  }

  private operators(lowest: number): ExpressionAst {
    let left = this.unary();
    let blocked = 0;
    for (;;) {
      const token = this.lexer.peek();
      const isOperator = token.kind === 'punctuation' || token.kind === 'name';
      const row = isOperator && Object.hasOwn(operators, token.text) ? operators[token.text] : undefined;
      if (row === undefined || row.level < lowest) return left;
      if (row.level === blocked)
        throw this.lexer.unexpected('this operator cannot be chained; use parentheses');
      this.lexer.next();
      const right = this.nested(() => this.operators(row.right === 'same' ? row.level : row.level + 1));
      left = joinOperator(token.text, left, right);
      blocked = row.right === 'none' ? row.level : 0;
    }
  }

  private unary(): ExpressionAst {
    const offset = this.lexer.peek().offset;
    if (!this.lexer.accept('-')) return this.postfix();
    const body = this.nested(() => this.operators(8));
    return { kind: 'negate', body, offset };
  }

  private postfix(): ExpressionAst {
    let term = this.suffixes(this.term());
    const token = this.lexer.peek();
    if (token.kind === 'name' && token.text === 'as') {
      this.lexer.next();
      const pattern = this.pattern();
      if (this.lexer.peek().text === '?//')
        throw this.lexer.unexpected('alternative patterns (?//) are not supported');
      this.lexer.expect('|');
      term = { kind: 'as', source: term, pattern, body: this.pipe(), offset: term.offset };
    }
    return term;
  }

  private suffixes(start: ExpressionAst): ExpressionAst {
    let term = start;
    const { offset } = start;
    for (;;) {
      const token = this.lexer.peek();
      if (token.kind === 'field') {
        this.lexer.next();
        term = {
          kind: 'index',
          target: term,
          key: { kind: 'literal', value: token.text, offset: token.offset },
          offset,
        };
      } else if (token.kind !== 'punctuation') return term;
      else if (token.text === '?') {
        this.lexer.next();
        term = optional(term);
      } else if (token.text === '[') {
        this.lexer.next();
        term = this.bracket(term);
      } else if (token.text === '.') {
        this.lexer.next();
        term = this.afterDot(term);
      } else return term;
    }
  }

  /** `."text"` or `.[`, after the dot. */
  private afterDot(target: ExpressionAst): ExpressionAst {
    const token = this.lexer.peek();
    if (token.kind === 'quote')
      return { kind: 'index', target, key: this.text(undefined), offset: target.offset };
    if (this.lexer.accept('[')) return this.bracket(target);
    throw this.lexer.unexpected('expected a member name after "."');
  }

  private bracket(target: ExpressionAst): ExpressionAst {
    const { offset } = target;
    if (this.lexer.accept(']')) return { kind: 'iterate', target, offset };
    if (this.lexer.accept(':')) {
      const to = this.pipe();
      this.lexer.expect(']');
      return { kind: 'slice', target, from: undefined, to, offset };
    }
    const key = this.pipe();
    if (!this.lexer.accept(':')) {
      this.lexer.expect(']');
      return { kind: 'index', target, key, offset };
    }
    const to = this.lexer.peek().text === ']' ? undefined : this.pipe();
    this.lexer.expect(']');
    return { kind: 'slice', target, from: key, to, offset };
  }

  private term(): ExpressionAst {
    const token = this.lexer.next();
    const { offset } = token;
    if (token.kind === 'number') return { kind: 'literal', value: Number(token.text), offset };
    if (token.kind === 'quote') return this.textAfterQuote(undefined, offset);
    if (token.kind === 'field') {
      const key: ExpressionAst = { kind: 'literal', value: token.text, offset };
      return { kind: 'index', target: { kind: 'identity', offset }, key, offset };
    }
    if (token.kind === 'variable') return this.variable(token.text, offset);
    if (token.kind === 'format') {
      if (this.lexer.peek().kind === 'quote') return this.text(token.text);
      return { kind: 'format', name: token.text, offset };
    }
    if (token.kind === 'name') return this.word(token.text, offset);
    return this.punctuated(token.text, offset);
  }

  private variable(name: string, offset: number): ExpressionAst {
    if (name === '__loc__') throw syntaxError('$__loc__ is not supported', offset);
    return { kind: 'variable', name, offset };
  }

  private punctuated(text: string, offset: number): ExpressionAst {
    if (text === '.') {
      const ahead = this.lexer.peek();
      const target: ExpressionAst = { kind: 'identity', offset };
      if (ahead.kind === 'quote') return this.afterDot(target);
      return target;
    }
    if (text === '..') return { kind: 'call', name: 'recurse', args: [], offset };
    if (text === '(') {
      const body = this.pipe();
      this.lexer.expect(')');
      return body;
    }
    if (text === '[') {
      if (this.lexer.accept(']')) return { kind: 'array', body: undefined, offset };
      const body = this.pipe();
      this.lexer.expect(']');
      return { kind: 'array', body, offset };
    }
    if (text === '{') return this.object(offset);
    throw syntaxError(text === '' ? 'the expression is not complete' : `unexpected "${text}"`, offset);
  }

  private word(name: string, offset: number): ExpressionAst {
    if (name === 'if') return this.condition(offset);
    if (name === 'try') return this.attempt(offset);
    if (name === 'reduce' || name === 'foreach') return this.fold(name, offset);
    if (name === 'def') return this.definition();
    if (name === 'label') {
      const label = this.variableName();
      this.lexer.expect('|');
      return { kind: 'label', name: label, body: this.pipe(), offset };
    }
    if (name === 'import' || name === 'include' || name === 'module')
      throw syntaxError(`"${name}" is not supported`, offset);
    if (keywords.has(name)) throw syntaxError(`unexpected "${name}"`, offset);
    if (name === 'break' && this.lexer.peek().kind === 'variable')
      return { kind: 'break', name: this.variableName(), offset };
    if (!this.lexer.accept('(')) return constantOrCall(name, offset);
    const args = [this.pipe()];
    while (this.lexer.accept(';')) args.push(this.pipe());
    this.lexer.expect(')');
    return { kind: 'call', name, args, offset };
  }

  private variableName(): string {
    const token = this.lexer.peek();
    if (token.kind !== 'variable') throw this.lexer.unexpected('expected a variable name');
    this.lexer.next();
    return token.text;
  }

  private condition(offset: number): ExpressionAst {
    const condition = this.pipe();
    this.lexer.expectWord('then');
    const whenTrue = this.pipe();
    const at = this.lexer.peek().offset;
    if (this.lexer.acceptWord('elif'))
      return { kind: 'if', condition, whenTrue, otherwise: this.nested(() => this.condition(at)), offset };
    const otherwise = this.lexer.acceptWord('else') ? this.pipe() : undefined;
    this.lexer.expectWord('end');
    return { kind: 'if', condition, whenTrue, otherwise, offset };
  }

  private attempt(offset: number): ExpressionAst {
    const body = this.nested(() => this.suffixes(this.term()));
    const handler = this.lexer.acceptWord('catch')
      ? this.nested(() => this.suffixes(this.term()))
      : undefined;
    return { kind: 'try', body, handler, offset };
  }

  private fold(kind: 'reduce' | 'foreach', offset: number): ExpressionAst {
    const source = this.suffixes(this.term());
    this.lexer.expectWord('as');
    const pattern = this.pattern();
    if (this.lexer.peek().text === '?//')
      throw this.lexer.unexpected('alternative patterns (?//) are not supported');
    this.lexer.expect('(');
    const start = this.pipe();
    this.lexer.expect(';');
    const update = this.pipe();
    const extract = kind === 'foreach' && this.lexer.accept(';') ? this.pipe() : undefined;
    this.lexer.expect(')');
    if (kind === 'reduce') return { kind, source, pattern, start, update, offset };
    return { kind, source, pattern, start, update, extract, offset };
  }

  private definition(): ExpressionAst {
    const token = this.lexer.next();
    if (token.kind !== 'name' || keywords.has(token.text))
      throw syntaxError('expected a function name after "def"', token.offset);
    const parameters: Parameter[] = [];
    if (this.lexer.accept('(')) {
      do {
        const parameter = this.lexer.next();
        if (parameter.kind !== 'name' && parameter.kind !== 'variable')
          throw syntaxError('expected a parameter', parameter.offset);
        parameters.push({ name: parameter.text, byValue: parameter.kind === 'variable' });
      } while (this.lexer.accept(';'));
      this.lexer.expect(')');
    }
    this.lexer.expect(':');
    const body = this.pipe();
    this.lexer.expect(';');
    return { kind: 'def', name: token.text, parameters, body, rest: this.pipe(), offset: token.offset };
  }

  private pattern(): Pattern {
    return this.nested(() => {
      if (this.lexer.peek().kind === 'variable') return { kind: 'name', name: this.variableName() };
      if (this.lexer.accept('[')) {
        const items = [this.pattern()];
        while (this.lexer.accept(',')) items.push(this.pattern());
        this.lexer.expect(']');
        return { kind: 'array', items };
      }
      this.lexer.expect('{');
      const members = [this.patternMember()];
      while (this.lexer.accept(',')) members.push(this.patternMember());
      this.lexer.expect('}');
      return { kind: 'object', members };
    });
  }

  private patternMember(): PatternMember {
    const token = this.lexer.peek();
    if (token.kind === 'variable') {
      const name = this.variableName();
      const key: ExpressionAst = { kind: 'literal', value: name, offset: token.offset };
      return { key, name, value: this.lexer.accept(':') ? this.pattern() : undefined };
    }
    const key = this.memberKey();
    this.lexer.expect(':');
    return { key, name: undefined, value: this.pattern() };
  }

  private memberKey(): ExpressionAst {
    const token = this.lexer.next();
    const { offset } = token;
    if (token.kind === 'name' || token.kind === 'number')
      return { kind: 'literal', value: token.text, offset };
    if (token.kind === 'quote') return this.textAfterQuote(undefined, offset);
    if (token.kind === 'format' && this.lexer.peek().kind === 'quote') return this.text(token.text);
    if (token.kind === 'punctuation' && token.text === '(') {
      const key = this.pipe();
      this.lexer.expect(')');
      return key;
    }
    throw syntaxError(`expected a member name, found "${token.text}"`, offset);
  }

  private object(offset: number): ExpressionAst {
    const members: { key: ExpressionAst; value: ExpressionAst }[] = [];
    while (!this.lexer.accept('}')) {
      members.push(this.member());
      if (this.lexer.accept('}')) break;
      this.lexer.expect(',');
    }
    return { kind: 'object', members, offset };
  }

  private member(): { key: ExpressionAst; value: ExpressionAst } {
    const token = this.lexer.peek();
    const { offset } = token;
    if (token.kind === 'variable') {
      const name = this.variableName();
      return { key: { kind: 'literal', value: name, offset }, value: this.variable(name, offset) };
    }
    const isComputed = token.kind === 'punctuation';
    const key = this.memberKey();
    if (this.lexer.accept(':')) return { key, value: this.pipe(false) };
    if (isComputed || token.kind === 'number')
      throw this.lexer.unexpected('expected ":" after a member name');
    return { key, value: { kind: 'index', target: { kind: 'identity', offset }, key, offset } };
  }

  /** A text whose opening quote is the next token. */
  private text(format: string | undefined): ExpressionAst {
    const { offset } = this.lexer.next();
    return this.textAfterQuote(format, offset);
  }

  private textAfterQuote(format: string | undefined, offset: number): ExpressionAst {
    const parts: (string | ExpressionAst)[] = [];
    for (;;) {
      const { text, closed } = this.lexer.readTextPart();
      if (text !== '') parts.push(text);
      if (closed) break;
      const part = this.nested(() => this.pipe());
      // The closing parenthesis is peeked, never followed by another look-ahead, so the text goes on right after it.
      this.lexer.expect(')');
      parts.push(part);
    }
    if (parts.every((part) => typeof part === 'string'))
      return { kind: 'literal', value: parts.join(''), offset };
    return { kind: 'text', format, parts, offset };
  }
}

/** `term?`: an access at the end of the term becomes optional by itself, anything else is tried as a whole. */
function optional(term: ExpressionAst): ExpressionAst {
  if (term.kind === 'index' || term.kind === 'slice' || term.kind === 'iterate')
    return { ...term, optional: true };
  return { kind: 'try', body: term, handler: undefined, offset: term.offset };
}

function constantOrCall(name: string, offset: number): ExpressionAst {
  if (name === 'null') return { kind: 'literal', value: null, offset };
  if (name === 'true' || name === 'false') return { kind: 'literal', value: name === 'true', offset };
  return { kind: 'call', name, args: [], offset };
}

function joinOperator(text: string, left: ExpressionAst, right: ExpressionAst): ExpressionAst {
  const { offset } = left;
  if (text === '//') return { kind: 'alternative', left, right, offset };
  if (text === 'and' || text === 'or') return { kind: text, left, right, offset };
  const row = operators[text];
  if (row?.level === 3) return { kind: 'assign', operator: text as AssignOperator, left, right, offset };
  return { kind: 'binary', operator: text as ValueOperator, left, right, offset };
}
