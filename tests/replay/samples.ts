import type { JsonObject } from '../../domain/json.ts';

/** A flow of the tests whose history is kept. */
export interface Sample {
  readonly tasks: string;
  /** Document members before `do`. */
  readonly head?: string;
  readonly input?: JsonObject;
  /** Ends with an error. */
  readonly isFailing?: true;
}

/** Flows that run from end to end by themselves: together every part of the language that is executed. */
export const samples: Readonly<Record<string, Sample>> = {
  'steps-and-fork': {
    tasks: `  - a: { call: 'remote:1.0.0@default', with: { n: '\${ .n }' } }
  - b: { fork: { branches: [ { x: { call: 'echo:1.0.0@default', with: { at: x } } }, { y: { call: 'remote:1.0.0@default', with: { at: y } } } ] } }
`,
    input: { n: 1 },
  },
  'try-and-wait': {
    tasks: `  - t:
      try: [ { r: { call: 'refuse:1.0.0@default' } } ]
      catch: { errors: { with: { status: 409 } }, do: [ { w: { wait: { milliseconds: 50 } } } ] }
  - s: { set: { done: true } }
`,
  },
  'loop-and-switch': {
    tasks: `  - l: { for: { each: n, in: '[1, 2, 3]' }, while: '$n < 3', do: [ { r: { call: 'remote:1.0.0@default', with: { n: '\${ $n }' } } } ] }
  - way: { switch: [ { back: { when: '.again == true', then: end } }, { on: { then: last } } ] }
  - between: { call: 'remote:1.0.0@default' }
  - last: { set: { done: true }, export: { as: . } }
`,
  },
  'loop-in-chunks': {
    tasks: `  - l: { for: { each: n, in: '[range(450)]' }, do: [ { b: { call: 'bulk:1.0.0@default', with: { n: '\${ $n }' } } } ] }
`,
  },
  race: {
    tasks: `  - f: { fork: { compete: true, branches: [ { quick: { call: 'remote:1.0.0@default', with: { n: 1 } } }, { slow: { call: 'linger:1.0.0@default' } } ] } }
`,
  },
  retry: {
    tasks: `  - t:
      try: [ { r: { call: 'refuse:1.0.0@default' } } ]
      catch: { retry: { delay: { milliseconds: 20 }, backoff: { exponential: {} }, limit: { attempt: { count: 2 } } }, do: [ { s: { set: { gave: up } } } ] }
`,
  },
  timeout: {
    tasks: `  - t:
      try: [ { slow: { call: 'linger:1.0.0@default', timeout: { after: { milliseconds: 200 } } } } ]
      catch: { errors: { with: { status: 408 } }, do: [ { s: { set: { late: true } } } ] }
`,
  },
  'emit-and-listen': {
    tasks: `  - e: { emit: { event: { with: { type: replay.sample, data: { n: 1 } } } } }
  - l: { listen: { to: { one: { with: { type: replay.sample } } } } }
`,
  },
  'listen-early': {
    tasks: `  - e: { emit: { event: { with: { type: replay.early, data: { n: 1 } } } } }
  - f: { emit: { event: { with: { type: replay.early, data: { n: 2 } } } } }
  - l: { listen: { to: { all: [ { with: { type: replay.early } }, { with: { type: replay.early } } ] } } }
`,
  },
  'listen-foreach': {
    tasks: `  - e: { emit: { event: { with: { type: replay.round, data: { n: 1 } } } } }
  - f: { emit: { event: { with: { type: replay.round, data: { n: 2 } } } } }
  - l:
      listen: { to: { any: [ { with: { type: replay.round } } ], until: 'length == 2' } }
      foreach: { item: event, do: [ { r: { call: 'remote:1.0.0@default', with: { n: '\${ $event.n }' } } } ] }
`,
  },
  extension: {
    head: `use: { extensions: [ { watch: { extend: call, before: [ { b: { set: { n: 1 } } } ], after: [ { a: { set: { n: 2 } } } ] } } ] }`,
    tasks: `  - r: { call: 'remote:1.0.0@default', with: { n: 1 } }
`,
  },
  uncaught: {
    tasks: `  - r: { call: 'remote:1.0.0@default' }
  - no: { raise: { error: { type: 'https://replay.example/no', status: 409, title: No } } }
`,
    isFailing: true,
  },
  'data-flow': {
    tasks: `  - first:
      do: [ { inner: { call: 'remote:1.0.0@default', with: { n: '\${ .n }' } } } ]
      if: .n > 0
      input: { schema: { document: { type: object } }, from: '{ n: (.n + 1) }' }
      output: { as: '{ m: .n }', schema: { document: { type: object } } }
      export: { as: '{ kept: .m }', schema: { document: { type: object } } }
  - skipped: { call: 'remote:1.0.0@default', if: .m > 9 }
  - last: { set: { n: '\${ $context.kept }' }, if: .m == 2, input: { schema: { document: { type: object } }, from: . }, output: { as: . }, export: { as: . } }
`,
    input: { n: 1 },
  },
  functions: {
    head: `use: { functions: { twice: { set: { n: '\${ .n * 2 }' } } }, errors: { no: { type: 'https://replay.example/no', status: 409, title: No } } }`,
    tasks: `  - two: { call: twice, with: { n: 2 } }
  - t: { try: [ { no: { raise: { error: no } } } ], catch: { errors: { with: { status: 409 } }, as: problem, do: [ { r: { call: 'remote:1.0.0@default', with: { n: '\${ $problem.status }' } } } ] } }
`,
  },
  jumps: {
    tasks: `  - first: { set: { n: '\${ (.n // 0) + 1 }' } }
  - step: { call: 'remote:1.0.0@default', with: { n: '\${ .n }' } }
  - again: { switch: [ { back: { when: .n < 3, then: first } } ], then: last }
  - never: { set: { wrong: true } }
  - last: { set: { n: '\${ .n }' }, then: end }
  - beyond: { set: { wrong: true } }
`,
  },
  'http-and-openapi': {
    tasks: `  - read: { call: http, with: { method: get, endpoint: 'https://service.example/' }, timeout: { after: PT20S } }
  - ask: { call: openapi, with: { document: { endpoint: 'https://service.example/' }, operationId: read } }
  - named: { call: 'http:1.0.0@default', with: { method: get, endpoint: 'https://service.example/', output: response } }
`,
  },
  processes: {
    tasks: `  - shell: { run: { shell: { command: 'true' }, return: all } }
  - js: { run: { script: { language: js, code: '1' } } }
  - python: { run: { script: { language: python, code: '1' } } }
`,
  },
  'flow-timeout': {
    head: 'timeout: { after: { milliseconds: 300 } }',
    tasks: `  - slow: { call: 'linger:1.0.0@default' }
`,
    isFailing: true,
  },
  'listen-until': {
    tasks: `  - e: { emit: { event: { with: { type: replay.until, data: { key: 7 } } } } }
  - f: { emit: { event: { with: { type: replay.ends, data: { key: 7 } } } } }
  - both: { listen: { to: { all: [ { with: { type: replay.until }, correlate: { key: { from: .data.key } } }, { with: { type: replay.ends }, correlate: { key: { from: .data.key } } } ] } } }
  - g: { emit: { event: { with: { type: replay.some } } } }
  - h: { emit: { event: { with: { type: replay.stop } } } }
  - some: { listen: { to: { any: [ { with: { type: replay.some } } ], until: { one: { with: { type: replay.stop } } } } } }
`,
  },
};
