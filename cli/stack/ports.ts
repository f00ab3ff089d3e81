import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

const LOOPBACK = '127.0.0.1';

/** True when this process could listen on the port of `host` right now (bound once and released at once). */
export function isPortFree(port: number, host: string = LOOPBACK): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/** `count` different free loopback ports, held open together while they are chosen so that none comes twice. */
export async function findFreePorts(count: number): Promise<number[]> {
  const probes = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    probes.map(
      (probe) =>
        new Promise<number>((resolve, reject) => {
          probe.once('error', reject);
          probe.listen({ port: 0, host: LOOPBACK }, () => resolve((probe.address() as AddressInfo).port));
        }),
    ),
  );
  await Promise.all(probes.map((probe) => new Promise<void>((resolve) => probe.close(() => resolve()))));
  return ports;
}

/** One free loopback port. */
export async function findFreePort(): Promise<number> {
  const [port] = await findFreePorts(1);
  if (port === undefined) throw new Error('no free port');
  return port;
}

/** The kernel hands out ports from 32768 for connections: one below stays free between choosing and listening. */
const LOW_PORTS = { from: 12_000, to: 32_000 } as const;

/**
 * `count` free loopback ports below 32768: for what is chosen now and listened on later, and for Temporal's real
 * server, which writes the ports of its members into columns of PostgreSQL type smallint.
 *
 * @param except ports promised to something that does not listen yet
 * @throws Error when fewer are free
 */
export async function findFreeLowPorts(count: number, except: number[] = []): Promise<number[]> {
  const found: number[] = [];
  const size = LOW_PORTS.to - LOW_PORTS.from;
  // A start by chance keeps two stacks on one machine from probing in step.
  const start = Math.floor(Math.random() * size);
  for (let tried = 0; tried < size && found.length < count; tried += 1) {
    const port = LOW_PORTS.from + ((start + tried) % size);
    if (!except.includes(port) && (await isPortFree(port))) found.push(port);
  }
  if (found.length < count)
    throw new Error(`fewer than ${count} free ports between ${LOW_PORTS.from} and ${LOW_PORTS.to}`);
  return found;
}
