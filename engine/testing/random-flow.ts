import type { Json, JsonObject } from '../../domain/json.ts';
import { Random } from './random.ts';

/** How large a flow is made and what its durations are counted in. */
export interface RandomFlowOptions {
  /** Most tasks; 40 when absent. */
  readonly tasks?: number;
  /** Unit of all durations; seconds when absent. Real time passes in hundredths of a second. */
  readonly unit?: 'seconds' | 'hundredths';
}

/** A random valid flow. Input: `{ n: number, items: [...] }`. The same seed and options give the same flow everywhere. */
export function randomFlow(seed: number, options: RandomFlowOptions = {}): JsonObject {
  return new Maker(new Random(seed), options).flow();
}

class Maker {
  private readonly random: Random;
  private left: number;
  private named = 0;

  private readonly unit: 'seconds' | 'hundredths';

  constructor(random: Random, { tasks = 40, unit = 'seconds' }: RandomFlowOptions) {
    this.random = random;
    this.unit = unit;
    this.left = 3 + random.below(tasks - 2);
  }

  private lasting(count: number): JsonObject {
    return this.unit === 'seconds' ? { seconds: count } : { milliseconds: count * 10 };
  }

  flow(): JsonObject {
    const tasks = this.list(0, []);
    return {
      document: { dsl: '1.0.3', namespace: 'test', name: 'random', version: '1.0.0' },
      ...(this.random.chance(0.15) ? { timeout: { after: this.lasting(1 + this.random.below(60)) } } : {}),
      do: tasks,
    };
  }

  private list(depth: number, variables: readonly string[]): Json[] {
    const wanted = 1 + this.random.below(4);
    const tasks: Json[] = [];
    const names: string[] = [];
    for (let at = 0; at < wanted && (this.left > 0 || at === 0); at += 1) {
      this.left -= 1;
      this.named += 1;
      const name = `t${this.named}`;
      const task = this.task(depth, variables);
      if (this.random.chance(0.1))
        task['if'] = this.random.pick(['.n != null', '$context.seen != true', '.n > 3']);
      if (this.random.chance(0.12)) task['export'] = { as: `$context + { seen: true, at: "${name}" }` };
      if (this.random.chance(0.12)) task['timeout'] = { after: this.lasting(1 + this.random.below(20)) };
      if (this.random.chance(0.08)) task['input'] = { from: { n: 7, items: [1, 2] } };
      if (this.random.chance(0.05)) this.direct(task, this.random.pick(['exit', 'end', 'continue']));
      names.push(name);
      tasks.push(Object.fromEntries([[name, task]]));
    }
    if (this.random.chance(0.2) && tasks.length > 1) this.addJumpBack(tasks, names);
    return tasks;
  }

  private direct(task: JsonObject, target: string): void {
    Object.assign(task, Object.fromEntries(['then'].map((key) => [key, target])));
  }

  /** A jump back that ends: it counts in the context. */
  private addJumpBack(tasks: Json[], names: readonly string[]): void {
    this.named += 2;
    const round: JsonObject = { when: '($context.rounds // 0) < 3' };
    this.direct(round, this.random.pick(names));
    tasks.push(
      Object.fromEntries([
        [
          `t${this.named - 1}`,
          { set: '.', export: { as: '$context + { rounds: (($context.rounds // 0) + 1) }' } },
        ],
      ]),
    );
    tasks.push(Object.fromEntries([[`t${this.named}`, { switch: [{ again: round }] }]]));
  }

  private task(depth: number, variables: readonly string[]): JsonObject {
    const simple = ['set', 'call', 'call', 'call', 'wait', 'raise', 'run', 'listen', 'emit'];
    const nested = ['do', 'for', 'fork', 'compete', 'try', 'try', 'retry', 'bulk'];
    const kind = this.random.pick(depth < 4 && this.left > 0 ? [...simple, ...nested, ...nested] : simple);
    switch (kind) {
      case 'set':
        return { set: { n: this.random.below(9), items: [1, 2, 3].slice(this.random.below(3)) } };
      case 'wait':
        return { wait: this.lasting(this.random.below(10)) };
      case 'raise':
        return this.random.chance(0.5)
          ? { raise: { error: { type: 'https://x.example/raised', status: 400 + this.random.below(3) } } }
          : { set: '${ . }' };
      case 'run':
        return {
          run: {
            workflow: { namespace: 'test', name: 'other', version: '1.0.0' },
            await: this.random.chance(0.8),
          },
        };
      case 'listen':
        return {
          ...this.listening(depth, variables),
          timeout: { after: this.lasting(1 + this.random.below(30)) },
        };
      case 'emit':
        return { emit: { event: { with: { type: 'said', data: '${ . }' } } } };
      case 'do':
        return { do: this.list(depth + 1, variables) };
      case 'for':
        return {
          for: {
            each: `v${depth}`,
            at: `i${depth}`,
            in: [{ k: 1 }, { k: 2 }, { k: 3 }].slice(this.random.below(3)),
          },
          ...(this.random.chance(0.2) ? { while: `$i${depth} < 2` } : {}),
          do: this.list(depth + 1, [...variables, `v${depth}`]),
        };
      case 'bulk':
        return this.bulk(depth);
      case 'fork':
      case 'compete': {
        const branches = Array.from({ length: 1 + this.random.below(4) }, (_, at): Json => {
          this.left -= 1;
          return Object.fromEntries([[`b${at}`, this.task(depth + 1, variables)]]);
        });
        return { fork: { compete: kind === 'compete', branches } };
      }
      case 'try':
      case 'retry':
        return {
          try: this.list(depth + 1, variables),
          catch: this.catchRule(kind === 'retry', depth, variables),
        };
      default:
        return this.random.chance(0.7)
          ? {
              call: 'work:1.0.0@default',
              with: { n: 1, ...(variables[0] === undefined ? {} : { item: `\${ $${variables[0]} }` }) },
            }
          : { call: 'push:1.0.0@default', with: { n: '${ .n }' } };
    }
  }

  /** One, any or all of two kinds of events, some until something holds, some with a round per event. */
  private listening(depth: number, variables: readonly string[]): JsonObject {
    const filter = (type: string): JsonObject => ({
      with: { type },
      ...(this.random.chance(0.3) ? { correlate: { key: { from: '.data.key' } } } : {}),
    });
    const to = this.random.pick([
      (): JsonObject => ({ one: filter('tick') }),
      (): JsonObject => ({ all: [filter('tick'), filter('tock')] }),
      (): JsonObject => ({ any: [filter('tick'), filter('tock')], until: 'length >= 2' }),
      (): JsonObject => ({ any: [filter('tick')], until: { one: filter('tock') } }),
    ])();
    const hasRounds = this.random.chance(0.3);
    return {
      listen: { to },
      ...(hasRounds
        ? { foreach: { item: `e${depth}`, at: `j${depth}`, do: this.list(depth + 1, variables) } }
        : {}),
    };
  }

  /** A loop whose calls may go out together, and some that look like one and may not. */
  private bulk(depth: number): JsonObject {
    const argument = this.random.pick([
      `\${ $v${depth}.k }`,
      `\${ $v${depth}.k }`,
      `\${ $i${depth} }`,
      '${ .n }',
      `\${ $v${depth} }`,
    ]);
    return {
      for: {
        each: `v${depth}`,
        at: `i${depth}`,
        in: `\${ [range(${this.random.below(11)}) | { k: (if . == 8 then "no" else . end) }] }`,
      },
      do: [{ [`k${this.named}`]: { call: 'bulk:1.0.0@default', with: { n: argument } } }],
    };
  }

  private catchRule(retried: boolean, depth: number, variables: readonly string[]): JsonObject {
    const rule: JsonObject = {};
    if (this.random.chance(0.4))
      rule['errors'] = { with: { status: this.random.pick([400, 401, 408, 500]) } };
    if (retried) {
      rule['retry'] = {
        delay: this.lasting(this.random.below(4)),
        backoff: this.random.pick([{ constant: {} }, { linear: {} }, { exponential: {} }]),
        jitter: { from: this.lasting(0), to: this.lasting(1) },
        limit: {
          attempt: {
            count: this.random.below(4),
            ...(this.random.chance(0.3) ? { duration: this.lasting(5) } : {}),
          },
          duration: { minutes: 5 },
        },
      };
    }
    if (this.random.chance(0.6)) rule['do'] = this.list(depth + 1, variables);
    return rule;
  }
}
