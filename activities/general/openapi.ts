import { ApplicationFailure } from '@temporalio/common';
import type { Static } from 'typebox';
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { parseFlowDocument, standardError } from '../../engine/index.ts';
import type { CallContext, StepCall } from '../../steps/define-step.ts';
import type { openapi } from '../../steps/general/openapi.ts';
import { answerOf, effectKey, type HttpDependencies, keptAlive, perform } from './http-request.ts';
import { OpenapiFault, operationRequest } from './openapi-operation.ts';

/**
 * Carries out `call: openapi`: reads the document where it stands, through the egress rules, and makes the request its operation
 * describes. What the document does not say is the standard error `configuration`.
 */
export function createOpenapiActivity(dependencies: HttpDependencies) {
  return async function callOpenapi({
    context,
    input,
  }: StepCall<Static<typeof openapi.input>>): Promise<Json> {
    const { document, operationId, parameters = {}, authentication, output = 'content', redirect } = input;
    return keptAlive(dependencies.currentTask?.(), async (signal) => {
      const answer = await answerOf(
        dependencies,
        context,
        {
          method: 'get',
          url: document.endpoint,
          headers: { accept: 'application/json, application/yaml;q=0.9, */*;q=0.1' },
          authentication: document.authentication as Json | undefined,
          output: 'raw',
          redirect: false,
        },
        signal,
      );
      const request = requestOf(context, () =>
        operationRequest(
          documentIn(answer.body.toString('utf8')),
          operationId,
          parameters as JsonObject,
          answer.url,
        ),
      );
      const outgoing = {
        ...request,
        headers: {
          accept: 'application/json',
          'idempotency-key': effectKey(context),
          ...request.headers,
        },
        authentication: authentication as Json | undefined,
        output,
        redirect: redirect === true,
      };
      return perform(dependencies, context, outgoing, signal);
    });
  };
}

function documentIn(text: string): JsonObject {
  const value = jsonIn(text);
  if (value !== undefined) return value;
  const { document, problems } = parseFlowDocument(text);
  if (document !== undefined && problems.length === 0) return document;
  throw new OpenapiFault(`the document is neither JSON nor YAML: ${problems[0]?.message ?? 'no map'}`);
}

function jsonIn(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function requestOf<Result>(context: CallContext, make: () => Result): Result {
  try {
    return make();
  } catch (thrown) {
    if (!(thrown instanceof OpenapiFault)) throw thrown;
    const error = standardError('configuration', context.pointer, thrown.message);
    throw ApplicationFailure.create({
      message: thrown.message,
      type: error.type,
      details: [error],
      nonRetryable: true,
    });
  }
}
