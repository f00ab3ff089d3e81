import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliverWebhook, webhookMessageOf } from '../../activities/general/deliver-webhook.ts';
import type { JsonObject } from '../../domain/json.ts';
import { createEgressClient } from '../../platform/egress.ts';
import type { EventRow } from '../../prisma/records/event-types.ts';
import type { HandOff } from '../../prisma/records/hand-off-types.ts';
import type { AppDependencies } from '../dependencies.ts';
import { eventSinks } from './sinks.ts';

const ENVELOPE: JsonObject = {
  specversion: '1.0',
  id: 'e1',
  source: '/flows/a/b',
  type: 't',
  data: { n: 1 },
};
const event = (receivedBy: string): EventRow => ({
  sequence: 1n,
  source: '/flows/a/b',
  eventId: 'e1',
  type: 't',
  subject: null,
  envelope: ENVELOPE,
  receivedBy,
  receivedAt: new Date(0),
});

describe('sinks of emitted events', () => {
  const taken: { type: string | undefined; id: string | undefined; signature: unknown; body: string }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      taken.push({
        type: request.headers['content-type'],
        id: String(request.headers['webhook-id']),
        signature: request.headers['webhook-signature'],
        body: Buffer.concat(chunks).toString(),
      });
      response.writeHead(204).end();
    });
  });
  let url = '';
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const handOffsOf = async (receivedBy: string, secretRef: string | null = null): Promise<HandOff[]> => {
    const put: HandOff[] = [];
    const records = { handOffs: { put: (handOff: HandOff) => Promise.resolve(void put.push(handOff)) } };
    for (const sink of eventSinks([url], secretRef))
      await sink.consume({ records } as unknown as AppDependencies, event(receivedBy));
    return put;
  };

  it('get what a flow emits as a CloudEvent, a repeat under the same id', async () => {
    const [first, second] = [await handOffsOf('run:r1'), await handOffsOf('run:r1')];
    expect(first).toEqual(second);
    const message = webhookMessageOf(first[0]?.payload ?? {});
    if (message === undefined) throw new Error('no message');
    const egress = createEgressClient(['127.0.0.1']);
    const resolveText = () => Promise.reject(new Error('no secret is asked for'));
    expect(await deliverWebhook({ egress, resolveText, clock: () => 0 }, message)).toBe(204);
    expect(taken).toHaveLength(1);
    expect(taken[0]).toMatchObject({
      type: 'application/cloudevents+json',
      id: message.messageId,
      signature: undefined,
    });
    expect(JSON.parse(taken[0]?.body ?? '')).toEqual(ENVELOPE);
  });

  it('are signed for where a secret is named', async () => {
    const [handOff] = await handOffsOf('run:r1', 'webhook/sink#v1');
    expect(handOff?.payload.secretRefs).toEqual(['webhook/sink#v1']);
  });

  it('do not get what came from outside, and none are made without an address', async () => {
    expect(await handOffsOf('token:crm')).toEqual([]);
    expect(eventSinks([], null)).toEqual([]);
  });
});
