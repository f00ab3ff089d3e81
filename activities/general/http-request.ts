import { ApplicationFailure } from '@temporalio/activity';
import { type Json, sha256Hex } from '../../domain/json.ts';
import { standardError } from '../../engine/index.ts';
import {
  type EgressAnswer,
  type EgressClient,
  type EgressRequest,
  EgressRefused,
} from '../../platform/egress.ts';
import type { CallContext } from '../../steps/define-step.ts';
import { sendAuthenticated } from './http-authentication.ts';

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

/** A request as a document describes it, ready to go. `method` in lower case; `authentication` is a policy of the language. */
export interface OutgoingRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly authentication?: Json | undefined;
  readonly output: 'raw' | 'content' | 'response';
  /** True takes a 3xx as the answer instead of following it. */
  readonly redirect: boolean;
}

/**
 * Runs work that may be cut short: a call whose task is over (timeout, lost race, cancelled run) breaks off at its next heartbeat.
 */
export async function keptAlive<Result>(
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

/** Sends a request and shapes its answer. A status that is no success is a communication error with that status; 5xx and 429 are tried again. */
export async function perform(
  { egress, resolveText }: HttpDependencies,
  context: CallContext,
  outgoing: OutgoingRequest,
  signal: AbortSignal | undefined,
): Promise<Json> {
  const answer = await answerOf({ egress, resolveText }, context, outgoing, signal);
  return shaped(answer, outgoing);
}

/** The answer to a request, when it is a success. */
export async function answerOf(
  { egress, resolveText }: HttpDependencies,
  context: CallContext,
  outgoing: OutgoingRequest,
  signal: AbortSignal | undefined,
): Promise<EgressAnswer> {
  const { method, url, headers, body, authentication, redirect } = outgoing;
  const send = (request: EgressRequest): Promise<EgressAnswer> => sendOnce(egress, context, request);
  const answer = await sendAuthenticated(
    authentication,
    {
      method,
      url,
      headers,
      ...(body === undefined ? {} : { body }),
      timeoutMs: TIMEOUT_MS,
      followRedirects: !redirect,
      ...(signal === undefined ? {} : { signal }),
    },
    { context, resolve: resolveText, send },
  );
  if (answer.status < 300 || (redirect && answer.status < 400)) return answer;
  throw failure(
    context,
    answer.status,
    `${method.toUpperCase()} ${url} answered ${answer.status}`,
    answer.status >= 500 || answer.status === 429,
  );
}

async function sendOnce(
  egress: EgressClient,
  context: CallContext,
  request: EgressRequest,
): Promise<EgressAnswer> {
  try {
    return await egress.send(request);
  } catch (error) {
    if (request.signal?.aborted === true) throw request.signal.reason;
    const reason = error instanceof Error ? error.message : String(error);
    const isRefused = error instanceof EgressRefused;
    throw failure(context, isRefused ? 403 : 502, reason, !isRefused);
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

/** The headers of the request are told as sent, without the authorization, which no run keeps. */
function shaped(answer: EgressAnswer, { output, method, headers }: OutgoingRequest): Json {
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
