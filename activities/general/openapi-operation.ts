import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { member, objectMember, textMember } from '../../engine/tasks.ts';

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'] as const;
const LONGEST_REFERENCE_CHAIN = 20;
const FORM = 'application/x-www-form-urlencoded';

/** The document and the parameters do not make a request; the message names what is missing or cannot be carried out. */
export class OpenapiFault extends Error {}

/** A request as an operation describes it. */
export interface OperationRequest {
  readonly method: (typeof METHODS)[number];
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Operation {
  readonly method: (typeof METHODS)[number];
  readonly path: string;
  readonly definition: JsonObject;
  readonly parameters: readonly JsonObject[];
}

interface Draft {
  path: string;
  readonly query: [string, string][];
  readonly headers: Record<string, string>;
  readonly cookies: string[];
  readonly form: [string, string][];
  body: Json | undefined;
}

/**
 * The request for an operation of an OpenAPI document, version 2 or 3. `documentUrl` is where the document came from: addresses in it may
 * be relative. Parameters are placed where the operation declares them; with version 3 the member `body` is the request body, and where
 * there is none the members no parameter declares are. Throws `OpenapiFault`.
 */
export function operationRequest(
  document: JsonObject,
  operationId: string,
  parameters: JsonObject,
  documentUrl: string,
): OperationRequest {
  const isSwagger = textMember(document, 'swagger') === '2.0';
  if (!isSwagger && !/^3\.\d/.test(textMember(document, 'openapi') ?? ''))
    throw new OpenapiFault('the document is neither OpenAPI 2.0 nor OpenAPI 3');
  const operation = findOperation(document, operationId);
  const draft: Draft = {
    path: operation.path,
    query: [],
    headers: {},
    cookies: [],
    form: [],
    body: undefined,
  };
  const left = new Map(Object.entries(parameters));
  for (const parameter of operation.parameters) {
    const name = textMember(parameter, 'name') ?? '';
    const value = left.get(name);
    left.delete(name);
    place(draft, parameter, name, value ?? undefined);
  }
  const content = isSwagger
    ? swaggerContent(document, operation, draft)
    : requestContent(document, operation, draft, left);
  const [unknown] = left.keys();
  if (unknown !== undefined) throw new OpenapiFault(`operation ${operationId} has no parameter ${unknown}`);
  return assemble(draft, operation, baseOf(document, operation, isSwagger, documentUrl), content);
}

function findOperation(document: JsonObject, operationId: string): Operation {
  for (const [path, item] of Object.entries(objectMember(document, 'paths') ?? {})) {
    const resolved = resolve(document, item);
    for (const method of METHODS) {
      const definition = objectMember(resolved, method);
      if (definition === undefined || textMember(definition, 'operationId') !== operationId) continue;
      const declared = new Map<string, JsonObject>();
      for (const owner of [resolved, definition]) {
        const list = member(owner, 'parameters');
        for (const each of Array.isArray(list) ? list : []) {
          const parameter = resolve(document, each);
          declared.set(`${textMember(parameter, 'in')} ${textMember(parameter, 'name')}`, parameter);
        }
      }
      return { method, path, definition, parameters: [...declared.values()] };
    }
  }
  throw new OpenapiFault(`the document has no operation ${operationId}`);
}

/** What a `$ref` within the document stands for. Other documents are not fetched. */
function resolve(document: JsonObject, value: Json | undefined): JsonObject {
  let at = value;
  for (let step = 0; step < LONGEST_REFERENCE_CHAIN; step += 1) {
    if (!isJsonObject(at)) return {};
    const reference = textMember(at, '$ref');
    if (reference === undefined) return at;
    if (!reference.startsWith('#/'))
      throw new OpenapiFault(`the reference ${reference} leads out of the document`);
    const path = reference
      .slice(2)
      .split('/')
      .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
    at = member(document, ...path);
  }
  throw new OpenapiFault('references of the document lead in a circle');
}

function place(draft: Draft, parameter: JsonObject, name: string, value: Json | undefined): void {
  const where = textMember(parameter, 'in');
  if (value === undefined || value === null) {
    if (parameter['required'] === true) throw new OpenapiFault(`the parameter ${name} is required`);
    return;
  }
  switch (where) {
    case 'path':
      draft.path = draft.path.replaceAll(
        `{${name}}`,
        listOf(value)
          .map((each) => encodeURIComponent(each))
          .join(','),
      );
      return;
    case 'query':
      draft.query.push(...named(parameter, name, value));
      return;
    case 'header':
      draft.headers[name.toLowerCase()] = listOf(value).join(',');
      return;
    case 'cookie':
      draft.cookies.push(`${name}=${listOf(value).map(encodeURIComponent).join(',')}`);
      return;
    case 'formData':
      if (textMember(parameter, 'type') === 'file')
        throw new OpenapiFault(`the parameter ${name} is a file, which cannot be sent`);
      draft.form.push(...named(parameter, name, value));
      return;
    case 'body':
      draft.body = value;
      return;
    default:
      throw new OpenapiFault(`the parameter ${name} stands in ${where}, which is not known`);
  }
}

/** A list is repeated (`multi`, `explode`) or written as one text, as the parameter says: version 2 joins unless told, version 3 repeats. */
function named(parameter: JsonObject, name: string, value: Json): [string, string][] {
  const values = listOf(value);
  if (!Array.isArray(value)) return values.map((each) => [name, each]);
  const isSwagger = parameter['schema'] === undefined && parameter['content'] === undefined;
  const format = textMember(parameter, 'collectionFormat') ?? 'csv';
  const style = textMember(parameter, 'style') ?? 'form';
  const repeats = isSwagger ? format === 'multi' : parameter['explode'] !== false && style === 'form';
  if (repeats) return values.map((each) => [name, each]);
  const separators: Readonly<Record<string, string>> = {
    ssv: ' ',
    spaceDelimited: ' ',
    tsv: '\t',
    pipes: '|',
    pipeDelimited: '|',
  };
  return [[name, values.join(separators[isSwagger ? format : style] ?? ',')]];
}

function listOf(value: Json): readonly string[] {
  return (Array.isArray(value) ? value : [value]).map((each) =>
    typeof each === 'string' ? each : JSON.stringify(each),
  );
}

function swaggerContent(document: JsonObject, { definition }: Operation, draft: Draft): string | undefined {
  if (draft.form.length > 0) return FORM;
  if (draft.body === undefined) return undefined;
  const consumes = member(definition, 'consumes') ?? member(document, 'consumes');
  return contentAmong(Array.isArray(consumes) ? consumes.filter((each) => typeof each === 'string') : []);
}

function requestContent(
  document: JsonObject,
  { definition }: Operation,
  draft: Draft,
  left: Map<string, Json>,
): string | undefined {
  if (definition['requestBody'] === undefined) return undefined;
  const body = resolve(document, definition['requestBody']);
  const value = left.has('body') ? left.get('body') : left.size > 0 ? Object.fromEntries(left) : undefined;
  left.clear();
  if (value === undefined) {
    if (body['required'] === true) throw new OpenapiFault('the request body is required: name it body');
    return undefined;
  }
  const type = contentAmong(Object.keys(objectMember(body, 'content') ?? {}));
  if (type === FORM && isJsonObject(value))
    for (const [name, each] of Object.entries(value))
      draft.form.push(...listOf(each).map((text): [string, string] => [name, text]));
  else draft.body = value;
  return type;
}

function contentAmong(types: readonly string[]): string {
  const plain = types.map((each) => each.split(';')[0]?.trim().toLowerCase() ?? '');
  const json = plain.find((each) => /^application\/(?:[a-z0-9.-]+\+)?json$/.test(each));
  if (plain.length === 0 || plain.includes('*/*')) return 'application/json';
  const found = json ?? plain.find((each) => each === FORM || each.startsWith('text/'));
  if (found !== undefined) return found;
  throw new OpenapiFault(`a body of ${types.join(', ')} cannot be sent: JSON, a form or text can`);
}

function baseOf(document: JsonObject, operation: Operation, isSwagger: boolean, documentUrl: string): string {
  if (isSwagger) {
    const from = new URL(documentUrl);
    const schemes = member(operation.definition, 'schemes') ?? member(document, 'schemes');
    const offered = Array.isArray(schemes) ? schemes.filter((each) => typeof each === 'string') : [];
    const scheme = offered.includes('https') ? 'https' : (offered[0] ?? from.protocol.replace(':', ''));
    return `${scheme}://${textMember(document, 'host') ?? from.host}${textMember(document, 'basePath') ?? ''}`;
  }
  const servers = member(operation.definition, 'servers') ?? member(document, 'servers');
  const server = Array.isArray(servers) ? servers[0] : undefined;
  const url = (textMember(server, 'url') ?? '/').replaceAll(
    /\{([^}]+)\}/g,
    (_, name: string) => textMember(server, 'variables', name, 'default') ?? '',
  );
  if (!URL.canParse(url, documentUrl)) throw new OpenapiFault(`the server ${url} is not an address`);
  return new URL(url, documentUrl).toString();
}

function assemble(
  draft: Draft,
  { method }: Operation,
  base: string,
  contentType: string | undefined,
): OperationRequest {
  const missing = /\{([^}]+)\}/.exec(draft.path)?.[1];
  if (missing !== undefined) throw new OpenapiFault(`the parameter ${missing} is required`);
  const url = new URL(`${base.replace(/\/+$/, '')}${draft.path}`);
  for (const [name, value] of draft.query) url.searchParams.append(name, value);
  const { form, body } = draft;
  const text =
    form.length > 0
      ? new URLSearchParams(form).toString()
      : body === undefined
        ? undefined
        : typeof body === 'string' && contentType?.startsWith('text/') === true
          ? body
          : JSON.stringify(body);
  return {
    method,
    url: url.toString(),
    headers: {
      ...draft.headers,
      ...(draft.cookies.length === 0 ? {} : { cookie: draft.cookies.join('; ') }),
      ...(text === undefined ? {} : { 'content-type': contentType ?? 'application/json' }),
    },
    ...(text === undefined ? {} : { body: text }),
  };
}
