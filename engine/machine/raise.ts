import { isJsonObject, type Json } from '../../domain/json.ts';
import { FlowFailure, standardError } from '../errors.ts';
import type { NodeOf } from '../plan.ts';
import type { FlowError } from '../types.ts';
import { fill } from './evaluate.ts';
import type { Frame } from './state.ts';
import type { Turn } from './turn.ts';

/** The error a raise task describes; `instance` is the task itself unless the document says otherwise. */
export function raisedError(turn: Turn, node: NodeOf<'raise'>, frame: Frame): FlowError {
  const filled = fill(turn, node.error, frame.input, { frame });
  const error = flowError(filled, node.pointer);
  if (error !== undefined) return error;
  throw new FlowFailure(
    standardError('expression', node.pointer, 'the error to raise has no type text and status number'),
  );
}

function flowError(value: Json, pointer: string): FlowError | undefined {
  if (!isJsonObject(value) || typeof value['type'] !== 'string' || typeof value['status'] !== 'number')
    return undefined;
  const { detail, instance, title } = value;
  return {
    type: value['type'],
    status: value['status'],
    title: typeof title === 'string' ? title : '',
    ...(detail === undefined || detail === null ? {} : { detail: asText(detail) }),
    instance: typeof instance === 'string' ? instance : pointer,
  };
}

function asText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
