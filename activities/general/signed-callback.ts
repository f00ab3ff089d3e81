import { ApplicationFailure } from '@temporalio/common';
import type { Static } from 'typebox';
import { isJsonObject, type Json, sha256Hex } from '../../domain/json.ts';
import type { FlowError } from '../../engine/types.ts';
import type { EffectRow, Records } from '../../prisma/records/types.ts';
import type { CallContext, StepCall } from '../../steps/define-step.ts';
import type { signedCallback } from '../../steps/general/signed-callback.ts';
import { awaitReceipt, type HandOffDeps } from './hand-off.ts';

const QUEUE = 'signed-callback';
const WAIT_MS = 20_000;
type Call = StepCall<Static<typeof signedCallback.input>>;
type Answer = Static<typeof signedCallback.output>;

/** What the callback stands on. */
export interface CallbackDeps extends HandOffDeps {
  readonly effects: Records['effects'];
  readonly clock: () => number;
}

/**
 * Hands the callback to its queue and waits for the receipt. The intent and the hand-off are one transaction, and a repeat writes
 * neither: the receiver sees one id and one body however often worker, run or queue try again.
 */
export function createSignedCallbackActivity(deps: CallbackDeps) {
  return async function sendSignedCallback({ context, input }: Call): Promise<Answer> {
    const { runId, pointer, visit } = context;
    const effectId = sha256Hex(`${runId}\n${pointer}\n${visit}\ncallback`);
    const messageId = `msg_${effectId.slice(0, 32)}`;
    if (input.url === null) return { messageId, delivered: false, status: null };
    const status = doneStatus(await deps.effects.find(effectId));
    if (status !== undefined) return { messageId, delivered: true, status };
    const { url, type, secretRefs } = input;
    const timestamp = new Date(deps.clock()).toISOString();
    const body = JSON.stringify({ type, timestamp, data: input.data as Json });
    await deps.handOffs.put(
      { queue: QUEUE, dedupeKey: messageId, payload: { url, messageId, body, secretRefs } },
      {
        effectId,
        runId,
        pointer,
        visit,
        part: 'callback',
        effectClass: 'K',
        fence: null,
        intent: { messageId, type, timestamp },
      },
    );
    const receipt = await awaitReceipt(deps, QUEUE, messageId, WAIT_MS);
    if (receipt === undefined)
      throw failure(context, 'the receiver has not taken it yet; the queue goes on', true);
    if (receipt.outcome === 'failed') throw failure(context, receipt.detail, false);
    await deps.effects.mark(effectId, 'done', { outcome: { status: receipt.status } });
    return { messageId, delivered: true, status: receipt.status };
  };
}

function doneStatus(effect: EffectRow | undefined): number | undefined {
  if (effect?.status !== 'done' || !isJsonObject(effect.outcome)) return undefined;
  return typeof effect.outcome.status === 'number' ? effect.outcome.status : undefined;
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
