import type { ChildWorkflowOptions, SearchAttributes } from '@temporalio/workflow';
import type { RunFlowInput } from './messages.ts';

/** A run that is accepted in the database and ready to be started as a child of a workflow. */
export interface PreparedRun {
  readonly workflowId: string;
  readonly input: RunFlowInput;
  /** HMACs of flow and business key: the workflow cannot make them, it has no key. */
  readonly attributes: { readonly flow: string; readonly businessKey: string };
}

/** How a prepared run is started. Its id belongs to its row, so it is never started twice. */
export function childOptions({ workflowId, input, attributes }: PreparedRun): ChildWorkflowOptions & {
  workflowId: string;
  args: [RunFlowInput];
} {
  const searchAttributes: SearchAttributes = {
    AfterbellFlow: [attributes.flow],
    AfterbellKey: [attributes.businessKey],
    AfterbellStatus: ['running'],
  };
  return { workflowId, args: [input], workflowIdReusePolicy: 'REJECT_DUPLICATE', searchAttributes };
}
