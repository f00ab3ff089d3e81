import { ApplicationFailure } from '@temporalio/common';
import type { Static } from 'typebox';
import type { Records } from '../../prisma/records/types.ts';
import type { callCancel } from '../../steps/outreach/call-cancel.ts';
import type { callDecide } from '../../steps/outreach/call-decide.ts';
import type { journeyEnter } from '../../steps/outreach/journey-enter.ts';
import type { CallContext, StepCall } from '../../steps/define-step.ts';

/** What call tasks stand on. `clock` gives epoch milliseconds. */
export interface OutreachDeps {
  readonly records: Pick<Records, 'outreach'>;
  readonly clock: () => number;
}

type Entering = StepCall<Static<typeof journeyEnter.input>>;
type Deciding = StepCall<Static<typeof callDecide.input>>;
type Cancelling = StepCall<Static<typeof callCancel.input>>;

/** The activities of call tasks. Each is one transaction keyed by the stall, so that a retry gives the answer of the first time. */
export function createOutreachActivities({ records: { outreach }, clock }: OutreachDeps) {
  return {
    async enterJourney({ context, input }: Entering): Promise<Static<typeof journeyEnter.output>> {
      await noteStall({ outreach, clock }, context, input);
      const stall = { ...input, customerId: input.customer, runId: context.runId };
      const [answer] = await outreach.enter([stall], clock());
      if (answer === undefined) throw new Error('the entry was not answered');
      if (!answer.entered) {
        if (answer.reason === 'unknown-journey')
          throw refused(context, 'journey-unknown', 422, `no journey “${input.journey}” is published`);
        return { entered: false, reason: answer.reason, entryId: null, dueAt: null, dueAtMs: 0 };
      }
      const { entryId, dueAt } = answer.entry;
      return { entered: true, reason: null, entryId, dueAt: dueAt.toISOString(), dueAtMs: dueAt.getTime() };
    },

    async decideCall({ context, input }: Deciding): Promise<Static<typeof callDecide.output>> {
      const [answer] = await outreach.decide([input.entryId], clock());
      if (answer === undefined)
        throw refused(context, 'entry-unknown', 422, `there is no entry “${input.entryId}”`);
      return {
        over: answer.outcome !== 'defer',
        outcome: answer.outcome,
        reason: answer.reason,
        dueAt: answer.dueAt.toISOString(),
        dueAtMs: answer.dueAt.getTime(),
        taskId: answer.taskId,
        assignee: answer.assignee,
        grade:
          answer.grade === null
            ? null
            : { ...answer.grade, lines: answer.grade.lines.map((line) => ({ ...line })) },
      };
    },

    async cancelCall({ context, input }: Cancelling): Promise<Static<typeof callCancel.output>> {
      if (input.reason !== undefined)
        await outreach.cancelEntry(input.entryId, input.reason, new Date(clock()));
      const entry = await outreach.recheck(input.entryId);
      if (entry === undefined)
        throw refused(context, 'entry-unknown', 422, `there is no entry “${input.entryId}”`);
      return {
        over: entry.status !== 'waiting',
        outcome: entry.status,
        reason: entry.reason,
        dueAt: entry.dueAt.toISOString(),
        dueAtMs: entry.dueAt.getTime(),
      };
    },
  };
}

/** A run started by hand knows of a stall that no event has told: it counts like one. */
async function noteStall(
  { outreach, clock }: { outreach: Records['outreach']; clock: () => number },
  context: CallContext,
  { customer, step, sequence }: Entering['input'],
): Promise<void> {
  const known = await outreach.customer(customer);
  if (known !== undefined && known.stepSequence >= sequence) return;
  await outreach.applyEvents([
    {
      source: `/runs/${context.flowName}`,
      eventId: `${customer}#${sequence}`,
      customerId: customer,
      kind: 'stalled',
      sequence,
      occurredAtMs: clock(),
      step,
      channel: '',
      profile: {},
      timeZone: '',
    },
  ]);
}

function refused(context: CallContext, code: string, status: number, detail: string): ApplicationFailure {
  const type = `https://afterbell.example/errors/${code}`;
  return ApplicationFailure.create({
    message: detail,
    type,
    details: [{ type, status, title: 'The call task was refused', detail, instance: context.pointer }],
    nonRetryable: true,
  });
}
