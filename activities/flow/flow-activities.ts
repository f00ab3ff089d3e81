import { ApplicationFailure } from '@temporalio/activity';
import { isOfficeDay, isTradingDay, MARKET_TIME_ZONE, wallClock } from '../../domain/calendar/index.ts';
import { type Json, sha256Hex } from '../../domain/json.ts';
import type { FlowError } from '../../engine/types.ts';
import type { FlowVersionRow, Records, RunRow } from '../../prisma/records/types.ts';
import type { CallContext } from '../../steps/define-step.ts';
import type { PreparedRun } from '../../workflows/child-runs.ts';
import type { RunFlowInput } from '../../workflows/messages.ts';
import type { ScheduledStart } from '../../workflows/start-scheduled-run.ts';

/** What the activities stand on. `opaque` is the HMAC that makes workflow ids of clear keys. */
export interface FlowActivityDeps {
  readonly records: Pick<Records, 'flows' | 'runs'>;
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

    async prepareScheduledRun(start: ScheduledStart): Promise<PreparedRun | null> {
      const today = wallClock(deps.clock(), MARKET_TIME_ZONE).date;
      const isDue = start.days === 'trading-days' ? isTradingDay('SSE', today) : isOfficeDay(today);
      if (!isDue) return null;
      const version = await deps.records.flows.find(start.flowName);
      if (version === undefined) throw notPublished(start.flowName);
      return prepare(deps, {
        version,
        businessKey: `${start.flowName}/${today}`,
        input: { tradingDay: today },
        requestedBy: 'schedule',
        netZone: start.netZone,
        isTimelineOn: true,
      });
    },
  };
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
  return { runId, flowName, businessKey, requestedBy, authoredBy, netZone, isTimelineOn };
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
