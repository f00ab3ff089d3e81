import { describe, expect, it } from 'vitest';
import type { Json } from '../../domain/json.ts';
import { advanceMachine, startMachine } from '../index.ts';
import { flow, planOf, startMs } from '../testing/catalogue.ts';
import type { Command, Transition } from '../types.ts';

const FACTS = { runId: 'r', startedAtMs: startMs, engineVersion: 'test' };
const rounds = (foreach: string, until = '2'): string =>
  flow(
    `do: [ { l: { listen: { to: { any: [ { with: { type: t } } ], until: 'length == ${until}' } }, foreach: ${foreach} } } ]`,
  );

/** Drives a machine by hand, so that events come while a round is still at work. */
function bench(source: string) {
  const plan = planOf(source);
  let at: Transition = startMachine(plan, {}, FACTS, startMs);
  const commands: Command[] = [...at.commands];
  const through = (next: Transition): void => {
    at = { ...next, state: JSON.parse(JSON.stringify(next.state)) as Transition['state'] };
    commands.push(...next.commands);
  };
  const listening = commands.find((command) => command.kind === 'awaitEvent');
  return {
    event: (n: number) => {
      const event = { specversion: '1.0', id: `e${n}`, source: '/t', type: 't', data: { n } };
      const commandId = listening !== undefined && 'commandId' in listening ? listening.commandId : '';
      through(advanceMachine(plan, at.state, { kind: 'eventReceived', commandId, event, atMs: startMs }));
    },
    answer: (commandId: string, output: Json) =>
      through(advanceMachine(plan, at.state, { kind: 'callCompleted', commandId, output, atMs: startMs })),
    fail: (commandId: string) => {
      const error = { type: 'https://e.example/no', status: 500, title: 'no' };
      through(advanceMachine(plan, at.state, { kind: 'callFailed', commandId, error, atMs: startMs }));
    },
    calls: () =>
      commands.filter(
        (command): command is Extract<Command, { kind: 'callFunction' }> => command.kind === 'callFunction',
      ),
    last: () => commands.at(-1),
    status: () => at.state.status,
  };
}

const WORK = `{ item: event, at: i, do: [ { w: { call: 'work:1.0.0@default', with: { n: '\${ $event.n }', i: '\${ $i }' } } } ], output: { as: '{ got: . }' } }`;

describe('listen with foreach', () => {
  it('works on one event after the other, in the order they came', () => {
    const machine = bench(rounds(WORK));
    machine.event(7);
    machine.event(8);
    expect(machine.calls().map(({ input }) => input)).toEqual([{ n: 7, i: 0 }]);
    machine.answer(machine.calls()[0]?.commandId ?? '', 'first');
    expect(machine.calls().map(({ input }) => input)).toEqual([
      { n: 7, i: 0 },
      { n: 8, i: 1 },
    ]);
    expect(machine.calls().map(({ step }) => step.visit)).toEqual(['0', '1']);
    expect(machine.status()).toBe('running');
    machine.answer(machine.calls()[1]?.commandId ?? '', 'second');
    expect(machine.last()).toEqual({ kind: 'complete', output: [{ got: 'first' }, { got: 'second' }] });
  });

  it('a round may export, and needs no tasks', () => {
    const machine = bench(
      rounds(`{ output: { as: '.n' }, export: { as: '{ sum: (($context.sum // 0) + .) }' } }`, '3'),
    );
    for (const n of [1, 2, 3]) machine.event(n);
    expect(machine.last()).toEqual({ kind: 'complete', output: [1, 2, 3] });
  });

  it('an error of a round ends the task and its listening', () => {
    const machine = bench(rounds(WORK));
    machine.event(1);
    machine.fail(machine.calls()[0]?.commandId ?? '');
    expect(machine.status()).toBe('failed');
  });

  it('ends when the events of until come, once the queue is worked off', () => {
    const machine = bench(
      flow(
        `do: [ { l: { listen: { to: { any: [ { with: { type: t } } ], until: { one: { with: { type: t, id: e9 } } } } }, foreach: ${WORK} } } ]`,
      ),
    );
    machine.event(1);
    machine.event(9);
    expect(machine.status()).toBe('running');
    machine.answer(machine.calls()[0]?.commandId ?? '', 'only');
    expect(machine.last()).toEqual({ kind: 'complete', output: [{ got: 'only' }] });
  });
});
