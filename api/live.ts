import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Records } from '../prisma/records/types.ts';

/** One event to send; `last` ends the stream after it. */
export interface LiveEvent {
  readonly event: string;
  readonly data: unknown;
  readonly last?: boolean;
}

type Channel = 'run' | 'approval';

const KEEP_ALIVE_MS = 15_000;

/**
 * Answers with server-sent events until the caller leaves: each notification of the database is turned into an event by
 * `toEvent` (undefined drops it). `firstPayload` sends the present state at once, so that nothing is missed between reading and listening.
 */
export async function streamEvents(
  request: FastifyRequest,
  reply: FastifyReply,
  records: Records,
  channels: readonly Channel[],
  toEvent: (channel: Channel, payload: string) => Promise<LiveEvent | undefined>,
  firstPayload?: string,
): Promise<void> {
  reply.hijack();
  const stream = reply.raw;
  stream.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    connection: 'keep-alive',
    'x-accel-buffering': 'no',
  });
  stream.write(': open\n\n');
  const stops: Array<() => Promise<void>> = [];
  const keepAlive = setInterval(() => stream.write(': here\n\n'), KEEP_ALIVE_MS);
  let ended = false;
  const end = async (): Promise<void> => {
    if (ended) return;
    ended = true;
    clearInterval(keepAlive);
    stream.end();
    await Promise.all(stops.map((stop) => stop()));
  };
  const forward = async (channel: Channel, payload: string): Promise<void> => {
    const message = await toEvent(channel, payload);
    if (message === undefined || ended) return;
    stream.write(`event: ${message.event}\ndata: ${JSON.stringify(message.data)}\n\n`);
    if (message.last === true) await end();
  };
  const swallow = (error: unknown) => request.log.warn({ err: error }, 'live stream');
  request.raw.once('close', () => void end().catch(swallow));
  for (const channel of channels) {
    stops.push(await records.listen(channel, (payload) => void forward(channel, payload).catch(swallow)));
  }
  if (firstPayload !== undefined && channels[0] !== undefined) await forward(channels[0], firstPayload);
}
