import { expressionRevision } from '../engine/index.ts';
import type { RestartStart } from '../engine/restart/types.ts';
import type { FlowVersionRow, RunRow } from '../prisma/records/types.ts';
import type { RunFlowInput } from '../workflows/messages.ts';

/** The workflow argument of an accepted run: its own frozen plan and the facts its steps see. */
export function runFlowInput(
  run: RunRow,
  version: FlowVersionRow,
  netZone: string,
  isTimelineOn = true,
  restart?: RestartStart,
): RunFlowInput {
  return {
    context: {
      runId: run.runId,
      flowName: run.flowName,
      businessKey: run.businessKey,
      requestedBy: run.requestedBy,
      authoredBy: run.authoredBy,
      netZone,
      isTimelineOn,
      expressions: expressionRevision,
      hasChunks: true,
    },
    plan: version.plan,
    input: run.input,
    ...(restart === undefined ? {} : { restart }),
  };
}
