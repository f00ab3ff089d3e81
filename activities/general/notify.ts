import { ApplicationFailure } from '@temporalio/activity';
import type { Static } from 'typebox';
import type { FlowError } from '../../engine/types.ts';
import { type EgressClient, EgressRefused } from '../../platform/egress.ts';
import { signWebhook, webhookSecretOf } from '../../platform/webhook-signature.ts';
import type { CallContext, StepCall } from '../../steps/define-step.ts';
import type { notify } from '../../steps/general/notify.ts';
import { effectKey } from './http.ts';

const TIMEOUT_MS = 10_000;

/** What the notification stands on. A secret is resolved at the moment of sending and kept nowhere. */
export interface NotifyDeps {
  readonly egress: EgressClient;
  readonly resolveText: (secretRef: string) => Promise<string>;
  readonly clock: () => number;
}

/** Sends a webhook signed as Standard Webhooks asks (id, timestamp in seconds, `v1,` + base64 HMAC-SHA256). Repeats keep the id. */
export function createNotifyActivity({ egress, resolveText, clock }: NotifyDeps) {
  return async function sendNotification({
    context,
    input,
  }: StepCall<Static<typeof notify.input>>): Promise<Static<typeof notify.output>> {
    const messageId = `msg_${effectKey(context).slice(0, 32)}`;
    if (input.url === undefined || input.url === null) return { messageId, delivered: false, status: null };
    const { runId, flowName, businessKey } = context;
    const body = JSON.stringify({
      title: input.title,
      runId,
      flow: flowName,
      businessKey,
      data: input.body ?? null,
    });
    const message = { messageId, atMs: clock(), body };
    const secrets =
      input.secretRef === undefined ? [] : [webhookSecretOf(await resolveText(input.secretRef))];
    const { 'webhook-signature': signature, ...unsigned } = signWebhook(secrets, message);
    const headers = {
      'content-type': 'application/json',
      ...unsigned,
      ...(secrets.length === 0 ? {} : { 'webhook-signature': signature }),
    };
    const answer = await egress
      .send({ method: 'post', url: input.url, headers, body, timeoutMs: TIMEOUT_MS, followRedirects: false })
      .catch((error: unknown) => {
        throw failure(
          context,
          error instanceof Error ? error.message : String(error),
          !(error instanceof EgressRefused),
        );
      });
    if (answer.status >= 300)
      throw failure(
        context,
        `the receiver answered ${answer.status}`,
        answer.status >= 500 || answer.status === 429,
      );
    return { messageId, delivered: true, status: answer.status };
  };
}

function failure(context: CallContext, detail: string, isRetryable: boolean): ApplicationFailure {
  const error: FlowError = {
    type: 'https://afterbell.example/errors/notification-failed',
    status: 502,
    title: 'Notification failed',
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
