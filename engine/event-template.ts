import type { Json, JsonObject } from '../domain/json.ts';
import { compileExpression, ExpressionError } from './expression/index.ts';
import type { Template } from './plan.ts';
import { expressionSource, templateOf } from './templates.ts';

/** A `${ }` text of a trigger failed on an event, or did not compile. `pointer` says where in the settings. */
export class TemplateError extends Error {
  readonly pointer: string;

  constructor(pointer: string, message: string) {
    super(`${pointer}: ${message}`);
    this.pointer = pointer;
  }
}

/** Fills the `${ }` texts of a value with what they give for `subject`. `nowMs` is what `now` means. Throws `TemplateError`. */
export function fillTemplate(value: Json, subject: JsonObject, nowMs: number, pointer = ''): Json {
  return fillPart(templateOf(value), subject, nowMs, pointer);
}

/** Evaluates one expression, with or without `${ }`, over `subject`. Throws `TemplateError`. */
export function askSubject(expression: string, subject: JsonObject, nowMs: number, pointer = ''): Json {
  return ask(expressionSource(expression), subject, nowMs, pointer);
}

/** Every `${ }` text of a value that does not compile or uses a variable: beside the subject there are none. */
export function templateFaults(value: Json, pointer = ''): TemplateError[] {
  const faults: TemplateError[] = [];
  const visit = (part: Template, at: string): void => {
    if ('expr' in part) {
      const fault = expressionFault(part.expr, at);
      if (fault !== undefined) faults.push(fault);
    } else if ('arr' in part) {
      for (const [index, item] of part.arr.entries()) visit(item, `${at}/${index}`);
    } else if ('obj' in part) {
      for (const [key, item] of Object.entries(part.obj)) visit(item, `${at}/${key}`);
    }
  };
  visit(templateOf(value), pointer);
  return faults;
}

/** What is wrong with one expression of a trigger; undefined when nothing is. */
export function expressionFault(expression: string, pointer: string): TemplateError | undefined {
  try {
    const [variable] = compileExpression(expressionSource(expression)).variables;
    return variable === undefined
      ? undefined
      : new TemplateError(pointer, `$${variable} does not exist here, only the event itself`);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return new TemplateError(pointer, error.message);
  }
}

function fillPart(part: Template, subject: JsonObject, nowMs: number, pointer: string): Json {
  if ('lit' in part) return part.lit;
  if ('expr' in part) return ask(part.expr, subject, nowMs, pointer);
  if ('arr' in part)
    return part.arr.map((item, index) => fillPart(item, subject, nowMs, `${pointer}/${index}`));
  const filled: Record<string, Json> = {};
  for (const [key, item] of Object.entries(part.obj))
    filled[key] = fillPart(item, subject, nowMs, `${pointer}/${key}`);
  return filled;
}

function ask(source: string, subject: JsonObject, nowMs: number, pointer: string): Json {
  try {
    return compileExpression(source).first(subject, { variables: {}, nowMs });
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw new TemplateError(pointer, error.message);
  }
}
