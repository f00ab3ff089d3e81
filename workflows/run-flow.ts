import { CancellationScope, setHandler } from '@temporalio/workflow';
import type { Json } from '../domain/json.ts';
import { FlowRun } from './flow-run.ts';
import {
  approvalEventUpdate,
  cancelRunSignal,
  decideUpdate,
  deliverEventSignal,
  machineStateQuery,
  type RunFlowInput,
} from './messages.ts';
import { eventOfDecision } from './primitives/approval-events.ts';

/** Drives one run of a flow: the machine decides, this carries out. Ends with the flow's output or its error. */
export function runFlow(input: RunFlowInput): Promise<Json> {
  const run = new FlowRun(input);
  setHandler(approvalEventUpdate, (message) => run.takeApprovalEvent(message), {
    validator: (message) => run.checkApprovalEvent(message),
  });
  setHandler(decideUpdate, (message) => run.takeApprovalEvent(eventOfDecision(message)), {
    validator: (message) => run.checkApprovalEvent(eventOfDecision(message)),
  });
  setHandler(cancelRunSignal, ({ by, reason }) =>
    run.tell({ kind: 'cancelRequested', by, reason, atMs: Date.now() }),
  );
  setHandler(deliverEventSignal, (event) => run.offerEvent(event));
  setHandler(machineStateQuery, () => run.probe());
  CancellationScope.current().cancelRequested.catch(() =>
    run.tell({ kind: 'cancelRequested', by: 'temporal', reason: 'cancelled from outside', atMs: Date.now() }),
  );
  return run.drive();
}
