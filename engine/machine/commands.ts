import { isJsonObject, type Json, type JsonObject, sha256Hex } from '../../domain/json.ts';
import { FlowFailure, standardError } from '../errors.ts';
import type { NodeOf } from '../plan.ts';
import { checkSchema, durationMs, fill } from './evaluate.ts';
import { startListen } from './listen.ts';
import type { BodyResult, Frame } from './state.ts';
import type { Turn } from './turn.ts';

type CommandNode = NodeOf<'call' | 'run' | 'wait' | 'listen' | 'emit'>;

/** Begins a task that asks the driver for something. Undefined: it waits for the answer. */
export function startCommand(turn: Turn, node: CommandNode, frameId: string): BodyResult | undefined {
  const frame = turn.own(frameId);
  switch (node.kind) {
    case 'call':
      return startCall(turn, node, frame, frameId);
    case 'run':
      return startRun(turn, node, frame, frameId);
    case 'wait':
      return startWait(turn, node, frame, frameId);
    case 'emit':
      return startEmit(turn, node, frame, frameId);
    case 'listen':
      return startListen(turn, node, frameId);
  }
}

function startCall(turn: Turn, node: NodeOf<'call'>, frame: Frame, frameId: string): BodyResult | undefined {
  const filled = fill(turn, node.with, frame.input, { frame });
  const input = node.http === true ? expandEndpoint(node.pointer, filled, frame.input) : filled;
  const entry = turn.plan.functions[node.function];
  if (entry !== undefined) checkSchema(turn, entry.input, input, { frame }, `the input of ${node.function}`);
  frame.arguments = input;
  turn.record(frame, 'running', { input });
  frame.command = turn.issue(
    {
      kind: 'callFunction',
      step: turn.visitOf(frame),
      function: node.function,
      input,
      ...(frame.deadlineAtMs === undefined ? {} : { deadlineAtMs: frame.deadlineAtMs }),
      ...(node.isDetached === true ? { isDetached: true } : {}),
    },
    { frame: frameId, role: 'call' },
  );
  return undefined;
}

function startRun(turn: Turn, node: NodeOf<'run'>, frame: Frame, frameId: string): BodyResult | undefined {
  const input = node.input === undefined ? frame.input : fill(turn, node.input, frame.input, { frame });
  frame.arguments = input;
  turn.record(frame, 'running', { input });
  frame.command = turn.issue(
    { kind: 'runWorkflow', step: turn.visitOf(frame), flow: node.flow, input, awaitResult: node.await },
    { frame: frameId, role: 'call' },
  );
  return undefined;
}

function startWait(turn: Turn, node: NodeOf<'wait'>, frame: Frame, frameId: string): BodyResult | undefined {
  const ms = durationMs(turn, node.duration, frame.input, { frame });
  if (ms <= 0) return { kind: 'done', output: frame.input };
  turn.record(frame, 'waiting', { input: frame.input });
  frame.command = turn.issue(
    { kind: 'startTimer', step: turn.visitOf(frame), dueAtMs: turn.nowMs + ms },
    { frame: frameId, role: 'timer' },
  );
  return undefined;
}

function startEmit(turn: Turn, node: NodeOf<'emit'>, frame: Frame, frameId: string): BodyResult | undefined {
  const filled = fill(turn, node.event, frame.input, { frame });
  if (!isJsonObject(filled))
    throw new FlowFailure(standardError('expression', node.pointer, 'the event is not an object'));
  const identity = `${turn.data.facts.runId}|${node.pointer}|${frame.visit}`;
  const { name, namespace } = turn.plan.document;
  const event: JsonObject = {
    specversion: '1.0',
    id: sha256Hex(identity).slice(0, 32),
    source: `/flows/${namespace}/${name}`,
    time: new Date(turn.nowMs).toISOString(),
    ...filled,
  };
  frame.arguments = event;
  turn.record(frame, 'running', { input: event });
  frame.command = turn.issue(
    { kind: 'emitEvent', step: turn.visitOf(frame), event },
    { frame: frameId, role: 'call' },
  );
  return undefined;
}

const VARIABLE = /\{([A-Za-z_][A-Za-z0-9_.]*)\}/g;

/**
 * Fills `{name}` in the endpoint from the task's input, percent-encoded. A variable that is missing, null or not a plain value fails:
 * a shorter address than the author meant would reach another resource.
 */
function expandEndpoint(pointer: string, filled: Json, input: Json): Json {
  if (!isJsonObject(filled) || typeof filled['endpoint'] !== 'string') return filled;
  const endpoint = filled['endpoint'].replaceAll(VARIABLE, (_, name: string) => {
    const value = isJsonObject(input) && Object.hasOwn(input, name) ? input[name] : undefined;
    if (value === undefined || value === null || typeof value === 'object') {
      throw new FlowFailure(
        standardError(
          'expression',
          pointer,
          `the endpoint needs a value for {${name}} in the input of the task`,
        ),
      );
    }
    return encodeURIComponent(String(value));
  });
  return { ...filled, endpoint };
}

/** The output of a command that was answered. */
export function answered(turn: Turn, frame: Frame, output: Json): Json {
  const node = turn.node(frame.node);
  if (node.kind === 'run' && !node.await) return frame.input;
  if (node.kind === 'call' && node.isDetached === true) return frame.input;
  if (node.kind === 'emit') return frame.arguments ?? output;
  return output;
}
