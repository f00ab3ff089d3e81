import Type from 'typebox';

const id = Type.String({ pattern: '^[a-z][A-Za-z0-9-]{0,59}$' });
const text = Type.String({ minLength: 1, maxLength: 500 });
const paramName = Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_]{0,39}$' });
const closed = { additionalProperties: false } as const;

const frame = Type.Object(
  { by: Type.Enum(['name', 'url', 'css']), value: Type.String({ minLength: 1, maxLength: 300 }) },
  closed,
);

const candidate = Type.Object(
  {
    by: Type.Enum(['testId', 'role', 'label', 'text', 'css', 'xpath']),
    value: Type.String({ minLength: 1, maxLength: 300 }),
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  },
  closed,
);

const target = Type.Object(
  {
    frame: Type.Optional(Type.Array(frame, { maxItems: 6 })),
    candidates: Type.Array(candidate, { minItems: 1, maxItems: 8 }),
    expectCount: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
  },
  closed,
);

const state = Type.Enum(['visible', 'hidden']);

const probe = Type.Object(
  {
    goto: Type.Optional(text),
    target,
    state: Type.Optional(state),
    text: Type.Optional(text),
  },
  closed,
);

const base = {
  id,
  note: Type.Optional(Type.String({ maxLength: 500 })),
  timeoutMs: Type.Optional(Type.Integer({ minimum: 100, maximum: 300_000 })),
  onError: Type.Optional(
    Type.Object(
      {
        kind: Type.Literal('business'),
        code: Type.String({ pattern: '^[a-z][a-z0-9-]{0,59}$' }),
        message: text,
      },
      closed,
    ),
  ),
  sideEffect: Type.Optional(Type.Enum(['none', 'idempotent', 'commit'])),
  verify: Type.Optional(probe),
};

const saveAs = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$' });

const facts = Type.Optional(
  Type.Array(
    Type.Object({ name: paramName, target, pattern: Type.String({ minLength: 1, maxLength: 100 }) }, closed),
    { maxItems: 20 },
  ),
);

const action = Type.Union([
  Type.Object({ ...base, op: Type.Literal('goto'), url: text }, closed),
  Type.Object({ ...base, op: Type.Literal('fill'), target, value: Type.String({ maxLength: 4000 }) }, closed),
  Type.Object(
    { ...base, op: Type.Literal('fillSecret'), target, secret: paramName, field: paramName },
    closed,
  ),
  Type.Object({ ...base, op: Type.Literal('click'), target }, closed),
  Type.Object({ ...base, op: Type.Literal('select'), target, value: text }, closed),
  Type.Object({ ...base, op: Type.Literal('waitFor'), target, state: Type.Optional(state) }, closed),
  Type.Object(
    { ...base, op: Type.Literal('assert'), target, state: Type.Optional(state), text: Type.Optional(text) },
    closed,
  ),
  Type.Object(
    {
      ...base,
      op: Type.Literal('download'),
      target,
      saveAs,
      mediaType: Type.Optional(Type.String({ maxLength: 100 })),
      facts,
    },
    closed,
  ),
  Type.Object(
    {
      ...base,
      op: Type.Literal('extractTable'),
      target,
      saveAs,
      columns: Type.Array(Type.Object({ name: paramName, header: text }, closed), {
        minItems: 1,
        maxItems: 100,
      }),
      next: Type.Optional(target),
      facts,
      factColumns: Type.Optional(Type.Array(paramName, { maxItems: 20 })),
      expectRows: Type.Optional(
        Type.Object({ target, pattern: Type.String({ minLength: 1, maxLength: 100 }) }, closed),
      ),
    },
    closed,
  ),
]);

/** The shape of BotScript v1. What a shape cannot say is judged by `lintBotScript`. */
export const botScriptSchema = Type.Object(
  {
    schemaVersion: Type.Literal(1),
    name: Type.String({ pattern: '^[a-z][a-z0-9-]{0,59}$' }),
    title: text,
    params: Type.Array(
      Type.Object(
        {
          name: paramName,
          default: Type.Optional(Type.String({ maxLength: 500 })),
          pattern: Type.Optional(Type.String({ maxLength: 200 })),
        },
        closed,
      ),
      { maxItems: 40 },
    ),
    secrets: Type.Array(
      Type.Object({ name: paramName, fields: Type.Array(paramName, { minItems: 1, maxItems: 10 }) }, closed),
      { maxItems: 10 },
    ),
    session: Type.Object(
      {
        baseUrl: text,
        allowedHosts: Type.Optional(Type.Array(text, { maxItems: 20 })),
        locale: Type.Optional(Type.String({ maxLength: 20 })),
        expired: Type.Optional(target),
      },
      closed,
    ),
    limits: Type.Object(
      {
        timeoutMs: Type.Integer({ minimum: 1000, maximum: 1_800_000 }),
        stepTimeoutMs: Type.Integer({ minimum: 100, maximum: 300_000 }),
        maxRows: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
        maxPages: Type.Integer({ minimum: 1, maximum: 5000 }),
        maxSignIns: Type.Integer({ minimum: 1, maximum: 10 }),
      },
      closed,
    ),
    evidence: Type.Object(
      { screenshots: Type.Enum(['group', 'failure']), trace: Type.Enum(['failure', 'always', 'never']) },
      closed,
    ),
    steps: Type.Array(
      Type.Object(
        {
          ...base,
          op: Type.Literal('group'),
          title: text,
          login: Type.Optional(Type.Boolean()),
          steps: Type.Array(action, { minItems: 1, maxItems: 200 }),
        },
        closed,
      ),
      { minItems: 1, maxItems: 50 },
    ),
  },
  closed,
);
