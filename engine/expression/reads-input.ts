import type { ExpressionAst } from './ast.ts';
import { parseExpression } from './index.ts';

/**
 * False when an expression surely gives the same whatever its input is, at whatever time. Errs on the side of true: only accesses,
 * literals, texts and operators over variables are looked into.
 */
export function readsInput(source: string): boolean {
  return reads(parseExpression(source));
}

function reads(ast: ExpressionAst): boolean {
  switch (ast.kind) {
    case 'literal':
    case 'variable':
      return false;
    case 'text':
      return ast.parts.some((part) => typeof part !== 'string' && reads(part));
    case 'index':
      return reads(ast.target) || reads(ast.key);
    case 'array':
      return ast.body !== undefined && reads(ast.body);
    case 'object':
      return ast.members.some(({ key, value }) => reads(key) || reads(value));
    case 'comma':
    case 'and':
    case 'or':
    case 'alternative':
    case 'binary':
      return reads(ast.left) || reads(ast.right);
    case 'negate':
      return reads(ast.body);
    case 'if':
      return (
        reads(ast.condition) || reads(ast.whenTrue) || ast.otherwise === undefined || reads(ast.otherwise)
      );
    case 'pipe':
      return reads(ast.left) || hasClock(ast.right);
    default:
      return true;
  }
}

/** What comes after a pipe sees only what was piped, but the clock is there for everybody: anything that might ask for it counts. */
function hasClock(ast: ExpressionAst): boolean {
  return JSON.stringify(ast).includes('"now"');
}
