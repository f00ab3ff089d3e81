import type { JsonObject } from '../domain/json.ts';

const text: JsonObject = { type: 'string' };
const whole: JsonObject = { type: 'integer' };
const ref = (name: string): JsonObject => ({ $ref: `#/$defs/${name}` });
const closed = (properties: JsonObject, required: string[] = []): JsonObject => ({
  type: 'object',
  additionalProperties: false,
  properties,
  ...(required.length === 0 ? {} : { required }),
});

/** A text that is one expression. */
const EXPRESSION = '^\\s*\\$\\{[\\s\\S]+\\}\\s*$';
/** A URI, URI reference or URI template; white space and expressions are not. */
const URI = '^(?!\\s*\\$\\{)\\S+$';
const ISO_DURATION =
  '^P(?!$)(\\d+(\\.\\d+)?W)?(\\d+(\\.\\d+)?D)?(T(?=\\d)(\\d+(\\.\\d+)?H)?(\\d+(\\.\\d+)?M)?(\\d+(\\.\\d+)?S)?)?$';

/** Definitions used by documents and tasks alike. */
export function sharedDefinitions(): JsonObject {
  return {
    ...dataDefinitions(),
    ...policyDefinitions(),
    ...eventDefinitions(),
    ...authenticationDefinitions(),
  };
}

function dataDefinitions(): JsonObject {
  const textOrMap: JsonObject = { type: ['string', 'object'] };
  return {
    expression: { type: 'string', pattern: EXPRESSION },
    uri: { type: 'string', pattern: URI },
    endpoint: {
      anyOf: [
        ref('expression'),
        ref('uri'),
        closed(
          {
            uri: { anyOf: [ref('uri'), ref('expression')] },
            authentication: ref('authenticationOrReference'),
          },
          ['uri'],
        ),
      ],
    },
    resource: closed({ name: text, endpoint: ref('endpoint') }, ['endpoint']),
    schema: {
      ...closed({ format: text, document: {}, resource: ref('resource') }),
      oneOf: [{ required: ['document'] }, { required: ['resource'] }],
    },
    input: closed({ schema: ref('schema'), from: textOrMap }),
    output: closed({ schema: ref('schema'), as: textOrMap }),
    export: closed({ schema: ref('schema'), as: textOrMap }),
    duration: {
      anyOf: [
        {
          ...closed({ days: whole, hours: whole, minutes: whole, seconds: whole, milliseconds: whole }),
          minProperties: 1,
        },
        ref('expression'),
        { type: 'string', pattern: ISO_DURATION },
      ],
    },
    timeout: closed({ after: ref('duration') }, ['after']),
  };
}

function policyDefinitions(): JsonObject {
  const kind = (name: string): JsonObject => closed({ [name]: { type: 'object' } }, [name]);
  return {
    error: closed(
      {
        type: { anyOf: [ref('uri'), ref('expression')] },
        status: whole,
        instance: { anyOf: [{ type: 'string', pattern: '^(/([^/~]|~[01])*)*$' }, ref('expression')] },
        title: text,
        detail: text,
      },
      ['type', 'status'],
    ),
    errorFilter: {
      type: 'object',
      minProperties: 1,
      properties: { type: text, status: whole, instance: text, title: text, detail: text },
    },
    retryPolicy: closed({
      when: text,
      exceptWhen: text,
      delay: ref('duration'),
      backoff: { anyOf: [kind('constant'), kind('exponential'), kind('linear')] },
      limit: closed({
        attempt: closed({ count: whole, duration: ref('duration') }),
        duration: ref('duration'),
      }),
      jitter: closed({ from: ref('duration'), to: ref('duration') }, ['from', 'to']),
    }),
    extension: closed(
      {
        extend: {
          enum: [
            'call',
            'composite',
            'emit',
            'for',
            'listen',
            'raise',
            'run',
            'set',
            'switch',
            'try',
            'wait',
            'all',
          ],
        },
        when: text,
        before: ref('taskList'),
        after: ref('taskList'),
      },
      ['extend'],
    ),
  };
}

function eventDefinitions(): JsonObject {
  const uriOrExpression: JsonObject = { anyOf: [ref('uri'), ref('expression')] };
  const filters: JsonObject = { type: 'array', items: ref('eventFilter') };
  return {
    event: {
      type: 'object',
      properties: {
        id: text,
        source: uriOrExpression,
        type: text,
        time: {
          anyOf: [
            { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\d[Tt]\\d\\d:\\d\\d:\\d\\d' },
            ref('expression'),
          ],
        },
        subject: text,
        datacontenttype: text,
        dataschema: uriOrExpression,
        data: {},
      },
    },
    eventFilter: closed(
      {
        with: { allOf: [ref('event')], minProperties: 1 },
        correlate: {
          type: 'object',
          additionalProperties: {
            type: 'object',
            required: ['from'],
            properties: { from: text, expect: text },
          },
        },
      },
      ['with'],
    ),
    consumption: {
      anyOf: [
        closed({ all: filters }, ['all']),
        closed({ any: filters, until: { anyOf: [text, ref('finalConsumption')] } }, ['any']),
        closed({ one: ref('eventFilter') }, ['one']),
      ],
    },
    finalConsumption: {
      anyOf: [
        closed({ all: filters }, ['all']),
        closed({ any: filters }, ['any']),
        closed({ one: ref('eventFilter') }, ['one']),
      ],
    },
  };
}

function authenticationDefinitions(): JsonObject {
  const use = closed({ use: { type: 'string', minLength: 1 } }, ['use']);
  const either = (properties: JsonObject): JsonObject => ({
    anyOf: [closed(properties, Object.keys(properties)), use],
  });
  const policy = (name: string, value: JsonObject): JsonObject => closed({ [name]: value }, [name]);
  const account: JsonObject = { username: text, password: text };
  const texts: JsonObject = { type: 'array', items: text };
  const token = closed({ token: text, type: text }, ['token', 'type']);
  const oauth: JsonObject = {
    authority: ref('uri'),
    grant: {
      enum: [
        'authorization_code',
        'client_credentials',
        'password',
        'refresh_token',
        'urn:ietf:params:oauth:grant-type:token-exchange',
      ],
    },
    client: closed({
      id: text,
      secret: text,
      assertion: text,
      authentication: {
        enum: ['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt', 'none'],
      },
    }),
    request: {
      type: 'object',
      properties: { encoding: { enum: ['application/x-www-form-urlencoded', 'application/json'] } },
    },
    issuers: texts,
    scopes: texts,
    audiences: texts,
    username: text,
    password: text,
    subject: token,
    actor: token,
  };
  const endpoints: JsonObject = {
    type: 'object',
    properties: { token: text, revocation: text, introspection: text },
  };
  const required = ['authority', 'grant'];
  return {
    authentication: {
      anyOf: [
        policy('basic', either(account)),
        policy('bearer', either({ token: text })),
        policy('digest', either(account)),
        policy('oauth2', { anyOf: [closed({ ...oauth, endpoints }, required), use] }),
        policy('oidc', { anyOf: [closed(oauth, required), use] }),
      ],
    },
    authenticationOrReference: { anyOf: [use, ref('authentication')] },
  };
}
