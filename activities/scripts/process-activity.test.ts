import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../domain/json.ts';
import { boxLimits } from './box.ts';
import { createPlaces } from './places.ts';
import { createProcessActivity, type ProcessDependencies } from './process-activity.ts';
import { isBoxPossible } from './testing/possible.ts';

const TIMEOUT_MS = 30_000;
const CONTEXT = {
  runId: 'r',
  flowName: 'f',
  planHash: 'h',
  businessKey: 'k',
  requestedBy: 'a',
  authoredBy: 'b',
  pointer: '/do/0/count',
  visit: '0',
  attempt: 1,
  commandId: 'c1',
};
type Input = Parameters<ReturnType<typeof createProcessActivity>>[0]['input'];

async function answer(over: Partial<Input>, deps: Partial<ProcessDependencies> = {}): Promise<Json> {
  const runProcess = createProcessActivity({ areScriptsOn: () => Promise.resolve(true), ...deps });
  const input: Input = { language: 'shell', code: 'true', return: 'stdout', ...over };
  try {
    return await runProcess({ context: CONTEXT, input });
  } catch (error) {
    if (!(error instanceof ApplicationFailure)) throw error;
    return [error.nonRetryable ?? false, error.details?.[0] as Json];
  }
}

const refusal = (name: string, status: number, detail: string) => [
  true,
  expect.objectContaining({
    type: `https://serverlessworkflow.io/spec/1.0.0/errors/${name}`,
    status,
    detail,
    instance: '/do/0/count',
  }) as unknown,
];

it('runs nothing where scripts are switched off', async () => {
  expect(await answer({}, { areScriptsOn: () => Promise.resolve(false) })).toEqual(
    refusal('authorization', 403, 'scripts are switched off on this installation'),
  );
});

it.each([
  [{ code: 'a\0b' }, 'code, arguments and environment may not hold the character NUL'],
  [{ arguments: ['\0'] }, 'code, arguments and environment may not hold the character NUL'],
  [{ environment: { 'a b': 'x' } }, 'environment: a b is no name of a variable'],
] as const)('refuses what no process can be given: %j', async (over, detail) => {
  expect(await answer(over as Partial<Input>)).toEqual(refusal('configuration', 400, detail));
});

describe.skipIf(!(await isBoxPossible()))('what a process gives', () => {
  const code = 'cat; echo warned >&2; exit "$1"';

  it.each([
    ['stdout', 0, 'in'],
    ['stderr', 0, 'warned\n'],
    ['none', 0, null],
    ['code', 0, 0],
    ['code', 3, 3],
    ['all', 3, { code: 3, stdout: 'in', stderr: 'warned\n' }],
  ] as const)(
    'is %s of exit code %d',
    async (wanted, exit, expected) => {
      expect(await answer({ code, stdin: 'in', arguments: [exit], return: wanted })).toEqual(expected);
    },
    TIMEOUT_MS,
  );

  it.each(['stdout', 'stderr', 'none'] as const)(
    'is an error when it was asked for %s and the exit code is not 0',
    async (wanted) => {
      expect(await answer({ code, arguments: [3], return: wanted })).toEqual(
        refusal('runtime', 500, 'the process ended with code 3: warned'),
      );
    },
    TIMEOUT_MS,
  );

  it(
    'is an error that names the limit it went over',
    async () => {
      const limits = { ...boxLimits, wallMs: 400, outputBytes: 1_000 };
      expect(await answer({ code: 'sleep 20' }, { limits })).toEqual(
        refusal('timeout', 408, 'the process ran longer than 0.4 s'),
      );
      expect(await answer({ code: 'yes' }, { limits: { ...limits, wallMs: 20_000 } })).toEqual(
        refusal('runtime', 500, 'the process wrote more than 1000 bytes'),
      );
    },
    TIMEOUT_MS,
  );

  it(
    'hands over what is no text as JSON',
    async () => {
      const given = { stdin: { a: [1] }, arguments: [true, { b: null }], environment: { n: 5 } };
      expect(await answer({ ...given, code: 'cat; echo "$1 $2 $n"' })).toBe('{"a":[1]}true {"b":null} 5\n');
    },
    TIMEOUT_MS,
  );
});

it('lets so many in at a time, in their order, and forgets who left the line', async () => {
  const places = createPlaces(1);
  const order: string[] = [];
  let open = (): void => undefined;
  const first = places.take(undefined, () => new Promise<void>((resolve) => (open = resolve)));
  const leaving = new AbortController();
  const second = places.take(leaving.signal, async () => void order.push('second'));
  const third = places.take(undefined, async () => void order.push('third'));
  leaving.abort(new Error('cancelled'));
  await expect(second).rejects.toThrow('cancelled');
  expect(order).toEqual([]);
  open();
  await Promise.all([first, third]);
  expect(order).toEqual(['third']);
  await places.take(undefined, async () => void order.push('fourth'));
  expect(order).toEqual(['third', 'fourth']);
});
