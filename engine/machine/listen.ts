import { canonicalJson, type Json, type JsonObject } from '../../domain/json.ts';
import { compileExpression, unwrapExpression } from '../expression/index.ts';
import type { ListenFilter, NodeOf } from '../plan.ts';
import type { EventRoute } from '../types.ts';
import { evaluate, fill, holds } from './evaluate.ts';
import type { BodyResult, Frame, Listening } from './state.ts';
import type { Turn } from './turn.ts';

type ListenNode = NodeOf<'listen'>;

/** Begins to listen: correlation values that are known now are fixed, and the driver is told which events may matter. */
export function startListen(turn: Turn, node: ListenNode, frameId: string): BodyResult | undefined {
  const frame = turn.own(frameId);
  const keys: JsonObject = {};
  for (const { correlate } of allFilters(node)) {
    for (const [name, { expect }] of Object.entries(correlate ?? {})) {
      if (expect !== undefined) keys[name] = fill(turn, expect, frame.input, { frame });
    }
  }
  if (node.mode === 'all' && node.filters.length === 0) return { kind: 'done', output: [] };
  frame.listening = { events: [], met: [], keys };
  turn.record(frame, 'waiting', { input: frame.input });
  const step = turn.visitOf(frame);
  frame.command = turn.issue(
    { kind: 'awaitEvent', step, routes: routesOf(node, keys) },
    { frame: frameId, role: 'event' },
  );
  return undefined;
}

function routesOf(node: ListenNode, keys: JsonObject): EventRoute[] {
  if (
    takesAll(node.filters) ||
    (node.until !== undefined && 'filters' in node.until && takesAll(node.until.filters))
  )
    return [{ type: null, keys: [] }];
  return allFilters(node).map(({ with: wanted, correlate }) => {
    const { type } = wanted;
    return {
      type: typeof type === 'string' && unwrapExpression(type) === undefined ? type : null,
      keys: Object.entries(correlate ?? {}).flatMap(([name, { from, expect }]) =>
        // An expression over the run itself cannot be asked of an event outside it.
        expect === undefined || compileExpression(from).variables.length > 0
          ? []
          : [{ from, value: canonicalJson(keys[name] ?? null) }],
      ),
    };
  });
}

/** The filters of the task and those of its `until`: the driver is told of both. */
function allFilters({ filters, until }: ListenNode): readonly ListenFilter[] {
  return until !== undefined && 'filters' in until ? [...filters, ...until.filters] : filters;
}

function takesAll(filters: readonly ListenFilter[]): boolean {
  return filters.length === 0;
}

/**
 * What an event means to a listen task: nothing, one of the events it still waits for, or the last of them with the output. `taken` is
 * what the event adds to the output, nothing when it only counts for `until`.
 */
export type Heard =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'more'; readonly taken: readonly Json[] }
  | { readonly kind: 'last'; readonly taken: readonly Json[]; readonly output: Json };

const NOTHING: Heard = { kind: 'nothing' };

/** Whether the output of a listen task says less than the events it took. */
function keepsEnvelopes({ read, until, outputAs }: ListenNode): boolean {
  return read === 'data' || outputAs !== undefined || (until !== undefined && 'filters' in until);
}

/** The events a listen task took, in their order, `event` the last; undefined where its output is just that. */
export function answerOf(node: ListenNode, { listening }: Frame, event: JsonObject): Json | undefined {
  if (!keepsEnvelopes(node)) return undefined;
  const { envelopes = [] } = listening ?? {};
  return envelopes.at(-1) === event ? envelopes : [...envelopes, event];
}

function withEnvelope(node: ListenNode, listening: Listening, event: JsonObject): Listening {
  if (!keepsEnvelopes(node) || node.foreach !== undefined) return listening;
  return { ...listening, envelopes: [...(listening.envelopes ?? []), event] };
}

/**
 * Offers an event to a listen task. The output is the array of consumed events in the order they came, each as `read` asks. An event
 * meets one filter, the first that still waits; a correlation value that was not given is that of the first event. With `until` the task
 * listens on until that holds; an event `until` waits for is not part of the output.
 */
export function heard(turn: Turn, frame: Frame, event: JsonObject): Heard {
  const node = turn.node(frame.node);
  const listening = frame.listening;
  if (node.kind !== 'listen' || listening === undefined) return NOTHING;
  const ending = endingOf(turn, node, frame, listening, event);
  if (ending !== undefined) return ending;
  const open = node.mode === 'all' ? listening.met : [];
  const match = matchOf(turn, node.filters, open, frame, event);
  if (match === undefined) return NOTHING;
  const taken = [node.read === 'data' ? (event['data'] ?? null) : event];
  const events = [...listening.events, ...taken];
  const met = node.mode === 'all' ? [...listening.met, match.filter] : [];
  frame.listening = withEnvelope(node, { ...listening, events, met, keys: match.keys }, event);
  return isHeardOut(turn, node, frame, frame.listening)
    ? { kind: 'last', taken, output: events }
    : { kind: 'more', taken };
}

function isHeardOut(turn: Turn, node: ListenNode, frame: Frame, { events, met }: Listening): boolean {
  if (node.mode === 'all') return met.length === node.filters.length;
  if (node.until === undefined) return true;
  return 'expr' in node.until && holds(turn, node.until.expr, events, { frame });
}

/** What the event means to an `until` that waits for events; undefined when it is none of those. */
function endingOf(
  turn: Turn,
  node: ListenNode,
  frame: Frame,
  listening: Listening,
  event: JsonObject,
): Heard | undefined {
  const { until } = node;
  if (until === undefined || 'expr' in until) return undefined;
  const { ending = [] } = listening;
  const match = matchOf(turn, until.filters, ending, frame, event);
  if (match === undefined) return undefined;
  const met = [...ending, match.filter];
  if (until.mode !== 'all' || met.length === until.filters.length)
    return { kind: 'last', taken: [], output: listening.events };
  frame.listening = withEnvelope(node, { ...listening, ending: met, keys: match.keys }, event);
  return { kind: 'more', taken: [] };
}

interface Match {
  readonly filter: number;
  readonly keys: JsonObject;
}

function matchOf(
  turn: Turn,
  filters: readonly ListenFilter[],
  met: readonly number[],
  frame: Frame,
  event: JsonObject,
): Match | undefined {
  const { keys = {} } = frame.listening ?? {};
  if (takesAll(filters)) return { filter: 0, keys };
  for (const [index, filter] of filters.entries()) {
    if (met.includes(index) || !suits(turn, filter, frame, event)) continue;
    const correlated = correlatedKeys(turn, filter, frame, event, keys);
    if (correlated !== undefined) return { filter: index, keys: correlated };
  }
  return undefined;
}

/** Texts equal, expressions true: those for `data` look at the data, others at the whole event. */
function suits(turn: Turn, filter: ListenFilter, frame: Frame, event: JsonObject): boolean {
  return Object.entries(filter.with).every(([key, wanted]) => {
    const actual = Object.hasOwn(event, key) ? (event[key] ?? null) : null;
    const source = typeof wanted === 'string' ? unwrapExpression(wanted) : undefined;
    if (source === undefined) return canonicalJson(actual) === canonicalJson(wanted);
    return holds(turn, source, key === 'data' ? actual : event, { frame });
  });
}

/** The correlation values after this event; undefined when it lacks one or has another. */
function correlatedKeys(
  turn: Turn,
  { correlate }: ListenFilter,
  frame: Frame,
  event: JsonObject,
  known: JsonObject,
): JsonObject | undefined {
  const keys: JsonObject = { ...known };
  for (const [name, { from }] of Object.entries(correlate ?? {})) {
    const value = evaluate(turn, from, event, { frame });
    if (value === null) return undefined;
    const expected = Object.hasOwn(keys, name) ? keys[name] : undefined;
    if (expected !== undefined && canonicalJson(expected) !== canonicalJson(value)) return undefined;
    keys[name] = value;
  }
  return keys;
}
