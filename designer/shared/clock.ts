import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { queries } from '../api/queries.ts';

const TICK_MS = 10_000;

/** The server's time in epoch milliseconds, refreshed every 10 s: screens must agree with the desk, not with their own clock. */
export function useNow(): number {
  const { data, dataUpdatedAt } = useQuery(queries.clock());
  const offsetMs = data === undefined ? 0 : Date.parse(data.now) - dataUpdatedAt;
  const [tickMs, setTick] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setTick(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return tickMs + offsetMs;
}
