import type { Json } from '../../domain/json.ts';
import { ExpressionError, compileExpression, unwrapExpression } from '../../engine/expression/index.ts';
import { parseInstant, printJson, readArguments, readJson } from '../io.ts';
import type { Command } from '../io.ts';

/**
 * `expression E`: evaluates one jq-core expression, with or without `${ }`. The first output is the value, null when
 * there is none. Without --input the input is null; without --now, `now` is the present moment.
 */
export const expression: Command = async (args, io) => {
  const { values, positionals } = readArguments(
    args,
    {
      json: { type: 'boolean', default: false },
      input: { type: 'string' },
      now: { type: 'string' },
      variables: { type: 'string' },
    },
    'afterbell expression E [--input FILE] [--variables FILE] [--now ISO]',
    [1, 1],
  );
  const [text = ''] = positionals;
  const nowMs = values.now === undefined ? Date.now() : parseInstant('--now', values.now);
  const input = values.input === undefined ? null : readJson(io, values.input);
  const variables = values.variables === undefined ? {} : readJson(io, values.variables);
  try {
    const value = compileExpression(unwrapExpression(text) ?? text).first(input, {
      nowMs,
      variables: variables as Record<string, Json>,
    });
    if (values.json) printJson(io, { value });
    else io.out(typeof value === 'string' ? value : JSON.stringify(value, null, 2));
    return 0;
  } catch (thrown) {
    if (!(thrown instanceof ExpressionError)) throw thrown;
    const where = thrown.offset === undefined ? {} : { offset: thrown.offset };
    if (values.json) printJson(io, { error: { code: thrown.code, message: thrown.message, ...where } });
    else io.err(`afterbell: ${thrown.code}: ${thrown.message}`);
    return 1;
  }
};
