import { isJsonObject, type Json } from '../../domain/json.ts';
import { FlowFailure, standardError } from '../errors.ts';
import { readsInput } from '../expression/reads-input.ts';
import { compileExpression } from '../expression/index.ts';
import type { NodeOf, PlanNode, PlanRoot, Template } from '../plan.ts';
import type { ChunkResult, FlowError, ItemCall, MachineEvent } from '../types.ts';
import { checkSchema, fill } from './evaluate.ts';
import type { BodyResult } from './state.ts';
import type { Turn } from './turn.ts';
import { childVisit } from './visit.ts';

type LoopNode = NodeOf<'for'>;
type CallNode = NodeOf<'call'>;

/** Characters of JSON text one chunk may ask for: it goes through history as one payload. */
const CHUNK_BYTES = 128 * 1024;
/** Variables that stand for something else in every round. */
const CHANGING = new Set(['input', 'task', 'output']);

const checked = new WeakMap<LoopNode, CallNode | null>();

/**
 * The call a loop consists of when its rounds do not depend on each other: nothing but a call of a function that takes many, without
 * conditions, exports or jumps, whose arguments do not read what the round before gave. Undefined for every other loop.
 */
function chunkedCall(root: PlanRoot, node: LoopNode): CallNode | undefined {
  const known = checked.get(node);
  if (known !== undefined) return known ?? undefined;
  const items = root.lists[node.list]?.items ?? [];
  const [only] = items;
  const call = items.length === 1 && only !== undefined ? root.nodes[only] : undefined;
  const isFit = node.while === undefined && call?.kind === 'call' && isPlainCall(call);
  checked.set(node, isFit ? call : null);
  return isFit ? call : undefined;
}

function isPlainCall(call: PlanNode & CallNode): boolean {
  const {
    pointer: _pointer,
    name: _name,
    definedAt: _definedAt,
    kind: _kind,
    function: _function,
    with: args,
    ...more
  } = call;
  return Object.keys(more).length === 0 && !dependsOnRound(args);
}

function dependsOnRound(template: Template): boolean {
  if ('lit' in template) return false;
  if ('arr' in template) return template.arr.some(dependsOnRound);
  if ('obj' in template) return Object.values(template.obj).some(dependsOnRound);
  return (
    readsInput(template.expr) || compileExpression(template.expr).variables.some((name) => CHANGING.has(name))
  );
}

/**
 * Sends out as many of the next rounds of a loop as go together; false when the next round goes its own way. A round whose arguments
 * cannot be made ends the chunk before it, and fails where it always did.
 */
export function startChunk(turn: Turn, node: LoopNode, frameId: string): boolean {
  if (turn.data.facts.hasChunks !== true) return false;
  const call = chunkedCall(turn.root, node);
  const entry = call === undefined ? undefined : turn.plan.functions[call.function];
  const most = entry?.run.kind === 'activity' ? (entry.run.items ?? 0) : 0;
  if (call === undefined || most < 2) return false;
  const frame = turn.own(frameId);
  frame.list = node.list;
  const from = frame.index ?? 0;
  const items = callsFrom(turn, node, call, frameId, Math.min(most, (frame.items?.length ?? 0) - from));
  const [first] = items;
  frame.index = from;
  if (first === undefined || items.length < 2) return false;
  const sequence = turn.data.sequence + 1;
  turn.data.sequence += items.length;
  frame.command = turn.issue(
    {
      kind: 'callItems',
      step: { pointer: call.pointer, name: call.name, visit: first.visit, attempt: frame.attempt },
      function: call.function,
      items,
      sequence,
      ...(frame.deadlineAtMs === undefined ? {} : { deadlineAtMs: frame.deadlineAtMs }),
    },
    { frame: frameId, role: 'chunk' },
  );
  return true;
}

function callsFrom(turn: Turn, node: LoopNode, call: CallNode, frameId: string, count: number): ItemCall[] {
  const frame = turn.own(frameId);
  const entry = turn.plan.functions[call.function];
  const from = frame.index ?? 0;
  const calls: ItemCall[] = [];
  let bytes = 0;
  for (let at = from; at < from + count; at += 1) {
    turn.tick(node.pointer);
    frame.index = at;
    frame.vars = { [node.each]: frame.items?.[at] ?? null, [node.at]: at };
    try {
      const input = fill(turn, call.with, null, { frame });
      if (entry !== undefined)
        checkSchema(turn, entry.input, input, { frame }, `the input of ${call.function}`);
      bytes += JSON.stringify(input).length;
      if (bytes > CHUNK_BYTES) return calls;
      calls.push({ visit: childVisit(turn, frame), input });
    } catch (error) {
      if (!(error instanceof FlowFailure)) throw error;
      return calls;
    }
  }
  return calls;
}

/** A chunk has ended: `again` when the loop goes on with what it left, else how the loop ends. */
export function chunkEnded(
  turn: Turn,
  node: LoopNode,
  frameId: string,
  event: Exclude<MachineEvent, { kind: 'cancelRequested' }>,
): BodyResult | 'again' {
  const { pointer = node.pointer } = chunkedCall(turn.root, node) ?? {};
  if (event.kind === 'callFailed') return { kind: 'error', error: { ...event.error, instance: pointer } };
  const result = event.kind === 'callCompleted' ? chunkResult(event.output) : undefined;
  if (result === undefined) {
    const what = 'the calls were cancelled from outside the run';
    return { kind: 'error', error: standardError('runtime', pointer, what) };
  }
  const frame = turn.own(frameId);
  frame.index = (frame.index ?? 0) + result.done;
  if (result.done > 0) frame.data = result.output;
  if (result.error !== undefined) return { kind: 'error', error: { ...result.error, instance: pointer } };
  return 'again';
}

function chunkResult(output: Json): ChunkResult | undefined {
  if (!isJsonObject(output) || typeof output['done'] !== 'number') return undefined;
  const { done, error } = output;
  const told = isJsonObject(error) ? { error: error as unknown as FlowError } : {};
  return { done, output: output['output'] ?? null, ...told };
}
