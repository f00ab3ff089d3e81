import type { JsonObject } from '../domain/json.ts';

const text: JsonObject = { type: 'string' };
const open: JsonObject = { type: 'object' };
const yesNo: JsonObject = { type: 'boolean' };
const ref = (name: string): JsonObject => ({ $ref: `#/$defs/${name}` });
const closed = (properties: JsonObject, required: string[] = []): JsonObject => ({
  type: 'object',
  additionalProperties: false,
  properties,
  ...(required.length === 0 ? {} : { required }),
});

/** Call kinds of tier C; they are no function names either. */
export const foreignCalls = ['asyncapi', 'grpc', 'a2a', 'mcp'] as const;

/** The `then` member: continue, exit, end or the name of a task in the same list. */
const directive: JsonObject = Object.fromEntries(['then'].map((key) => [key, text]));

const common: JsonObject = {
  if: text,
  input: ref('input'),
  output: ref('output'),
  export: ref('export'),
  timeout: { anyOf: [ref('timeout'), text] },
  metadata: open,
  ...directive,
};

const task = (properties: JsonObject, required: string[]): JsonObject =>
  closed({ ...common, ...properties }, required);

/** One definition per kind of task, `call` in three and `run` in one. */
export function taskDefinitions(): JsonObject {
  return { ...callDefinitions(), ...controlDefinitions(), ...eventDefinitions(), runTask: runDefinition() };
}

function callDefinitions(): JsonObject {
  const texts: JsonObject = { anyOf: [{ type: 'object', additionalProperties: text }, ref('expression')] };
  const output: JsonObject = { enum: ['raw', 'content', 'response'] };
  const call = (name: string, properties: JsonObject, required: string[]): JsonObject =>
    task({ call: { const: name }, with: closed(properties, required) }, ['call', 'with']);
  return {
    callHttp: call(
      'http',
      {
        method: text,
        endpoint: ref('endpoint'),
        headers: texts,
        query: texts,
        body: {},
        output,
        redirect: yesNo,
      },
      ['method', 'endpoint'],
    ),
    callOpenapi: call(
      'openapi',
      {
        document: ref('resource'),
        operationId: text,
        parameters: open,
        authentication: ref('authenticationOrReference'),
        output,
        redirect: yesNo,
      },
      ['document', 'operationId'],
    ),
    callFunction: task(
      { call: { type: 'string', not: { enum: ['http', 'openapi', ...foreignCalls] } }, with: open },
      ['call'],
    ),
  };
}

function controlDefinitions(): JsonObject {
  const caught = closed({
    errors: { type: 'object', properties: { with: ref('errorFilter') } },
    as: text,
    when: text,
    exceptWhen: text,
    retry: { anyOf: [ref('retryPolicy'), text] },
    do: ref('taskList'),
    ...directive,
  });
  return {
    doTask: task({ do: ref('taskList') }, ['do']),
    forkTask: task({ fork: closed({ branches: ref('taskList'), compete: yesNo }, ['branches']) }, ['fork']),
    forTask: task(
      {
        for: closed({ each: text, in: { anyOf: [text, { type: 'array', items: open }] }, at: text }, ['in']),
        while: text,
        do: ref('taskList'),
      },
      ['for', 'do'],
    ),
    raiseTask: task({ raise: closed({ error: { anyOf: [ref('error'), text] } }, ['error']) }, ['raise']),
    setTask: task({ set: { anyOf: [{ type: 'object', minProperties: 1 }, text] } }, ['set']),
    switchTask: task(
      {
        switch: {
          type: 'array',
          minItems: 1,
          items: {
            type: 'object',
            minProperties: 1,
            maxProperties: 1,
            additionalProperties: closed({ when: text, ...directive }, ['then']),
          },
        },
      },
      ['switch'],
    ),
    tryTask: task({ try: ref('taskList'), catch: caught }, ['try', 'catch']),
    waitTask: task({ wait: ref('duration') }, ['wait']),
  };
}

function eventDefinitions(): JsonObject {
  return {
    emitTask: task(
      {
        emit: closed(
          { event: { type: 'object', properties: { with: { allOf: [ref('event')], required: ['type'] } } } },
          ['event'],
        ),
      },
      ['emit'],
    ),
    listenTask: task(
      {
        listen: closed({ to: ref('consumption'), read: { enum: ['data', 'envelope', 'raw'] } }, ['to']),
        foreach: closed({
          item: text,
          at: text,
          do: ref('taskList'),
          output: ref('output'),
          export: ref('export'),
        }),
      },
      ['listen'],
    ),
  };
}

function runDefinition(): JsonObject {
  const process: JsonObject = { stdin: text, arguments: { type: 'array', items: text }, environment: open };
  const kind = (name: string, shape: JsonObject): JsonObject =>
    closed({ await: yesNo, return: { enum: ['stdout', 'stderr', 'code', 'all', 'none'] }, [name]: shape }, [
      name,
    ]);
  return task(
    {
      run: {
        anyOf: [
          kind(
            'workflow',
            closed({ namespace: text, name: text, version: text, input: open }, [
              'namespace',
              'name',
              'version',
            ]),
          ),
          kind('shell', closed({ command: text, ...process }, ['command'])),
          kind('script', {
            ...closed({ language: text, code: text, source: ref('resource'), ...process }, ['language']),
            oneOf: [{ required: ['code'] }, { required: ['source'] }],
          }),
        ],
      },
    },
    ['run'],
  );
}
