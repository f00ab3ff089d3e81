import { describe, expect, it } from 'vitest';
import type { Json } from '../../domain/json.ts';
import { flow, planOf, run, startMs } from '../testing/catalogue.ts';
import type { Command, MachineEvent, Transition } from '../types.ts';
import { advanceMachine, startMachine } from './machine.ts';

const FACTS = { runId: 'r', startedAtMs: startMs, engineVersion: 'test', expressions: 2, hasChunks: true };
const loop = (call: string, more = ''): string =>
  `do: [ { all: { for: { each: v, at: i, in: '\${ .items }' }${more}, do: [ { one: { ${call} } } ] } } ]`;
const BULK = `call: 'bulk:1.0.0@default', with: { n: '\${ $v }' }`;
const ITEMS = { items: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] };

/** Answers every call with its input, chunks as a driver does; `failing` is the argument that fails. */
function drive(rest: string, input: Json, failing?: Json): { commands: Command[]; last: Transition } {
  const plan = planOf(flow(rest));
  let turn = startMachine(plan, input, FACTS, startMs);
  const commands: Command[] = [...turn.commands];
  for (let at = 0; at < commands.length; at += 1) {
    const command = commands[at];
    if (command === undefined || !('commandId' in command) || command.kind === 'cancel') continue;
    turn = advanceMachine(plan, turn.state, answer(command, failing));
    commands.push(...turn.commands);
  }
  return { commands, last: turn };
}

const ERROR = { type: 'https://x.example/no', status: 409, title: 'no' };

function answer(
  command: Exclude<Command, { kind: 'complete' | 'fail' | 'cancelled' }>,
  failing?: Json,
): MachineEvent {
  const { commandId } = command;
  const isFailing = (input: Json): boolean => JSON.stringify(input) === JSON.stringify({ n: failing });
  if (command.kind === 'callItems') {
    const bad = command.items.findIndex(({ input }) => isFailing(input));
    const done = bad < 0 ? command.items.length : bad;
    const output = command.items[done - 1]?.input ?? null;
    return {
      kind: 'callCompleted',
      commandId,
      output: { done, output, ...(bad < 0 ? {} : { error: ERROR }) },
      atMs: startMs,
    };
  }
  if (command.kind === 'callFunction' && isFailing(command.input))
    return { kind: 'callFailed', commandId, error: ERROR, atMs: startMs };
  return {
    kind: 'callCompleted',
    commandId,
    output: 'input' in command ? command.input : null,
    atMs: startMs,
  };
}

const shapes = (commands: readonly Command[]): string[] =>
  commands.map((command) => (command.kind === 'callItems' ? `${command.items.length} calls` : command.kind));

describe('loops in chunks', () => {
  it('send out calls that do not depend on each other together, as visits of their own', async () => {
    const { commands } = drive(loop(BULK), ITEMS);
    expect(shapes(commands)).toEqual(['4 calls', '4 calls', '2 calls', 'complete']);
    expect(commands[1]).toMatchObject({
      function: 'bulk:1.0.0',
      step: { pointer: '/do/0/all/do/0/one', visit: '4', attempt: 1 },
      items: [4, 5, 6, 7].map((n) => ({ visit: String(n), input: { n } })),
    });
    const alone = await run(loop(BULK), ITEMS);
    expect(commands.at(-1)).toEqual({ kind: 'complete', output: alone.output });
  });

  it('leave the numbers of the timeline to whoever carries the calls out', () => {
    const { commands, last } = drive(loop(BULK), ITEMS);
    expect(commands.flatMap((command) => (command.kind === 'callItems' ? [command.sequence] : []))).toEqual([
      1, 5, 9,
    ]);
    expect(last.records.map(({ sequence, status }) => [sequence, status])).toEqual([[11, 'completed']]);
  });

  it('end with the error of the call that failed, which a try around them catches', () => {
    const { commands } = drive(loop(BULK), ITEMS, 6);
    expect(shapes(commands)).toEqual(['4 calls', '4 calls', 'fail']);
    expect(commands.at(-1)).toMatchObject({ error: { status: 409, instance: '/do/0/all/do/0/one' } });
    const caught = `do: [ { t: { try: [ { all: { for: { each: v, in: '\${ .items }' }, do: [ { one: { ${BULK} } } ] } } ], catch: { do: [ { s: { set: { caught: true } } } ] } } } ]`;
    expect(drive(caught, ITEMS, 6).commands.at(-1)).toEqual({ kind: 'complete', output: { caught: true } });
  });

  it('send the last call alone when it is the only one left', () => {
    expect(shapes(drive(loop(BULK), { items: [1, 2, 3, 4, 5] }).commands)).toEqual([
      '4 calls',
      'callFunction',
      'complete',
    ]);
  });

  it('end a chunk before arguments that cannot be made, and fail there as ever', async () => {
    const items = { items: [1, 2, 'x', 4] };
    const { commands } = drive(loop(BULK), items);
    expect(shapes(commands)).toEqual(['2 calls', 'fail']);
    const alone = await run(loop(BULK), items);
    expect(commands.at(-1)).toMatchObject({ error: alone.error });
  });

  it.each([
    [
      'the argument reads what the round before gave',
      loop(`call: 'bulk:1.0.0@default', with: { n: '\${ .n }' }`),
      { items: ITEMS.items, n: 1 },
    ],
    [
      'the argument asks for the time',
      loop(`call: 'bulk:1.0.0@default', with: { n: '\${ now + $v }' }`),
      ITEMS,
    ],
    [
      'the argument asks for its task',
      loop(`call: 'bulk:1.0.0@default', with: { n: '\${ $v + ($task.name | length) }' }`),
      ITEMS,
    ],
    ['the call has a condition', loop(`if: '$v < 100', ${BULK}`), ITEMS],
    ['the call exports', loop(`${BULK}, export: { as: '$context' }`), ITEMS],
    ['the loop has a condition', loop(BULK, `, while: '$i < 100'`), ITEMS],
    ['the function does not take many', loop(`call: 'work:1.0.0@default', with: { n: '\${ $v }' }`), ITEMS],
  ])('go one by one when %s', (_why, rest, input) => {
    expect(new Set(shapes(drive(rest, input).commands))).not.toContain('4 calls');
  });

  it('do not exist for runs that began before them', () => {
    const plan = planOf(flow(loop(BULK)));
    const { hasChunks: _none, ...facts } = FACTS;
    expect(startMachine(plan, ITEMS, facts, startMs).commands[0]?.kind).toBe('callFunction');
  });

  it('come to rest before a cancelled run ends', () => {
    const plan = planOf(flow(loop(BULK)));
    let turn = startMachine(plan, ITEMS, FACTS, startMs);
    turn = advanceMachine(plan, turn.state, { kind: 'cancelRequested', by: 'x', reason: 'y', atMs: startMs });
    expect(turn.commands).toEqual([{ kind: 'cancel', commandId: 'c1' }]);
    turn = advanceMachine(plan, turn.state, { kind: 'callCancelled', commandId: 'c1', atMs: startMs });
    expect(turn.commands).toEqual([{ kind: 'cancelled', by: 'x', reason: 'y' }]);
  });
});
