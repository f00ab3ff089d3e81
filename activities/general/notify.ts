import { ApplicationFailure } from '@temporalio/activity';
import type { Static } from 'typebox';
import type { FlowError } from '../../engine/types.ts';
import type { StepCall } from '../../steps/define-step.ts';
import type { notify } from '../../steps/general/notify.ts';
import { awaitReceipt, type HandOffDeps } from './hand-off.ts';
import { effectKey } from './http-request.ts';

const QUEUE = 'notification';
const WAIT_MS = 5_000;

/**
 * Hands a notification to its queue and waits a moment for the receipt. A receiver that is away does not hold the run: it goes on with
 * `delivered: false`, and the queue goes on trying. Repeats keep the id.
 */
export function createNotifyActivity(deps: HandOffDeps) {
  return async function sendNotification({
    context,
    input,
  }: StepCall<Static<typeof notify.input>>): Promise<Static<typeof notify.output>> {
    const messageId = `msg_${effectKey(context).slice(0, 32)}`;
    const { url, title, secretRef } = input;
    if (url === undefined || url === null) return { messageId, delivered: false, status: null };
    const { runId, flowName, businessKey, pointer } = context;
    const body = JSON.stringify({ title, runId, flow: flowName, businessKey, data: input.body ?? null });
    const secretRefs = secretRef === undefined ? [] : [secretRef];
    await deps.handOffs.put({
      queue: QUEUE,
      dedupeKey: messageId,
      payload: { url, messageId, body, secretRefs },
    });
    const receipt = await awaitReceipt(deps, QUEUE, messageId, WAIT_MS);
    if (receipt?.outcome === 'failed') throw failure(pointer, receipt.detail);
    return { messageId, delivered: receipt !== undefined, status: receipt?.status ?? null };
  };
}

function failure(instance: string, detail: string): ApplicationFailure {
  const error: FlowError = {
    type: 'https://afterbell.example/errors/notification-failed',
    status: 502,
    title: 'Notification failed',
    detail,
    instance,
  };
  return ApplicationFailure.create({
    message: detail,
    type: error.type,
    details: [error],
    nonRetryable: true,
  });
}
