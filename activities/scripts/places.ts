/** A number of places; whoever finds none free waits in line. */
export interface Places {
  /** Runs work on a place of its own. Leaves the line, and rejects with the reason, when `signal` is aborted while it waits. */
  take<Result>(signal: AbortSignal | undefined, work: () => Promise<Result>): Promise<Result>;
}

/** Makes `count` places. */
export function createPlaces(count: number): Places {
  let free = count;
  const line: (() => void)[] = [];
  const enter = (signal: AbortSignal | undefined): Promise<void> => {
    if (free > 0) {
      free -= 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        line.splice(line.indexOf(go), 1);
        reject(
          signal?.reason instanceof Error ? signal.reason : new Error('the wait for a place was cut short'),
        );
      };
      const go = (): void => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      signal?.addEventListener('abort', leave, { once: true });
      line.push(go);
    });
  };
  return {
    take: async (signal, work) => {
      signal?.throwIfAborted();
      await enter(signal);
      try {
        return await work();
      } finally {
        const next = line.shift();
        if (next === undefined) free += 1;
        else next();
      }
    },
  };
}
