import { ApplicationFailure } from '@temporalio/common';
import type { Static } from 'typebox';
import { isJsonObject, type Json, sha256Hex } from '../../domain/json.ts';
import type { FlowError } from '../../engine/types.ts';
import { type EgressClient, EgressRefused } from '../../platform/egress.ts';
import { signWebhook, WebhookSecretError, webhookSecretOf } from '../../platform/webhook-signature.ts';
import type { EffectRow, Records } from '../../prisma/records/types.ts';
import type { CallContext, StepCall } from '../../steps/define-step.ts';
import type { signedCallback } from '../../steps/general/signed-callback.ts';

const TIMEOUT_MS = 10_000;
type Call = StepCall<Static<typeof signedCallback.input>>;
type Answer = Static<typeof signedCallback.output>;

/** What the callback stands on. A secret is resolved at the moment of sending and kept nowhere. */
export interface CallbackDeps {
  readonly effects: Records['effects'];
  readonly egress: EgressClient;
  readonly resolveText: (secretRef: string) => Promise<string>;
  readonly clock: () => number;
}

/**
 * Sends the callback. Intent is in the ledger first: a retry after a crash sends the same id and the same bytes, and one that the
 * receiver has answered is not sent again.
 */
export function createSignedCallbackActivity(deps: CallbackDeps) {
  return async function sendSignedCallback({ context, input }: Call): Promise<Answer> {
    const { runId, pointer, visit } = context;
    const effectId = sha256Hex(`${runId}\n${pointer}\n${visit}\ncallback`);
    const messageId = `msg_${effectId.slice(0, 32)}`;
    if (input.url === null) return { messageId, delivered: false, status: null };
    const effect = await deps.effects.plan({
      effectId,
      runId,
      pointer,
      visit,
      part: 'callback',
      effectClass: 'K',
      fence: null,
      intent: { messageId, type: input.type, timestamp: new Date(deps.clock()).toISOString() },
    });
    const status = doneStatus(effect);
    if (status !== undefined) return { messageId, delivered: true, status };
    const { type } = input;
    const data = input.data as Json;
    const body = JSON.stringify({ type, timestamp: effect.intent.timestamp ?? null, data });
    const answer = await send(deps, context, {
      url: input.url,
      messageId,
      body,
      secretRefs: input.secretRefs,
    });
    await deps.effects.mark(effectId, 'done', { outcome: { status: answer } });
    return { messageId, delivered: true, status: answer };
  };
}

function doneStatus({ status, outcome }: EffectRow): number | undefined {
  if (status !== 'done' || !isJsonObject(outcome)) return undefined;
  return typeof outcome.status === 'number' ? outcome.status : undefined;
}

async function send(
  { egress, resolveText, clock }: CallbackDeps,
  context: CallContext,
  message: {
    readonly url: string;
    readonly messageId: string;
    readonly body: string;
    readonly secretRefs: string[];
  },
): Promise<number> {
  const { url, messageId, body } = message;
  try {
    const secrets = await Promise.all(message.secretRefs.map(resolveText));
    const headers = {
      'content-type': 'application/json',
      ...signWebhook(secrets.map(webhookSecretOf), { messageId, atMs: clock(), body }),
    };
    const answer = await egress.send({
      method: 'post',
      url,
      headers,
      body,
      timeoutMs: TIMEOUT_MS,
      followRedirects: false,
    });
    if (answer.status < 300) return answer.status;
    // 410 is the receiver's word that it wants no more of these; other 4xx may pass with a mended receiver.
    throw failure(context, `the receiver answered ${answer.status}`, answer.status !== 410);
  } catch (error) {
    if (error instanceof ApplicationFailure) throw error;
    const isFinal = error instanceof EgressRefused || error instanceof WebhookSecretError;
    throw failure(context, error instanceof Error ? error.message : String(error), !isFinal);
  }
}

function failure(context: CallContext, detail: string, isRetryable: boolean): ApplicationFailure {
  const error: FlowError = {
    type: 'https://afterbell.example/errors/callback-failed',
    status: 502,
    title: 'Callback failed',
    detail,
    instance: context.pointer,
  };
  return ApplicationFailure.create({
    message: detail,
    type: error.type,
    details: [error],
    nonRetryable: !isRetryable,
  });
}
