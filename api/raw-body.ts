import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const bodies = new WeakMap<FastifyRequest, string>();

/** Keeps the bytes of the bodies of some routes beside what is parsed of them: a signature is over the bytes. */
export function keepRawBodies(
  app: FastifyInstance,
  isKept: (url: string) => boolean,
  mostBytes: number,
): void {
  app.addHook('preParsing', async (request, _reply, payload) => {
    if (!isKept(request.routeOptions.url ?? '')) return payload;
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of payload) {
      const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
      length += bytes.length;
      // The parser refuses what is too large; here it only must not be kept.
      if (length <= mostBytes) chunks.push(bytes);
    }
    const whole = Buffer.concat(chunks);
    bodies.set(request, whole.toString('utf8'));
    return Object.assign(Readable.from(length <= mostBytes ? [whole] : [Buffer.alloc(length)]), {
      receivedEncodedLength: length,
    });
  });
}

/** The body of a kept route as it came; empty when there was none. */
export function rawBodyOf(request: FastifyRequest): string {
  return bodies.get(request) ?? '';
}
