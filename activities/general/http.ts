import type { Static } from 'typebox';
import { isJsonObject, type Json } from '../../domain/json.ts';
import type { StepCall } from '../../steps/define-step.ts';
import type { http } from '../../steps/general/http.ts';
import { effectKey, type HttpDependencies, keptAlive, perform } from './http-request.ts';

/** Carries out `call: http`. */
export function createHttpActivity(dependencies: HttpDependencies) {
  return async function callHttp({ context, input }: StepCall<Static<typeof http.input>>): Promise<Json> {
    const endpoint = typeof input.endpoint === 'string' ? input.endpoint : input.endpoint.uri;
    const method = input.method.toLowerCase();
    const body =
      input.body === undefined || method === 'get' || method === 'head'
        ? undefined
        : bodyText(input.body as Json);
    const outgoing = {
      method,
      url: withQuery(endpoint, input.query),
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        'idempotency-key': effectKey(context),
        ...texts(input.headers),
      },
      ...(body === undefined ? {} : { body }),
      authentication: input.authentication as Json | undefined,
      output: input.output ?? 'content',
      redirect: input.redirect === true,
    } as const;
    return keptAlive(dependencies.currentTask?.(), (signal) =>
      perform(dependencies, context, outgoing, signal),
    );
  };
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
