import { ApplicationFailure } from '@temporalio/common';
import type { Static } from 'typebox';
import type { Json } from '../../domain/json.ts';
import { standardError, type StandardError } from '../../engine/index.ts';
import type { CallContext, StepCall } from '../../steps/define-step.ts';
import type { process as processStep } from '../../steps/general/process.ts';
import { type CallTask, keptAlive } from '../general/http-request.ts';
import {
  boxLimits,
  type BoxLimits,
  BoxLimitReached,
  type BoxResult,
  BoxUnavailable,
  runBoxed,
} from './box.ts';
import { createPlaces } from './places.ts';

type Input = Static<typeof processStep.input>;

/** What processes of flows stand on. */
export interface ProcessDependencies {
  /** Whether scripts are switched on, asked at the moment a process would start. */
  readonly areScriptsOn: () => Promise<boolean>;
  /** Absent outside of a worker: such a process is not cut short. */
  readonly currentTask?: () => CallTask;
  readonly limits?: BoxLimits;
  /** Processes at a time in this worker; more wait for a place. */
  readonly atOnce?: number;
}

const AT_ONCE = 4;
const SHOWN_CHARS = 300;

/**
 * Carries out `run: script` and `run: shell`: the process runs in a box without network, environment and files of the host, and what it
 * gave is shaped as `return` says. An exit code other than 0 is the standard error `runtime`, unless the code is what was asked for.
 */
export function createProcessActivity({
  areScriptsOn,
  currentTask,
  limits = boxLimits,
  atOnce = AT_ONCE,
}: ProcessDependencies) {
  const places = createPlaces(atOnce);
  return async function runProcess({ context, input }: StepCall<Input>): Promise<Json> {
    if (!(await areScriptsOn()))
      throw failure(context, 'authorization', 'scripts are switched off on this installation');
    const boxed = boxedProcess(context, input);
    return keptAlive(currentTask?.(), (signal) =>
      places.take(signal, async () => {
        try {
          return shaped(context, input.return, await runBoxed(boxed, limits, signal));
        } catch (error) {
          if (error instanceof BoxUnavailable) throw failure(context, 'configuration', error.message);
          if (error instanceof BoxLimitReached)
            throw failure(context, error.limit === 'time' ? 'timeout' : 'runtime', error.message);
          throw error;
        }
      }),
    );
  };
}

function boxedProcess(context: CallContext, { language, code, stdin, environment, ...rest }: Input) {
  const boxed = {
    language,
    code,
    arguments: (rest.arguments ?? []).map((value) => textOf(value as Json)),
    environment: Object.fromEntries(
      Object.entries(environment ?? {}).map(([name, value]) => [name, textOf(value as Json)]),
    ),
    stdin: stdin === undefined ? '' : textOf(stdin as Json),
  };
  const unfit = [boxed.code, ...boxed.arguments, ...Object.values(boxed.environment)];
  if (unfit.some((text) => text.includes('\0')))
    throw failure(context, 'configuration', 'code, arguments and environment may not hold the character NUL');
  const name = Object.keys(boxed.environment).find((key) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(key));
  if (name !== undefined)
    throw failure(context, 'configuration', `environment: ${name} is no name of a variable`);
  return boxed;
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function shaped(context: CallContext, asked: Input['return'], { code, stdout, stderr }: BoxResult): Json {
  if (asked === 'all') return { code, stdout, stderr };
  if (asked === 'code') return code;
  if (code !== 0) {
    const said = stderr.trim().split('\n').at(-1) ?? '';
    const detail = `the process ended with code ${code}${said === '' ? '' : `: ${said.slice(0, SHOWN_CHARS)}`}`;
    throw failure(context, 'runtime', detail);
  }
  if (asked === 'none') return null;
  return asked === 'stderr' ? stderr : stdout;
}

/** No repeat helps: the same process would end the same way. */
function failure({ pointer }: CallContext, kind: StandardError, detail: string): ApplicationFailure {
  const error = standardError(kind, pointer, detail);
  return ApplicationFailure.create({
    message: detail,
    type: error.type,
    details: [error],
    nonRetryable: true,
  });
}
