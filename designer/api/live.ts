import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { liveUrl } from './client.ts';

/** Events that come in a burst are answered by one reading. */
const GATHER_MS = 250;

/**
 * Keeps lists and the open run fresh: the server says what has moved, the queries that show it are read again. After a lost
 * connection everything is read again, because events are not repeated. False while the connection is down.
 */
export function useLiveUpdates(): boolean {
  const client = useQueryClient();
  const [isConnected, setConnected] = useState(true);
  useEffect(() => {
    const source = new EventSource(liveUrl());
    const gather = gatherer(client);
    let wasLost = false;
    source.addEventListener('open', () => {
      setConnected(true);
      if (wasLost) void client.invalidateQueries();
      wasLost = false;
    });
    source.addEventListener('error', () => {
      wasLost = true;
      setConnected(false);
    });
    source.addEventListener('run', (event) => gather.add('run', idIn(event, 'runId')));
    source.addEventListener('approval', (event) => gather.add('approval', idIn(event, 'approvalId')));
    return () => {
      source.close();
      gather.stop();
    };
  }, [client]);
  return isConnected;
}

function idIn(event: Event, member: string): string {
  const data: unknown = event instanceof MessageEvent ? event.data : undefined;
  if (typeof data !== 'string') return '';
  const value: unknown = JSON.parse(data);
  const found = typeof value === 'object' && value !== null ? Reflect.get(value, member) : undefined;
  return typeof found === 'string' ? found : '';
}

function gatherer(client: QueryClient): {
  add: (kind: 'run' | 'approval', id: string) => void;
  stop: () => void;
} {
  const waiting = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = (): void => {
    timer = undefined;
    for (const entry of waiting) {
      const [kind, id] = entry.split(' ');
      void client.invalidateQueries({ queryKey: [kind, id] });
      void client.invalidateQueries({ queryKey: [`${kind}s`] });
    }
    waiting.clear();
  };
  return {
    add: (kind, id) => {
      waiting.add(`${kind} ${id}`);
      timer ??= setTimeout(flush, GATHER_MS);
    },
    stop: () => clearTimeout(timer),
  };
}
