import { ApplicationFailure } from '@temporalio/activity';
import type { Static } from 'typebox';
import { isJsonObject, type Json, sha256Hex } from '../../domain/json.ts';
import { standardError } from '../../engine/index.ts';
import { type EgressAnswer, type EgressClient, EgressRefused } from '../../platform/egress.ts';
import type { CallContext, StepCall } from '../../steps/define-step.ts';
import type { http } from '../../steps/general/http.ts';
import { authorizationOf } from './http-authentication.ts';

const TIMEOUT_MS = 30_000;
const HEARTBEAT_MS = 500;

/** Key under which a repeat of this visit of the step is the same request for the receiver. */
export function effectKey({ runId, pointer, visit }: CallContext): string {
  return sha256Hex(`${runId}\n${pointer}\n${visit}`);
}

/** How a call in progress tells that it lives, and hears that it is to stop. */
export interface CallTask {
  heartbeat(): void;
  readonly signal: AbortSignal;
}

/** What the call stands on. `resolveText` gives the value of the secret a document names. */
export interface HttpDependencies {
  readonly egress: EgressClient;
  readonly resolveText: (secretName: string) => Promise<string>;
  /** Absent outside of a worker: such a call is not cut short. */
  readonly currentTask?: () => CallTask;
}

/**
 * Carries out `call: http`. A status that is no success is a communication error with that status; only 5xx and 429 are tried again. A
 * call whose task is over (timeout, lost race, cancelled run) breaks off at its next heartbeat.
 */
export function createHttpActivity({ egress, resolveText, currentTask }: HttpDependencies) {
  return async function callHttp({ context, input }: StepCall<Static<typeof http.input>>): Promise<Json> {
    const url = withQuery(
      typeof input.endpoint === 'string' ? input.endpoint : input.endpoint.uri,
      input.query,
    );
    const method = input.method.toLowerCase();
    const body =
      input.body === undefined || method === 'get' || method === 'head'
        ? undefined
        : bodyText(input.body as Json);
    const headers = {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      'idempotency-key': effectKey(context),
      ...texts(input.headers),
    };
    const authorization = await authorizationOf(input.authentication as Json, context, resolveText);
    const request = {
      method,
      url,
      headers: authorization === undefined ? headers : { ...headers, authorization },
      ...(body === undefined ? {} : { body }),
      timeoutMs: TIMEOUT_MS,
      followRedirects: input.redirect !== true,
    };
    const answer = await alive(currentTask?.(), (signal) =>
      send(egress, context, signal === undefined ? request : { ...request, signal }),
    );
    const isSuccess = answer.status < 300 || (input.redirect === true && answer.status < 400);
    if (!isSuccess)
      throw failure(
        context,
        answer.status,
        `${method.toUpperCase()} ${url} answered ${answer.status}`,
        answer.status >= 500 || answer.status === 429,
      );
    return shaped(input.output ?? 'content', answer, method, headers);
  };
}

async function alive<Result>(
  task: CallTask | undefined,
  work: (signal: AbortSignal | undefined) => Promise<Result>,
): Promise<Result> {
  if (task === undefined) return work(undefined);
  const beat = setInterval(() => task.heartbeat(), HEARTBEAT_MS);
  try {
    return await work(task.signal);
  } finally {
    clearInterval(beat);
  }
}

async function send(
  egress: EgressClient,
  context: CallContext,
  request: Parameters<EgressClient['send']>[0],
): Promise<EgressAnswer> {
  try {
    return await egress.send(request);
  } catch (error) {
    if (request.signal?.aborted === true) throw request.signal.reason;
    const reason = error instanceof Error ? error.message : String(error);
    throw failure(
      context,
      error instanceof EgressRefused ? 403 : 502,
      reason,
      !(error instanceof EgressRefused),
    );
  }
}

function failure(
  context: CallContext,
  status: number,
  detail: string,
  isRetryable: boolean,
): ApplicationFailure {
  const error = { ...standardError('communication', context.pointer, detail), status };
  return ApplicationFailure.create({
    message: detail,
    type: error.type,
    details: [error],
    nonRetryable: !isRetryable,
  });
}

/** `headers`: as sent, without the authorization, which no run keeps. */
function shaped(
  output: 'raw' | 'content' | 'response',
  answer: EgressAnswer,
  method: string,
  headers: Readonly<Record<string, string>>,
): Json {
  if (output === 'raw') return answer.body.toString('base64');
  const content = contentOf(answer);
  if (output === 'content') return content;
  return {
    request: { method, uri: answer.url, headers: { ...headers } },
    statusCode: answer.status,
    headers: { ...answer.headers },
    content,
  };
}

function contentOf(answer: EgressAnswer): Json {
  const text = answer.body.toString('utf8');
  if (text === '') return null;
  if (!/json/i.test(answer.headers['content-type'] ?? 'json')) return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function bodyText(body: Json): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function texts(headers: Record<string, unknown> | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
}

function withQuery(address: string, query: Record<string, unknown> | undefined): string {
  if (!isJsonObject(query) || !URL.canParse(address)) return address;
  const url = new URL(address);
  for (const [name, value] of Object.entries(query))
    url.searchParams.append(name, typeof value === 'string' ? value : JSON.stringify(value));
  return url.toString();
}
