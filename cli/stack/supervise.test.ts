import { afterEach, describe, expect, it } from 'vitest';
import { startService, waitUntil } from './service.ts';
import type { Service } from './service.ts';
import { isRunning, markOf } from './state.ts';
import type { ProcessMark } from './state.ts';
import { Supervisor } from './supervise.ts';
import type { Part } from './supervise.ts';

const started: Service[] = [];
afterEach(() => {
  for (const service of started.splice(0)) service.child.kill('SIGKILL');
});

function program(name: string, script: string): Part & { starts: () => number } {
  let count = 0;
  return {
    name,
    stopGraceMs: 5_000,
    starts: () => count,
    start: async () => {
      count += 1;
      const service = await startService({ name, command: process.execPath, args: ['-e', script] });
      started.push(service);
      return service;
    },
  };
}

const FOREVER = 'setInterval(() => {}, 1000)';

function supervisor(lines: string[], seen: ProcessMark[][] = []): Supervisor {
  return new Supervisor({
    report: (line) => lines.push(line),
    onChange: (processes) => seen.push(processes),
    backOffMs: [10, 20],
  });
}

describe('Supervisor', () => {
  it('starts a part again that ends by itself, and says why', async () => {
    const lines: string[] = [];
    const keeper = supervisor(lines);
    const part = program('worker', FOREVER);
    await keeper.add(part);
    const [first] = keeper.processes();
    process.kill(first?.pid ?? 0, 'SIGKILL');
    await waitUntil('the second start', async () => keeper.processes()[0]?.pid !== first?.pid, 10_000);
    await waitUntil('the new process', async () => keeper.processes().length === 1, 10_000);
    expect(part.starts()).toBe(2);
    expect(lines[0]).toBe('worker ended with SIGKILL; starting it again in 0.01 s');
    await keeper.stop();
    expect(started.every((service) => service.hasExited())).toBe(true);
  });

  it('keeps trying when the start itself fails', async () => {
    const lines: string[] = [];
    const keeper = supervisor(lines);
    let count = 0;
    const inner = program('worker', FOREVER);
    await keeper.add({
      name: 'worker',
      start: async () => {
        count += 1;
        if (count === 2 || count === 3) throw new Error('port in use');
        return inner.start();
      },
    });
    process.kill(keeper.processes()[0]?.pid ?? 0, 'SIGKILL');
    await waitUntil('the fourth start', async () => count === 4 && keeper.processes().length === 1, 10_000);
    expect(lines).toContain('worker did not start: port in use; starting it again in 0.02 s');
    await keeper.stop();
  });

  it('stops in reverse order of start and restarts nothing then', async () => {
    const lines: string[] = [];
    const seen: ProcessMark[][] = [];
    const keeper = supervisor(lines, seen);
    for (const name of ['postgres', 'temporal', 'worker']) await keeper.add(program(name, FOREVER));
    const marks = keeper.processes();
    seen.length = 0;
    await keeper.stop();
    expect(seen.map((processes) => processes.map((mark) => mark.name))).toEqual([
      ['postgres', 'temporal'],
      ['postgres'],
      [],
    ]);
    expect(marks.some(isRunning)).toBe(false);
    expect(lines).toEqual([]);
  });

  it('kills a part that ignores its stop signal after the grace time', async () => {
    const keeper = supervisor([]);
    const part = program('deaf', `process.on('SIGTERM', () => {}); console.log('on'); ${FOREVER}`);
    let isReady = false;
    await keeper.add({
      name: 'deaf',
      stopGraceMs: 200,
      start: async () => {
        const service = await startService({
          name: 'deaf',
          command: process.execPath,
          args: ['-e', `process.on('SIGTERM', () => {}); console.log('on'); ${FOREVER}`],
          onLine: () => {
            isReady = true;
          },
        });
        started.push(service);
        return service;
      },
    });
    await waitUntil('the program', async () => isReady, 10_000);
    const [mark] = keeper.processes();
    await keeper.stop();
    expect(mark === undefined || isRunning(mark)).toBe(false);
    expect(part.starts()).toBe(0);
  });

  it('does not leave a part running whose start ends after the stop', async () => {
    const keeper = supervisor([]);
    const part = program('late', FOREVER);
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const adding = keeper.add({
      name: 'late',
      start: async () => {
        await gate;
        return part.start();
      },
    });
    await keeper.stop();
    open();
    await expect(adding).rejects.toThrow('the stack is stopping');
    expect(started.every((service) => service.hasExited())).toBe(true);
  });
});

describe('isRunning', () => {
  it('tells a process from another one with the same number', () => {
    const mine = markOf('me', process.pid);
    expect(isRunning(mine)).toBe(true);
    expect(isRunning({ ...mine, startTicks: '1' })).toBe(false);
  });
});
