import { useEffect, useState } from 'react';

const TICK_MS = 30_000;

/** The present, epoch milliseconds, renewed twice a minute: distances such as “in 18 min” stay true on an open page. */
export function useNow(): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
}
