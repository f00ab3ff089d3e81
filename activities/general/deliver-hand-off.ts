import type { JsonObject } from '../../domain/json.ts';
import type { HandOffRecords, HandOffRow } from '../../prisma/records/hand-off-types.ts';
import {
  deliverWebhook,
  type WebhookDeps,
  WebhookFailure,
  type WebhookMessage,
  webhookMessageOf,
} from './deliver-webhook.ts';

/** Where robot calls go: the dialler of another company, spoken to by signed webhook. */
export interface DiallerAddress {
  readonly url: string;
  readonly secretRef: string;
}

/** What delivering stands on. */
export interface DeliverDeps extends WebhookDeps {
  readonly handOffs: HandOffRecords;
  /** Null when no dialler is known: robot calls then wait in their queue. */
  readonly dialler: DiallerAddress | null;
}

/** How one attempt ended: `again` asks the queue to try later, `given-up` that it does not. */
export type Delivery =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'again' | 'given-up'; readonly detail: string };

/**
 * Makes one attempt at a hand-off and writes the receipt when it is the end: delivered, or given up because another attempt cannot help or is
 * not to come. What has a receipt of delivery is not sent again.
 */
export async function deliverHandOff(
  deps: DeliverDeps,
  {
    outboxId,
    attempt,
    isLast,
  }: { readonly outboxId: string; readonly attempt: number; readonly isLast: boolean },
): Promise<Delivery> {
  const row = await deps.handOffs.find(outboxId);
  if (row === undefined) return { kind: 'given-up', detail: `hand-off ${outboxId} is not in the outbox` };
  if (row.receipt?.outcome === 'delivered') return { kind: 'delivered' };
  try {
    const status = await deliverWebhook(deps, messageOf(deps, row));
    await deps.handOffs.putReceipt(outboxId, {
      outcome: 'delivered',
      status,
      detail: '',
      attempts: attempt,
    });
    return { kind: 'delivered' };
  } catch (error) {
    if (!(error instanceof WebhookFailure)) throw error;
    const { message: detail, status } = error;
    if (!error.isFinal && !isLast) return { kind: 'again', detail };
    await deps.handOffs.putReceipt(outboxId, { outcome: 'failed', status, detail, attempts: attempt });
    return { kind: 'given-up', detail };
  }
}

function messageOf({ dialler }: DeliverDeps, { queue, dedupeKey, payload }: HandOffRow): WebhookMessage {
  const message =
    queue === 'robot-calls' ? robotCall(dialler, dedupeKey, payload) : webhookMessageOf(payload);
  if (message === undefined)
    throw new WebhookFailure(`the hand-off ${queue} ${dedupeKey} holds no message`, null, true);
  return message;
}

function robotCall(
  dialler: DiallerAddress | null,
  dedupeKey: string,
  payload: JsonObject,
): WebhookMessage | undefined {
  if (dialler === null) return undefined;
  return {
    url: dialler.url,
    messageId: `msg_${dedupeKey.replaceAll('/', '_')}`,
    body: JSON.stringify(payload),
    secretRefs: [dialler.secretRef],
  };
}
