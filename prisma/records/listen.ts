import pg from 'pg';
import { type RecordsOptions, sessionConfig } from './database.ts';
import type { Records } from './types.ts';

type Channel = Parameters<Records['listen']>[0];
type OnPayload = (payload: string) => void;

const FIRST_RETRY_MS = 200;
const LAST_RETRY_MS = 10_000;

/** One connection of its own for all listeners of the process; comes back by itself when it is lost. */
export interface Listener {
  listen: Records['listen'];
  close(): Promise<void>;
}

/**
 * Notices are hints: what is sent while the connection is away is lost, so whoever listens also reads the tables when it starts and from
 * time to time.
 */
export function createListener(databaseUrl: string, options: RecordsOptions = {}): Listener {
  const subscribers = new Map<Channel, Set<OnPayload>>();
  let connection: Promise<pg.Client> | undefined;
  let retryTimer: NodeJS.Timeout | undefined;
  let isClosed = false;

  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client({ ...sessionConfig(databaseUrl, options.role), keepAlive: true });
    client.on('notification', ({ channel, payload }) => {
      for (const onPayload of subscribers.get(channel as Channel) ?? []) onPayload(payload ?? '');
    });
    client.on('error', (error) => options.onConnectionError?.(error));
    client.on('end', () => {
      connection = undefined;
      if (!isClosed) reconnect(FIRST_RETRY_MS);
    });
    await client.connect();
    await client.query('LISTEN "run"');
    await client.query('LISTEN "approval"');
    await client.query('LISTEN "event"');
    await client.query('LISTEN "outbox"');
    return client;
  };
  const open = (): Promise<pg.Client> => {
    connection ??= connect();
    return connection;
  };
  const reconnect = (delayMs: number): void => {
    clearTimeout(retryTimer);
    retryTimer = setTimeout(() => {
      open().catch((error: unknown) => {
        connection = undefined;
        options.onConnectionError?.(error instanceof Error ? error : new Error(String(error)));
        if (!isClosed) reconnect(Math.min(delayMs * 2, LAST_RETRY_MS));
      });
    }, delayMs);
  };

  return {
    listen: async (channel, onPayload) => {
      const onChannel = subscribers.get(channel) ?? new Set<OnPayload>();
      subscribers.set(channel, onChannel);
      onChannel.add(onPayload);
      await open();
      return async () => {
        onChannel.delete(onPayload);
      };
    },
    close: async () => {
      isClosed = true;
      clearTimeout(retryTimer);
      const client = await connection?.catch(() => undefined);
      await client?.end();
    },
  };
}
