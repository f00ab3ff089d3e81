import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';

/** What is wrong with an event, and where. */
export interface EventProblem {
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}

/** Events of a request, or everything that is wrong with it: a batch is taken whole or not at all. */
export type ParsedEvents =
  | { readonly events: readonly JsonObject[]; readonly problems?: undefined }
  | { readonly problems: readonly EventProblem[] };

const MAX_EVENTS = 1_000;
const MAX_ATTRIBUTE = 300;
const REQUIRED = ['id', 'source', 'type'] as const;
const TEXTS = ['subject', 'datacontenttype', 'dataschema'] as const;
const TIME = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

/**
 * Reads CloudEvents 1.0 from a request: structured (`application/cloudevents+json`), batch (`application/cloudevents-batch+json`) or
 * binary (`ce-*` headers, the body is the data). At most 1,000 events; attributes up to 300 characters.
 */
export function parseCloudEvents(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: unknown,
): ParsedEvents {
  const contentType = (headerOf(headers, 'content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  if (contentType === 'application/cloudevents-batch+json') return parseBatch(body);
  if (contentType === 'application/cloudevents+json') return parseOne(body, '');
  if (headerOf(headers, 'ce-specversion') !== undefined) return parseBinary(headers, body);
  return {
    problems: [
      {
        pointer: '',
        code: 'not-a-cloud-event',
        message:
          'send application/cloudevents+json, application/cloudevents-batch+json, or JSON with ce-specversion, ce-id, ce-source and ce-type headers',
      },
    ],
  };
}

function parseBatch(body: unknown): ParsedEvents {
  if (!Array.isArray(body)) return { problems: [fault('', 'batch', 'a batch is a JSON array of events')] };
  if (body.length > MAX_EVENTS)
    return {
      problems: [fault('', 'batch', `a batch holds at most ${MAX_EVENTS} events, this one ${body.length}`)],
    };
  const parsed = body.map((event, index) => parseOne(event, `/${index}`));
  const problems = parsed.flatMap((each) => each.problems ?? []);
  if (problems.length > 0) return { problems };
  return { events: parsed.flatMap((each) => ('events' in each ? each.events : [])) };
}

function parseBinary(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: unknown,
): ParsedEvents {
  const event: Record<string, Json> = {};
  for (const name of Object.keys(headers)) {
    const value = headerOf(headers, name);
    if (name.startsWith('ce-') && value !== undefined) event[name.slice(3)] = decodeHeader(value);
  }
  const contentType = headerOf(headers, 'content-type');
  if (contentType !== undefined) event['datacontenttype'] = contentType;
  if (body !== undefined && body !== null && body !== '') event['data'] = body as Json;
  return parseOne(event, '');
}

/** Header values are percent-encoded where they are not plain ASCII (CloudEvents HTTP binding 3.1.3.2). */
function decodeHeader(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function parseOne(event: unknown, at: string): ParsedEvents {
  if (!isJsonObject(event as Json)) return { problems: [fault(at, 'event', 'an event is a JSON object')] };
  const given = event as JsonObject;
  const problems: EventProblem[] = [];
  if (given['specversion'] !== '1.0')
    problems.push(
      fault(
        `${at}/specversion`,
        'specversion',
        `specversion must be “1.0”, not ${shown(given['specversion'])}`,
      ),
    );
  for (const name of REQUIRED) {
    if (typeof given[name] !== 'string' || given[name] === '')
      problems.push(
        fault(
          `${at}/${name}`,
          'required',
          `${name} must be a text that is not empty, not ${shown(given[name])}`,
        ),
      );
  }
  for (const name of TEXTS) {
    if (given[name] !== undefined && typeof given[name] !== 'string')
      problems.push(fault(`${at}/${name}`, 'type', `${name} must be a text, not ${shown(given[name])}`));
  }
  if (given['time'] !== undefined && !(typeof given['time'] === 'string' && TIME.test(given['time'])))
    problems.push(fault(`${at}/time`, 'time', `time must be an RFC 3339 time, not ${shown(given['time'])}`));
  for (const [name, value] of Object.entries(given)) {
    if (name === 'data' || name === 'data_base64') continue;
    if (!/^[a-z0-9]{1,20}$/.test(name))
      problems.push(
        fault(`${at}/${name}`, 'attribute', `attribute names are 1 to 20 of a-z and 0-9, not “${name}”`),
      );
    if (typeof value === 'string' && value.length > MAX_ATTRIBUTE)
      problems.push(
        fault(`${at}/${name}`, 'length', `${name} has ${value.length} characters, at most ${MAX_ATTRIBUTE}`),
      );
    if (typeof value === 'object' && value !== null)
      problems.push(
        fault(`${at}/${name}`, 'type', `${name} must be a plain value; objects belong into data`),
      );
  }
  return problems.length > 0 ? { problems } : { events: [withData(given)] };
}

/** Data in base64 that is JSON reads as JSON, so that flows see one shape. */
function withData(event: JsonObject): JsonObject {
  const { data_base64: encoded, ...rest } = event;
  if (typeof encoded !== 'string' || event['data'] !== undefined) return event;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  try {
    return { ...rest, data: JSON.parse(text) as Json };
  } catch {
    return event;
  }
}

function headerOf(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  name: string,
): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function fault(pointer: string, code: string, message: string): EventProblem {
  return { pointer, code, message };
}

function shown(value: Json | undefined): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80);
}
