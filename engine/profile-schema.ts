import type { JsonObject } from '../domain/json.ts';
import { sharedDefinitions } from './profile-shared.ts';
import { taskDefinitions } from './profile-tasks.ts';

const SEMVER =
  '^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(?:-[0-9a-zA-Z-]+(?:\\.[0-9a-zA-Z-]+)*)?(?:\\+[0-9a-zA-Z-]+(?:\\.[0-9a-zA-Z-]+)*)?$';
const NAME = '^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$';

const text: JsonObject = { type: 'string' };
const open: JsonObject = { type: 'object' };
const ref = (name: string): JsonObject => ({ $ref: `#/$defs/${name}` });
const mapOf = (items: JsonObject): JsonObject => ({ type: 'object', additionalProperties: items });

/** Members of the document itself, `do` excepted. */
const documentMembers: JsonObject = {
  document: {
    type: 'object',
    additionalProperties: false,
    required: ['dsl', 'namespace', 'name', 'version'],
    properties: {
      dsl: { type: 'string', pattern: SEMVER },
      namespace: { type: 'string', pattern: NAME },
      name: { type: 'string', pattern: NAME },
      version: { type: 'string', pattern: SEMVER },
      title: text,
      summary: text,
      tags: open,
      metadata: open,
    },
  },
  input: ref('input'),
  output: ref('output'),
  timeout: { anyOf: [ref('timeout'), text] },
  schedule: {
    type: 'object',
    additionalProperties: false,
    properties: {
      every: ref('duration'),
      cron: text,
      after: ref('duration'),
      on: ref('consumption'),
      read: { enum: ['data', 'envelope', 'raw'] },
    },
    dependentRequired: { read: ['on'] },
  },
  evaluate: {
    type: 'object',
    additionalProperties: false,
    properties: { language: text, mode: { enum: ['strict', 'loose'] } },
  },
};

/** Reusable parts. `deep` puts whole tasks under `functions` and extensions; otherwise they are checked one by one elsewhere. */
function useMembers(deep: boolean): JsonObject {
  return {
    type: 'object',
    additionalProperties: false,
    properties: {
      authentications: mapOf(ref('authentication')),
      errors: mapOf(ref('error')),
      extensions: {
        type: 'array',
        items: { type: 'object', minProperties: 1, maxProperties: 1, additionalProperties: ref('extension') },
      },
      functions: mapOf(deep ? ref('task') : open),
      retries: mapOf(ref('retryPolicy')),
      secrets: { type: 'array', items: text },
      timeouts: mapOf(ref('timeout')),
      catalogs: mapOf({
        type: 'object',
        additionalProperties: false,
        required: ['endpoint'],
        properties: { endpoint: ref('endpoint') },
      }),
    },
  };
}

const shallowList: JsonObject = {
  type: 'array',
  items: { type: 'object', minProperties: 1, maxProperties: 1, additionalProperties: open },
};
const deepList: JsonObject = {
  type: 'array',
  items: { type: 'object', minProperties: 1, maxProperties: 1, additionalProperties: ref('task') },
};

function profile(deep: boolean): JsonObject {
  const tasks = taskDefinitions();
  return {
    type: 'object',
    additionalProperties: false,
    required: ['document', 'do'],
    properties: { ...documentMembers, use: useMembers(deep), do: ref('taskList') },
    $defs: {
      ...sharedDefinitions(),
      ...tasks,
      task: { anyOf: Object.keys(tasks).map(ref) },
      taskList: deep ? deepList : shallowList,
    },
  };
}

/**
 * JSON Schema (2020-12) of the flow language as Afterbell takes it: DSL 1.0.3 in the closed profile of docs/flow-language.md, tiers A and
 * B. Call kinds and run kinds of tier C are not in it. Written anew from the specification; compared with the official schemas by test.
 */
export const afterbellProfileSchema: JsonObject = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'https://afterbell.example/schemas/flow-1.json',
  title: 'Afterbell flow',
  ...profile(true),
};

/** The text of the schema file that editors load. */
export function renderProfileSchema(): string {
  return `${JSON.stringify(afterbellProfileSchema, null, 2)}\n`;
}

const shallow = profile(false);
const cache = new Map<string, JsonObject>();

/** The schema of a document without its tasks: task lists are arrays of single-key maps, whatever the tasks are. */
export function shellSchema(): JsonObject {
  return shallow;
}

/** The schema of one task kind, with the lists inside it left open, so that each task is checked once and named exactly. */
export function taskSchema(definition: string): JsonObject {
  const known = cache.get(definition);
  if (known !== undefined) return known;
  const schema: JsonObject = { $defs: shallow['$defs'] ?? {}, $ref: `#/$defs/${definition}` };
  cache.set(definition, schema);
  return schema;
}
