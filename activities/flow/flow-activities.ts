import { ApplicationFailure } from '@temporalio/activity';
import { CalendarYearError, wallClock } from '../../domain/calendar/index.ts';
import { dayOfFiring, parseScheduleRule } from '../../domain/calendar/schedule-rule.ts';
import { type Json, type JsonObject, sha256Hex } from '../../domain/json.ts';
import { expressionRevision, fillTemplate, standardError } from '../../engine/index.ts';
import { mixtureOf } from '../../engine/process-plan.ts';
import type { FlowError } from '../../engine/types.ts';
import type { TriggerFiringRow, TriggerRow } from '../../prisma/records/event-types.ts';
import type { FlowVersionRow, Records, RunRow } from '../../prisma/records/types.ts';
import type { CallContext } from '../../steps/define-step.ts';
import type { PreparedRun } from '../../workflows/child-runs.ts';
import type { RunFlowInput } from '../../workflows/messages.ts';
import type { ScheduledTime } from '../../workflows/start-scheduled-run.ts';

/** What the activities stand on. `opaque` is the HMAC that makes workflow ids of clear keys. */
export interface FlowActivityDeps {
  readonly records: Pick<Records, 'flows' | 'restarts' | 'runs' | 'triggers'>;
  readonly opaque: (text: string) => string;
  readonly clock: () => number;
}

/** Accepts runs that come from inside: sub-flows and schedules. The business key makes a repeat find the same run. */
export function createFlowActivities(deps: FlowActivityDeps) {
  return {
    async prepareSubFlow(call: {
      readonly context: CallContext;
      readonly netZone: string;
      readonly isTimelineOn: boolean;
      readonly flow: { readonly namespace: string; readonly name: string; readonly version: string };
      readonly input: Json;
    }): Promise<PreparedRun> {
      const { context, flow } = call;
      const version = await deps.records.flows.find(
        flow.name,
        flow.version === 'latest' ? undefined : flow.version,
      );
      if (version === undefined) throw notPublished(`${flow.name}:${flow.version}`);
      await refuseMixture(deps, context, version);
      const businessKey = `${context.runId}${context.pointer}#${context.visit}.${context.attempt}`;
      return prepare(deps, {
        version,
        businessKey,
        input: call.input,
        requestedBy: context.requestedBy,
        netZone: call.netZone,
        isTimelineOn: call.isTimelineOn,
      });
    },

    prepareScheduledRun: (time: ScheduledTime): Promise<PreparedRun | null> => prepareScheduled(deps, time),
  };
}

async function prepareScheduled(deps: FlowActivityDeps, time: ScheduledTime): Promise<PreparedRun | null> {
  const { triggers } = deps.records;
  const trigger = await triggers.find(time.triggerName);
  if (trigger === undefined) return null;
  const occasion = occasionOf(time);
  const note = (outcome: TriggerFiringRow['outcome'], runId: string | null, detail: string | null) =>
    triggers.recordFiring({
      triggerName: trigger.triggerName,
      occasion,
      cause: 'schedule',
      outcome,
      runId,
      detail,
    });
  if (trigger.pausedAt !== null) {
    await note('paused', null, `paused by ${trigger.pausedBy ?? ''}`);
    return null;
  }
  try {
    const due = await dueRun(deps, trigger, time);
    if ('reason' in due) {
      await note(due.outcome, null, due.reason);
      return null;
    }
    const prepared = await prepare(deps, due);
    await note('started', prepared.input.context.runId, null);
    return prepared;
  } catch (error) {
    // What the calendar or the trigger got wrong is told where its owner looks; trying again would not mend it.
    if (!(error instanceof CalendarYearError) && !(error instanceof ApplicationFailure)) throw error;
    await note('refused', null, error.message);
    return null;
  }
}

async function dueRun(
  deps: FlowActivityDeps,
  trigger: TriggerRow,
  time: ScheduledTime,
): Promise<NewRun | { readonly outcome: 'not-due' | 'skipped'; readonly reason: string }> {
  const rule = parseScheduleRule(trigger.settings);
  const { date } = wallClock(time.atMs, rule.timeZone);
  const forDay = dayOfFiring(rule, date);
  if (forDay === undefined) return { outcome: 'not-due', reason: `${date} is not one of its days` };
  if (rule.overlap === 'skip') {
    const [last] = (await deps.records.triggers.firings(trigger.triggerName, 20)).filter(
      (firing) => firing.outcome === 'started' && firing.cause === 'schedule',
    );
    // A run that was restarted goes on as another one.
    const runs =
      last === undefined || last.runId === null ? [] : await deps.records.restarts.family(last.runId);
    if (runs.some(({ endedAt }) => endedAt === null) && last?.occasion !== occasionOf(time))
      return { outcome: 'skipped', reason: `the run of ${last?.firedAt.toISOString()} still goes on` };
  }
  const version = await deps.records.flows.find(trigger.flowName);
  if (version === undefined) throw notPublished(trigger.flowName);
  const firedAt = new Date(time.atMs).toISOString();
  const subject: JsonObject = { tradingDay: forDay, date, firedAt, trigger: trigger.triggerName };
  return {
    version,
    businessKey: `${trigger.triggerName}/${rule.kind === 'days' ? forDay : firedAt}`,
    input: fillTemplate(trigger.settings['input'] ?? { tradingDay: forDay }, subject, time.atMs, '/input'),
    requestedBy: `trigger:${trigger.triggerName}`,
    netZone: time.netZone,
    isTimelineOn: true,
  };
}

function occasionOf(time: ScheduledTime): string {
  return `schedule ${new Date(time.atMs).toISOString()}`;
}

interface NewRun {
  readonly version: FlowVersionRow;
  readonly businessKey: string;
  readonly input: Json;
  readonly requestedBy: string;
  readonly netZone: string;
  readonly isTimelineOn: boolean;
}

async function prepare(
  deps: FlowActivityDeps,
  { version, businessKey, input, requestedBy, netZone, isTimelineOn }: NewRun,
): Promise<PreparedRun> {
  const { run } = await deps.records.runs.accept({
    runId: sha256Hex(`${version.flowName}\n${businessKey}`).slice(0, 32),
    workflowId: `run-${deps.opaque(`${version.flowName}\n${businessKey}`).slice(0, 32)}`,
    flowVersionId: version.flowVersionId,
    flowName: version.flowName,
    flowVersion: version.version,
    planHash: version.planHash,
    businessKey,
    input,
    requestedBy,
    authoredBy: version.publishedBy,
  });
  // The parent starts it as its child; the relay must not start it a second time.
  await deps.records.runs.markStarted(run.runId, new Date(deps.clock()));
  return {
    workflowId: run.workflowId,
    input: { context: contextOf(run, netZone, isTimelineOn), plan: version.plan, input: run.input },
    attributes: {
      flow: deps.opaque(run.flowName).slice(0, 32),
      businessKey: deps.opaque(run.businessKey).slice(0, 32),
    },
  };
}

function contextOf(run: RunRow, netZone: string, isTimelineOn: boolean): RunFlowInput['context'] {
  const { runId, flowName, businessKey, requestedBy, authoredBy } = run;
  return {
    runId,
    flowName,
    businessKey,
    requestedBy,
    authoredBy,
    netZone,
    isTimelineOn,
    expressions: expressionRevision,
    hasChunks: true,
  };
}

/** What publishing cannot see: which version `latest` is when the sub-flow is started. */
async function refuseMixture(
  { records }: FlowActivityDeps,
  { runId, pointer }: CallContext,
  version: FlowVersionRow,
): Promise<void> {
  const run = await records.runs.find(runId);
  const caller = run === undefined ? undefined : await records.flows.byId(run.flowVersionId);
  const mixture = caller === undefined ? undefined : mixtureOf(caller.plan, version.plan);
  if (mixture === undefined) return;
  const error = standardError('configuration', pointer, mixture);
  throw ApplicationFailure.create({
    message: mixture,
    type: error.type,
    details: [error],
    nonRetryable: true,
  });
}

function notPublished(name: string): ApplicationFailure {
  const error: FlowError = {
    type: 'https://afterbell.example/errors/flow-not-found',
    status: 404,
    title: 'Flow not found',
    detail: `the flow “${name}” is not published`,
  };
  return ApplicationFailure.create({
    message: error.detail ?? error.title,
    type: error.type,
    details: [error],
    nonRetryable: true,
  });
}
