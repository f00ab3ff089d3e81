import { ApplicationFailure } from '@temporalio/common';
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { standardError } from '../../engine/index.ts';
import type { CallContext } from '../../steps/define-step.ts';

type Resolve = (secretName: string) => Promise<string>;

/**
 * Value of the `authorization` header for a `basic` or `bearer` policy; undefined without a policy. A policy that names a secret (`use`)
 * gets it at the moment of sending: for basic a JSON object with `username` and `password`, for bearer the token or an object with
 * `token`. Throws the standard error `authentication`, never repeating a value.
 */
export async function authorizationOf(
  policy: Json | undefined,
  context: CallContext,
  resolve: Resolve,
): Promise<string | undefined> {
  if (policy === undefined || policy === null) return undefined;
  const { basic, bearer } = isJsonObject(policy) ? policy : {};
  if (isJsonObject(basic)) {
    const { username, password } = await fieldsOf(basic, context, resolve);
    if (typeof username === 'string' && typeof password === 'string')
      return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    throw failure(context, 'basic authentication needs the texts username and password');
  }
  if (isJsonObject(bearer)) {
    const { token } = await fieldsOf(bearer, context, resolve);
    if (typeof token === 'string') return `Bearer ${token}`;
    throw failure(context, 'bearer authentication needs the text token');
  }
  throw failure(context, 'authentication is by basic or bearer');
}

async function fieldsOf(scheme: JsonObject, context: CallContext, resolve: Resolve): Promise<JsonObject> {
  const { use } = scheme;
  if (typeof use !== 'string') return scheme;
  const text = await resolve(use).catch(() => {
    throw failure(context, `the secret ${use} cannot be had`);
  });
  return fieldsIn(text) ?? { token: text };
}

function fieldsIn(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function failure(context: CallContext, detail: string): ApplicationFailure {
  const error = standardError('authentication', context.pointer, detail);
  return ApplicationFailure.create({
    message: detail,
    type: error.type,
    details: [error],
    nonRetryable: true,
  });
}
