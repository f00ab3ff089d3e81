import { compileExpression, ExpressionError } from '../expression/index.ts';
import { findExpressions } from '../expressions.ts';
import { errorAt } from '../problems.ts';
import type { Problem } from '../types.ts';
import type { Check } from './check.ts';

/** Variables every expression of a flow has. */
const COMMON = new Set(['context', 'input', 'task', 'workflow', 'runtime']);
/** Variables of the specification whose values may never reach workflow code, where they would be kept in history. */
const SECRET = new Set(['secrets', 'authorization']);

/** Expressions compile, and use only functions and variables that exist where they stand; no secrets among them. */
export const checkExpressions: Check = ({ document, tasks }) => {
  const problems: Problem[] = [];
  for (const { pointer, source, variables } of findExpressions(document, tasks)) {
    try {
      for (const name of compileExpression(source).variables) {
        if (SECRET.has(name)) {
          problems.push(
            errorAt(
              pointer,
              'secret-in-expression',
              `$${name} is not available in a flow: name the secret, the step resolves it`,
            ),
          );
        } else if (!COMMON.has(name) && !variables.includes(name)) {
          problems.push(
            errorAt(pointer, 'unknown-variable', `$${name} does not exist here: ${source.slice(0, 200)}`),
          );
        }
      }
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      problems.push(errorAt(pointer, codeOf(error), `${error.message}: ${source.slice(0, 200)}`));
    }
  }
  return problems;
};

function codeOf(error: ExpressionError): string {
  if (error.code === 'expression-unknown-function') return 'unknown-expression-function';
  return error.code === 'expression-unknown-variable' ? 'unknown-variable' : 'bad-expression';
}
