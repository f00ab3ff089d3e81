import type { JsonObject } from '../domain/json.ts';

/** One line of the support table: a smallest document with the part of the language in it, and the test that proves what is said. */
export interface SupportRow {
  readonly tier: 'A' | 'B' | 'C';
  readonly what: string;
  readonly document: JsonObject;
  /** A file of this repository and a text in it, such as the name of a test or a scenario. */
  readonly proof: { readonly file: string; readonly name: string };
  /** Executed only where an administrator has switched it on. */
  readonly isSwitched?: true;
}

const HEAD: JsonObject = { dsl: '1.0.3', namespace: 'docs', name: 'sample', version: '1.0.0' };
const FEATURES = 'tests/conformance/features';
const SEMANTICS = 'engine/machine/semantics.test.ts';
const VERDICTS = 'tests/conformance/dsl/verdicts.ts';
const TABLE = 'tests/conformance/support-table.test.ts';

/** A document of one task, with more top-level members when given. */
function one(task: JsonObject, more: JsonObject = {}): JsonObject {
  return { document: HEAD, ...more, do: [{ sample: task }] };
}

function row(
  tier: SupportRow['tier'],
  what: string,
  document: JsonObject,
  file: string,
  name: string,
): SupportRow {
  return { tier, what, document, proof: { file, name } };
}

/** The directive of a task, written so that no object literal looks like a promise. */
const next = (target: string): JsonObject => Object.fromEntries(['then'].map((key) => [key, target]));

const NOTHING: JsonObject = { set: { n: 1 } };
const ONE_EVENT: JsonObject = { with: { type: 'docs.sample' } };
const HTTP: JsonObject = { call: 'http', with: { method: 'get', endpoint: 'https://service.example/' } };
const http = (authentication: JsonObject): JsonObject => ({
  call: 'http',
  with: { method: 'get', endpoint: { uri: 'https://service.example/', authentication } },
});
const login: JsonObject = { username: 'docs', password: 'docs' };
const openid: JsonObject = { authority: 'https://id.example', grant: 'client_credentials' };

const EXECUTED: readonly SupportRow[] = [
  row(
    'A',
    '`do`',
    one({ do: [{ inner: NOTHING }] }),
    `${FEATURES}/exit.feature`,
    'Exit Leaves The Inner List Only',
  ),
  row('A', '`set`', one(NOTHING), SEMANTICS, 'set replaces the data'),
  row(
    'A',
    '`switch`',
    one({ switch: [{ yes: { when: '.n > 1', ...next('end') } }] }),
    `${FEATURES}/exit.feature`,
    'Exit Of A Switch Leaves Its Block',
  ),
  row(
    'A',
    '`for` with `while`',
    one({ for: { each: 'n', in: '.all' }, while: '.n < 3', do: [{ inner: NOTHING }] }),
    SEMANTICS,
    'while is asked before each round',
  ),
  row(
    'A',
    '`fork`, all branches',
    one({ fork: { branches: [{ left: NOTHING }] } }),
    `${FEATURES}/fork.feature`,
    'Fork Waits For All In Declared Order',
  ),
  row(
    'A',
    '`fork`, race',
    one({ fork: { compete: true, branches: [{ left: NOTHING }] } }),
    `${FEATURES}/fork.feature`,
    'Race Cancels The Losing Branch',
  ),
  row(
    'A',
    '`try`, `catch`, `retry`',
    one({ try: [{ inner: NOTHING }], catch: { retry: { delay: 'PT1S', limit: { attempt: { count: 2 } } } } }),
    `${FEATURES}/retry.feature`,
    'Retry Until It Works',
  ),
  row(
    'A',
    '`raise`',
    one({ raise: { error: { type: 'https://docs.example/no', status: 409 } } }),
    `${FEATURES}/use.feature`,
    'An Error Of The Document',
  ),
  row('A', '`wait`', one({ wait: 'PT1S' }), `${FEATURES}/wait.feature`, 'Wait Passes Its Input On'),
  row(
    'A',
    '`listen` to one',
    one({ listen: { to: { one: ONE_EVENT } } }),
    `${FEATURES}/listen.feature`,
    'Listen To One',
  ),
  row(
    'A',
    '`listen` to all, correlated',
    one({ listen: { to: { all: [{ ...ONE_EVENT, correlate: { key: { from: '.data.key' } } }] } } }),
    `${FEATURES}/listen.feature`,
    'Listen To All In Any Order, Correlated',
  ),
  row(
    'A',
    '`listen` to any',
    one({ listen: { to: { any: [ONE_EVENT] } } }),
    `${FEATURES}/listen.feature`,
    'Listen To Any',
  ),
  row(
    'A',
    '`listen` by value, regular expression and expression',
    one({ listen: { to: { one: { with: { type: 'docs\\..+', data: '${ .n > 1 }' } } } } }),
    `${FEATURES}/listen.feature`,
    'Listen By Value, Pattern And Expression',
  ),
  row(
    'A',
    '`listen` with `until`, a condition',
    one({ listen: { to: { any: [ONE_EVENT], until: 'length == 3' } } }),
    `${FEATURES}/listen.feature`,
    'Listen Until A Condition Holds',
  ),
  row(
    'A',
    '`listen` with `until`, events',
    one({ listen: { to: { any: [ONE_EVENT], until: { one: ONE_EVENT } } } }),
    `${FEATURES}/listen.feature`,
    'Listen Until An Event',
  ),
  row(
    'A',
    '`emit`',
    one({ emit: { event: { with: { type: 'docs.sample' } } } }),
    SEMANTICS,
    'emit gives the whole event',
  ),
  row(
    'A',
    '`emit` reaches other flows',
    one({ emit: { event: { with: { type: 'docs.sample' } } } }),
    'tests/flows/events.stack.test.ts',
    'a flow emits reach another flow, once',
  ),
  row(
    'A',
    '`emit` reaches the sinks of the installation',
    one({ emit: { event: { with: { type: 'docs.sample' } } } }),
    'api/events/sinks.test.ts',
    'get what a flow emits as a CloudEvent, a repeat under the same id',
  ),
  row(
    'A',
    '`call: http`, raw, content and response',
    one(HTTP),
    `${FEATURES}/http.feature`,
    'Content, Text And Raw',
  ),
  row(
    'A',
    '`call: http`, redirects',
    one({ call: 'http', with: { method: 'get', endpoint: 'https://service.example/', redirect: true } }),
    `${FEATURES}/http.feature`,
    'A Redirect Is Taken As The Answer',
  ),
  row(
    'A',
    '`call: http`, basic authentication',
    one(http({ basic: login })),
    `${FEATURES}/secrets.feature`,
    'Basic Authentication By A Named Secret',
  ),
  row(
    'A',
    '`call: http`, bearer authentication',
    one(http({ bearer: { use: 'token' } }), { use: { secrets: ['token'] } }),
    `${FEATURES}/secrets.feature`,
    'Bearer Token By A Named Secret',
  ),
  row(
    'A',
    '`call: http`, digest authentication',
    one(http({ digest: login })),
    `${FEATURES}/authentication.feature`,
    'Digest Answers The Challenge',
  ),
  row(
    'A',
    '`call: http`, OAuth 2',
    one(http({ oauth2: openid })),
    `${FEATURES}/authentication.feature`,
    'OAuth 2 By A Named Secret',
  ),
  row(
    'A',
    '`call: http`, OpenID Connect',
    one(http({ oidc: openid })),
    `${FEATURES}/authentication.feature`,
    'OpenID Connect Finds Its Token Endpoint',
  ),
  row(
    'A',
    '`call: name:version@default`',
    one({ call: 'http:1.0.0@default', with: { method: 'get', endpoint: 'https://service.example/' } }),
    'tests/flows/run-flow.stack.test.ts',
    'runs every kind of task and leaves a complete timeline in order',
  ),
  row(
    'A',
    '`use.functions`',
    one({ call: 'twice' }, { use: { functions: { twice: NOTHING } } }),
    `${FEATURES}/use.feature`,
    'A Function Of The Document',
  ),
  row(
    'A',
    '`use.errors`',
    one(
      { raise: { error: 'no' } },
      { use: { errors: { no: { type: 'https://docs.example/no', status: 409 } } } },
    ),
    `${FEATURES}/use.feature`,
    'An Error Of The Document',
  ),
  row(
    'A',
    '`use.retries`',
    one(
      { try: [{ inner: NOTHING }], catch: { retry: 'thrice' } },
      { use: { retries: { thrice: { delay: 'PT1S' } } } },
    ),
    `${FEATURES}/retry.feature`,
    'Retry Until It Works',
  ),
  row(
    'A',
    '`use.timeouts`',
    one({ ...HTTP, timeout: 'brief' }, { use: { timeouts: { brief: { after: 'PT1S' } } } }),
    `${FEATURES}/timeout.feature`,
    'Timeout Interrupts A Call',
  ),
  row(
    'A',
    '`use.authentications`, `use.secrets` by reference',
    one(http({ use: 'account' }), {
      use: { secrets: ['login'], authentications: { account: { basic: { use: 'login' } } } },
    }),
    `${FEATURES}/secrets.feature`,
    'Basic Authentication By A Named Secret',
  ),
  row(
    'A',
    'standard errors under both of their domains',
    one({
      try: [{ inner: HTTP }],
      catch: {
        errors: { with: { type: 'https://open-workflow-specification.org/dsl/errors/types/communication' } },
      },
    }),
    SEMANTICS,
    'the spellings of a standard error type are one',
  ),
  row(
    'A',
    '`run: workflow`',
    one({ run: { workflow: { namespace: 'docs', name: 'other', version: '1.0.0' } } }),
    SEMANTICS,
    'a sub-flow that is not awaited passes the input on',
  ),
  row(
    'A',
    '`if`, `input`, `output`, `export`',
    one({ ...NOTHING, if: '.n > 1', input: { from: '.' }, output: { as: '.' }, export: { as: '.' } }),
    `${FEATURES}/export.feature`,
    'Export Replaces The Context',
  ),
  row(
    'A',
    'schemas of input, output, context',
    one({ ...NOTHING, input: { schema: { document: { type: 'object' } } } }),
    SEMANTICS,
    'the input schema is checked on the raw input',
  ),
  row(
    'A',
    '`timeout` of a task, a running call is interrupted',
    one({ ...HTTP, timeout: { after: 'PT1S' } }),
    'tests/flows/interrupted-calls.stack.test.ts',
    'the timeout of %s breaks the request off and is the error 408',
  ),
  row(
    'A',
    '`timeout` of the flow',
    one(NOTHING, { timeout: { after: 'PT1S' } }),
    `${FEATURES}/timeout.feature`,
    'Timeout Of The Workflow',
  ),
  row(
    'A',
    '`schedule` by `cron`',
    one(NOTHING, { schedule: { cron: '0 9 * * 1-5' } }),
    `${FEATURES}/schedule.feature`,
    'A Cron Expression Starts A Run',
  ),
  row(
    'A',
    '`schedule` with `every`',
    one(NOTHING, { schedule: { every: 'PT5M' } }),
    `${FEATURES}/schedule.feature`,
    'An Interval Starts A Run',
  ),
  row(
    'A',
    '`schedule` on an event, or any of several',
    one(NOTHING, { schedule: { on: { one: ONE_EVENT } } }),
    `${FEATURES}/schedule.feature`,
    'An Event Starts A Run',
  ),
  row(
    'B',
    'named jumps in one list',
    { document: HEAD, do: [{ first: { ...NOTHING, ...next('second') } }, { second: NOTHING }] },
    'tests/conformance/dsl/scenarios.test.ts',
    'tasks run in the order their directives say',
  ),
  row(
    'B',
    '`call: openapi`, version 2',
    one({
      call: 'openapi',
      with: { document: { endpoint: 'https://service.example/' }, operationId: 'read' },
    }),
    `${FEATURES}/openapi.feature`,
    'An Operation Of Version 2',
  ),
  row(
    'B',
    '`call: openapi`, version 3',
    one({
      call: 'openapi',
      with: { document: { endpoint: { uri: 'https://service.example/' } }, operationId: 'read' },
    }),
    `${FEATURES}/openapi.feature`,
    'An Operation Of Version 3 In YAML',
  ),
  row(
    'B',
    '`listen` with `foreach`',
    one({ listen: { to: { any: [ONE_EVENT] } }, foreach: { item: 'event', do: [{ inner: NOTHING }] } }),
    `${FEATURES}/listen.feature`,
    'Listen With Foreach Works In Order',
  ),
  row(
    'B',
    '`use.extensions`',
    one(NOTHING, { use: { extensions: [{ around: { extend: 'set', before: [{ inner: NOTHING }] } }] } }),
    `${FEATURES}/extension.feature`,
    'An Extension Answers Instead',
  ),
];

const SWITCHED: readonly SupportRow[] = [
  row(
    'B',
    '`run: shell`',
    one({ run: { shell: { command: 'true' } } }),
    `${FEATURES}/run.feature`,
    'A Shell Command With Standard Input, Arguments And Environment',
  ),
  row(
    'B',
    '`run: script` in JavaScript',
    one({ run: { script: { language: 'js', code: '1' } } }),
    `${FEATURES}/run.feature`,
    'A Script In JavaScript Gives All Of Its Result',
  ),
  row(
    'B',
    '`run: script` in Python',
    one({ run: { script: { language: 'python', code: '1' } } }),
    `${FEATURES}/run.feature`,
    'A Script In Python',
  ),
].map((each) => ({ ...each, isSwitched: true }));

const REFUSED: readonly SupportRow[] = [
  row(
    'C',
    'scripts from an address',
    one({ run: { script: { language: 'js', source: { endpoint: 'https://service.example/' } } } }),
    'engine/validate.test.ts',
    'script from an address',
  ),
  row('C', '`call: asyncapi`', one({ call: 'asyncapi', with: {} }), VERDICTS, 'call-asyncapi-publish.yaml'),
  row('C', '`call: grpc`', one({ call: 'grpc', with: {} }), VERDICTS, 'call-grpc.yaml'),
  row('C', '`call: a2a`', one({ call: 'a2a', with: {} }), TABLE, 'support table of the flow language'),
  row('C', '`call: mcp`', one({ call: 'mcp', with: {} }), VERDICTS, 'call-mcp.yaml'),
  row(
    'C',
    '`run: container`',
    one({ run: { container: { image: 'docs' } } }),
    VERDICTS,
    'run-container.yaml',
  ),
  row(
    'C',
    'functions from other catalogues',
    one({ call: 'log:1.0.0@public' }),
    VERDICTS,
    'call-custom-function-cataloged.yaml',
  ),
  row(
    'C',
    '`schedule` with `after`, or on all of several events',
    one(NOTHING, { schedule: { after: 'PT1H' } }),
    'engine/validate.test.ts',
    'all of several events',
  ),
  row(
    'C',
    'schemas from an address',
    one({ ...NOTHING, input: { schema: { resource: { endpoint: 'https://service.example/' } } } }),
    TABLE,
    'support table of the flow language',
  ),
  row(
    'C',
    'loose mode',
    one(NOTHING, { evaluate: { mode: 'loose' } }),
    TABLE,
    'support table of the flow language',
  ),
  row(
    'C',
    'other expression languages',
    one(NOTHING, { evaluate: { language: 'js' } }),
    TABLE,
    'support table of the flow language',
  ),
  row(
    'C',
    '`$secrets` in expressions',
    one({ set: { n: '${ $secrets.x }' } }),
    TABLE,
    'support table of the flow language',
  ),
];

/** Every line of the support table: first what is executed, then what is where it is switched on, then what is refused at publish. */
export const supportRows: readonly SupportRow[] = [...EXECUTED, ...SWITCHED, ...REFUSED];
