import type { Json } from '../../domain/json.ts';

/** Binary operators that take two values. */
export type ValueOperator = '+' | '-' | '*' | '/' | '%' | '==' | '!=' | '<' | '<=' | '>' | '>=';
/** Assignment operators. */
export type AssignOperator = '=' | '|=' | '+=' | '-=' | '*=' | '/=' | '%=' | '//=';

/** A destructuring pattern: `$x`, `[$a, $b]`, `{a: $x, $y, "k": [$z], (expr): $v}`. */
export type Pattern =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'array'; readonly items: readonly Pattern[] }
  | { readonly kind: 'object'; readonly members: readonly PatternMember[] };

/** One member of an object pattern. `name` binds the member's value as well (`{$a: [$b]}`). */
export interface PatternMember {
  readonly key: ExpressionAst;
  readonly name: string | undefined;
  readonly value: Pattern | undefined;
}

/** A function parameter; `$name` parameters are evaluated by the call and bound as variables too. */
export interface Parameter {
  readonly name: string;
  readonly byValue: boolean;
}

/** What a syntax node says; see the language table in docs/expressions.md. */
type NodeShape =
  | { readonly kind: 'identity' }
  | { readonly kind: 'literal'; readonly value: Json }
  | {
      readonly kind: 'text';
      readonly format: string | undefined;
      readonly parts: readonly (string | ExpressionAst)[];
    }
  | { readonly kind: 'format'; readonly name: string }
  | {
      readonly kind: 'index';
      readonly target: ExpressionAst;
      readonly key: ExpressionAst;
      readonly optional?: true;
    }
  | {
      readonly kind: 'slice';
      readonly target: ExpressionAst;
      /** `?` right after an access drops the errors of that access only, not those of its target. */
      readonly optional?: true;
      readonly from: ExpressionAst | undefined;
      readonly to: ExpressionAst | undefined;
    }
  | { readonly kind: 'iterate'; readonly target: ExpressionAst; readonly optional?: true }
  | { readonly kind: 'array'; readonly body: ExpressionAst | undefined }
  | { readonly kind: 'object'; readonly members: readonly { key: ExpressionAst; value: ExpressionAst }[] }
  | { readonly kind: 'negate'; readonly body: ExpressionAst }
  | {
      readonly kind: 'pipe' | 'comma' | 'and' | 'or' | 'alternative';
      readonly left: ExpressionAst;
      readonly right: ExpressionAst;
    }
  | {
      readonly kind: 'binary';
      readonly operator: ValueOperator;
      readonly left: ExpressionAst;
      readonly right: ExpressionAst;
    }
  | {
      readonly kind: 'assign';
      readonly operator: AssignOperator;
      readonly left: ExpressionAst;
      readonly right: ExpressionAst;
    }
  | {
      readonly kind: 'if';
      readonly condition: ExpressionAst;
      readonly whenTrue: ExpressionAst;
      readonly otherwise: ExpressionAst | undefined;
    }
  | { readonly kind: 'try'; readonly body: ExpressionAst; readonly handler: ExpressionAst | undefined }
  | {
      readonly kind: 'reduce';
      readonly source: ExpressionAst;
      readonly pattern: Pattern;
      readonly start: ExpressionAst;
      readonly update: ExpressionAst;
    }
  | {
      readonly kind: 'foreach';
      readonly source: ExpressionAst;
      readonly pattern: Pattern;
      readonly start: ExpressionAst;
      readonly update: ExpressionAst;
      readonly extract: ExpressionAst | undefined;
    }
  | {
      readonly kind: 'as';
      readonly source: ExpressionAst;
      readonly pattern: Pattern;
      readonly body: ExpressionAst;
    }
  | {
      readonly kind: 'def';
      readonly name: string;
      readonly parameters: readonly Parameter[];
      readonly body: ExpressionAst;
      readonly rest: ExpressionAst;
    }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly ExpressionAst[] }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'label'; readonly name: string; readonly body: ExpressionAst }
  | { readonly kind: 'break'; readonly name: string };

/** A parsed expression. `offset` is where the node starts in the source (UTF-16 code units from 0). */
export type ExpressionAst = NodeShape & { readonly offset: number };
