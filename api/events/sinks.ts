import { sha256Hex } from '../../domain/json.ts';
import type { EventConsumer } from './dispatch.ts';

/**
 * Delivers events that flows emit to receivers outside, as CloudEvents in structured mode through the hand-off queue: repeated until the
 * receiver takes them, always under the same `webhook-id`, signed after Standard Webhooks where a secret is named. Events that came from
 * outside are not sent on: a receiver that is a sender too would get its own back.
 */
export function eventSinks(urls: readonly string[], secretRef: string | null): readonly EventConsumer[] {
  if (urls.length === 0) return [];
  return [
    {
      typePrefix: '',
      consume: async ({ records }, { source, eventId, envelope, receivedBy }) => {
        if (!receivedBy.startsWith('run:')) return;
        for (const url of urls) {
          const messageId = `msg_${sha256Hex(`${url}\n${source}\n${eventId}`).slice(0, 32)}`;
          await records.handOffs.put({
            queue: 'signed-callback',
            dedupeKey: messageId,
            payload: {
              url,
              messageId,
              body: JSON.stringify(envelope),
              contentType: 'application/cloudevents+json',
              secretRefs: secretRef === null ? [] : [secretRef],
            },
          });
        }
      },
    },
  ];
}
