import { connect } from 'node:net';
import type { ProbeRule } from '../../prisma/records/healing-types.ts';

const TIMEOUT_MS = 3_000;

/** What a look at a service gave. `detail` says what answered, or what went wrong. */
export interface Seen {
  readonly isUp: boolean;
  readonly detail: string;
}

/** Looks once whether a service is up. Never throws: not being reachable is an answer. At most three seconds. */
export async function probeOnce(rule: ProbeRule): Promise<Seen> {
  return rule.kind === 'tcp' ? probeTcp(rule.host, rule.port) : probeHttp(rule.url);
}

function probeTcp(host: string, port: number): Promise<Seen> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: TIMEOUT_MS });
    const end = (seen: Seen): void => {
      socket.destroy();
      resolve(seen);
    };
    socket.once('connect', () => end({ isUp: true, detail: `tcp ${host}:${port} accepts` }));
    socket.once('timeout', () =>
      end({ isUp: false, detail: `tcp ${host}:${port}: no answer in ${TIMEOUT_MS} ms` }),
    );
    socket.once('error', (error) => end({ isUp: false, detail: `tcp ${host}:${port}: ${error.message}` }));
  });
}

async function probeHttp(url: string): Promise<Seen> {
  try {
    const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
    await answer.body?.cancel();
    return { isUp: answer.status < 500, detail: `http ${answer.status} of ${url}` };
  } catch (error) {
    const cause =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    return { isUp: false, detail: `${url}: ${cause}` };
  }
}
