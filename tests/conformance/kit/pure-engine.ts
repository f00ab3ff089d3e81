import { createHttpActivity } from '../../../activities/general/http.ts';
import type { HttpDependencies } from '../../../activities/general/http-request.ts';
import { createOpenapiActivity } from '../../../activities/general/openapi.ts';
import { createProcessActivity } from '../../../activities/scripts/process-activity.ts';
import { isJsonObject, type Json } from '../../../domain/json.ts';
import {
  askSubject,
  compileFlow,
  expressionRevision,
  fillTemplate,
  rehearse,
  standardError,
} from '../../../engine/index.ts';
import { planRoot } from '../../../engine/plan.ts';
import type { Answer, AskedCommand } from '../../../engine/rehearsal.ts';
import { documentSchedule } from '../../../engine/schedule.ts';
import type { FlowError, Plan, StepRecord } from '../../../engine/types.ts';
import type { CallContext, StepCall } from '../../../steps/define-step.ts';
import { catalogue } from '../../../steps/index.ts';
import { type Case, type Engine, NOT_STARTED, type Outcome, type RanTask } from './outcome.ts';
import type { Stub } from './stub.ts';

/** Runs cases on the pure machine: virtual time, HTTP calls for real against the stub. A call takes as much virtual time as real. */
export function createPureEngine(stub: Stub): Engine {
  return {
    name: 'pure',
    run: async (given) => {
      const { plan, problems } = compileFlow(given.source, catalogue, { scripts: true });
      if (plan === undefined) return refused(problems);
      const input = scheduledInput(plan, given);
      if (input === undefined) return NOT_STARTED;
      const runId = `pure-${plan.hash.slice(0, 8)}`;
      const answer = worldOf(stub, given, runId, plan.hash);
      const facts = {
        runId,
        startedAtMs: Date.now(),
        engineVersion: 'pure',
        expressions: expressionRevision,
      };
      const result = await rehearse(plan, input, { answer, startAtMs: facts.startedAtMs, facts });
      const { status, output, error, records } = result;
      return { status, output, error, tasks: tasksOf(records), reason: '' };
    },
    close: () => Promise.resolve(),
  };
}

/** What the run is given: by its schedule where the flow has one; undefined when nothing starts it. */
function scheduledInput(plan: Plan, given: Case): Json | undefined {
  const { triggers } = documentSchedule(planRoot(plan).definition);
  const [first] = triggers;
  if (first === undefined) return given.input;
  if (first.kind === 'schedule') return first.settings['input'];
  for (const event of given.events) {
    const fitting = triggers.find(({ settings: { type, when } }) => {
      const isTrue = typeof when !== 'string' || askSubject(when, event, Date.now());
      return type === event['type'] && isTrue !== null && isTrue !== false;
    });
    if (fitting !== undefined) return fillTemplate(fitting.settings['input'] ?? null, event, Date.now());
  }
  return undefined;
}

/** The outcome of a document that is not published. */
export function refused(problems: readonly { code: string; severity: string }[]): Outcome {
  const codes = problems.filter(({ severity }) => severity === 'error').map(({ code }) => code);
  const reason = [...new Set(codes)].toSorted().join(', ');
  return { status: 'refused', output: null, error: null, tasks: [], reason };
}

function worldOf(stub: Stub, given: Case, runId: string, planHash: string) {
  const dependencies: HttpDependencies = {
    egress: stub.egress,
    resolveText: (name) => {
      const value = given.secrets[name];
      return value === undefined ? Promise.reject(new Error('unknown')) : Promise.resolve(value);
    },
  };
  const calls: Readonly<Record<string, (call: StepCall<never>) => Promise<Json>>> = {
    'http:1.0.0': createHttpActivity(dependencies),
    'openapi:1.0.0': createOpenapiActivity(dependencies),
    'process:1.0.0': createProcessActivity({ areScriptsOn: () => Promise.resolve(true) }),
  };
  return async (command: AskedCommand): Promise<Answer> => {
    if (command.kind === 'awaitEvent') return { output: [...given.events] };
    if (command.kind === 'emitEvent') return undefined;
    const { pointer } = command.step;
    const call = command.kind === 'callFunction' ? calls[command.function] : undefined;
    if (command.kind === 'runWorkflow' || call === undefined)
      return { error: standardError('configuration', pointer, 'the kit runs neither steps nor other flows') };
    const context: CallContext = {
      ...command.step,
      runId,
      planHash,
      flowName: 'kit',
      businessKey: runId,
      requestedBy: 'kit',
      authoredBy: 'kit',
      commandId: command.commandId,
    };
    const begunAt = performance.now();
    const afterMs = (): number => Math.round(performance.now() - begunAt);
    try {
      const output = await call({ context, input: command.input as never });
      return { output, afterMs: afterMs() };
    } catch (thrown) {
      return { error: errorOf(thrown, pointer), afterMs: afterMs() };
    }
  };
}

function errorOf(thrown: unknown, pointer: string): FlowError {
  const details = thrown instanceof Error && 'details' in thrown ? thrown.details : undefined;
  const told: unknown = Array.isArray(details) ? details[0] : undefined;
  if (isJsonObject(told)) return told as unknown as FlowError;
  return standardError('runtime', pointer, thrown instanceof Error ? thrown.message : 'the step failed');
}

function tasksOf(records: readonly StepRecord[]): readonly RanTask[] {
  const last = new Map<string, RanTask>();
  for (const { step, status, output, error } of records) {
    const { pointer, name, visit, attempt } = step;
    const ran: RanTask = { name, pointer, status, output: (output ?? null) as Json, error: error ?? null };
    // A map keeps the place of the first record, so the order is that of the beginnings.
    last.set(`${pointer} ${visit} ${attempt}`, ran);
  }
  return [...last.values()];
}
