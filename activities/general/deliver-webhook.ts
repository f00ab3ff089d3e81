import type { JsonObject } from '../../domain/json.ts';
import { type EgressClient, EgressRefused } from '../../platform/egress.ts';
import { SecretUnavailable } from '../../platform/vault.ts';
import { signWebhook, WebhookSecretError, webhookSecretOf } from '../../platform/webhook-signature.ts';

const TIMEOUT_MS = 10_000;

/** A webhook to send. Repeats carry the same id and the same bytes, and a new time. */
export interface WebhookMessage {
  readonly url: string;
  readonly messageId: string;
  readonly body: string;
  /** `application/json` unless given. */
  readonly contentType?: string;
  /** References; every one signs. None: the message goes unsigned. */
  readonly secretRefs: readonly string[];
}

/** What sending stands on. A secret is resolved at the moment of sending and kept nowhere. */
export interface WebhookDeps {
  readonly egress: EgressClient;
  readonly resolveText: (secretRef: string) => Promise<string>;
  readonly clock: () => number;
}

/** A webhook that was not taken. `isFinal`: sending it again cannot help. `status` is null when no answer came. */
export class WebhookFailure extends Error {
  readonly status: number | null;
  readonly isFinal: boolean;

  constructor(message: string, status: number | null, isFinal: boolean) {
    super(message);
    this.status = status;
    this.isFinal = isFinal;
  }
}

/** Sends once, signed after Standard Webhooks; returns the status below 300. Throws `WebhookFailure`. */
export async function deliverWebhook(
  { egress, resolveText, clock }: WebhookDeps,
  { url, messageId, body, contentType = 'application/json', secretRefs }: WebhookMessage,
): Promise<number> {
  let status: number;
  try {
    const secrets = await Promise.all(secretRefs.map(resolveText));
    const signed = signWebhook(secrets.map(webhookSecretOf), { messageId, atMs: clock(), body });
    const { 'webhook-signature': signature, ...unsigned } = signed;
    const headers = {
      'content-type': contentType,
      ...unsigned,
      ...(secrets.length === 0 ? {} : { 'webhook-signature': signature }),
    };
    const answer = await egress.send({
      method: 'post',
      url,
      headers,
      body,
      timeoutMs: TIMEOUT_MS,
      followRedirects: false,
    });
    status = answer.status;
  } catch (error) {
    const isFinal =
      error instanceof EgressRefused ||
      error instanceof WebhookSecretError ||
      error instanceof SecretUnavailable;
    throw new WebhookFailure(error instanceof Error ? error.message : String(error), null, isFinal);
  }
  // 410 is the receiver's word that it wants no more of these; other 4xx may pass with a mended receiver.
  if (status >= 300) throw new WebhookFailure(`the receiver answered ${status}`, status, status === 410);
  return status;
}

/** The message in the payload of a hand-off; undefined when it is none. */
export function webhookMessageOf(payload: JsonObject): WebhookMessage | undefined {
  const { url, messageId, body, contentType, secretRefs } = payload;
  if (typeof url !== 'string' || typeof messageId !== 'string' || typeof body !== 'string') return undefined;
  if (!Array.isArray(secretRefs) || !secretRefs.every((each) => typeof each === 'string')) return undefined;
  return {
    url,
    messageId,
    body,
    secretRefs,
    ...(typeof contentType === 'string' ? { contentType } : {}),
  };
}
