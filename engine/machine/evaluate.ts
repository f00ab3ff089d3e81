import { Check, Errors } from 'typebox/schema';
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { parseDuration } from '../durations.ts';
import { FlowFailure, standardError } from '../errors.ts';
import { compileExpression, ExpressionError } from '../expression/index.ts';
import type { DurationPlan, Template } from '../plan.ts';
import { valueAt } from '../pointer.ts';
import type { BodyResult, Frame } from './state.ts';
import type { Turn } from './turn.ts';

/** What an expression sees: the task it belongs to, and values that only this place has (`output`, the caught error). */
export interface Scope {
  readonly frame: Frame;
  readonly extra?: Readonly<Record<string, Json>> | undefined;
}

/** Evaluates one expression source. Fails with the standard error `expression`. */
export function evaluate(turn: Turn, source: string, input: Json, scope: Scope): Json {
  const { pointer } = turn.node(scope.frame.node);
  try {
    const expression = compileExpression(source);
    const variables: Record<string, Json> = {};
    for (const name of expression.variables) {
      const value = variable(turn, name, scope);
      if (value !== undefined) variables[name] = value;
    }
    return expression.first(input, {
      variables,
      nowMs: turn.nowMs,
      revision: turn.data.facts.expressions ?? 1,
    });
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw new FlowFailure(
      standardError('expression', pointer, `${error.code}: ${error.message} (in ${source.slice(0, 200)})`),
    );
  }
}

/** True unless the value is null or false, as jq has it. */
export function holds(turn: Turn, source: string, input: Json, scope: Scope): boolean {
  const value = evaluate(turn, source, input, scope);
  return value !== null && value !== false;
}

/** Fills a template. */
export function fill(turn: Turn, template: Template, input: Json, scope: Scope): Json {
  if ('lit' in template) return template.lit;
  if ('expr' in template) return evaluate(turn, template.expr, input, scope);
  if ('arr' in template) return template.arr.map((item) => fill(turn, item, input, scope));
  const filled: JsonObject = {};
  for (const [key, member] of Object.entries(template.obj)) filled[key] = fill(turn, member, input, scope);
  return filled;
}

/** A duration in milliseconds. An expression must give an ISO 8601 text or a duration object. */
export function durationMs(turn: Turn, duration: DurationPlan, input: Json, scope: Scope): number {
  if (typeof duration === 'number') return duration;
  const value = evaluate(turn, duration.expr, input, scope);
  const ms = parseDuration(value);
  if (ms !== undefined) return ms;
  const { pointer } = turn.node(scope.frame.node);
  throw new FlowFailure(
    standardError(
      'expression',
      pointer,
      `${JSON.stringify(value).slice(0, 100)} is not a duration (in ${duration.expr.slice(0, 200)})`,
    ),
  );
}

/** Checks a value against a JSON Schema. Fails with the standard error `validation`, which names the first offending place. */
export function checkSchema(turn: Turn, schema: JsonObject, value: Json, scope: Scope, what: string): void {
  if (Check(schema, value)) return;
  const [, errors] = Errors(schema, value);
  const first = errors[0];
  const where = first === undefined || first.instancePath === '' ? 'the whole value' : first.instancePath;
  const { pointer } = turn.node(scope.frame.node);
  throw new FlowFailure(
    standardError(
      'validation',
      pointer,
      `${what} does not match its schema: ${where} ${first?.message ?? 'is not allowed'}`,
    ),
  );
}

/** The result of a step that threw. Only failures of the flow are results; anything else is a defect and goes on. */
export function failed(error: unknown): BodyResult {
  if (error instanceof FlowFailure) return { kind: 'error', error: error.error };
  throw error;
}

function variable(turn: Turn, name: string, scope: Scope): Json | undefined {
  const { frame, extra } = scope;
  if (extra !== undefined && Object.hasOwn(extra, name)) return extra[name];
  switch (name) {
    case 'context':
      return turn.data.context;
    case 'input':
      return frame.input;
    case 'task':
      return describeTask(turn, frame);
    case 'workflow':
      return {
        id: turn.data.facts.runId,
        definition: turn.root.definition,
        input: turn.data.input,
        startedAt: describeInstant(turn.data.facts.startedAtMs),
      };
    case 'runtime':
      return { name: 'afterbell', version: turn.data.facts.engineVersion, metadata: {} };
    default:
      return loopVariable(turn, name, frame);
  }
}

function loopVariable(turn: Turn, name: string, frame: Frame): Json | undefined {
  if (frame.vars !== undefined && Object.hasOwn(frame.vars, name)) return frame.vars[name];
  for (let at = frame.parent; at !== ''; ) {
    const outer = turn.frame(at);
    if (outer.vars !== undefined && Object.hasOwn(outer.vars, name)) return outer.vars[name];
    at = outer.parent;
  }
  return undefined;
}

/** The tasks of an extension see the task they stand around as `$task`. */
function subjectOf(turn: Turn, frame: Frame): Frame {
  for (let at = frame.parent; at !== ''; ) {
    const outer = turn.frame(at);
    if (turn.node(outer.node).kind === 'extended' && outer.phase !== 'body') return outer;
    at = outer.parent;
  }
  return frame;
}

function describeTask(turn: Turn, asking: Frame): JsonObject {
  const frame = subjectOf(turn, asking);
  const node = turn.node(frame.node);
  const definition = valueAt(turn.root.definition, node.definedAt ?? node.pointer);
  return {
    ...(isJsonObject(definition) ? definition : {}),
    name: node.name,
    reference: node.pointer,
    definition: definition ?? null,
    input: frame.raw,
    startedAt: describeInstant(frame.startedAtMs),
  };
}

function describeInstant(atMs: number): JsonObject {
  return {
    iso8601: new Date(atMs).toISOString(),
    epoch: { seconds: Math.floor(atMs / 1000), milliseconds: atMs },
  };
}
