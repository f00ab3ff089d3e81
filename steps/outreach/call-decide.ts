import Type from 'typebox';
import { defineStep } from '../define-step.ts';
import { entryIdField, standingSchema } from './shared.ts';

/** The look at the moment of the call: checks everything again, grades, and makes the one task or hand-off of the stall. */
export const callDecide = defineStep({
  type: 'call-decide',
  version: '1.0.0',
  title: { zh: '到点决定是否外呼', en: 'Decide the call' },
  help: {
    zh: '到点重新核对：客户仍停在原处、同意联系、不在免打扰名单、当地时间可致电、未超频次、没有未完任务；再评分，高分派人、中分交机器人、低分不打。同一停留只产生一个任务。',
    en: 'Checks everything again when due: still stalled, consent, do-not-call, local quiet hours, frequency, open task; then grades: high to a person, medium to the robot, low no call. One stall makes one task.',
  },
  icon: 'phone',
  group: 'outreach',
  input: Type.Object({ entryId: entryIdField }, { additionalProperties: false }),
  output: Type.Object({
    ...standingSchema.properties,
    taskId: Type.Union([Type.String(), Type.Null()]),
    assignee: Type.Union([Type.String(), Type.Null()]),
    grade: Type.Union([
      Type.Object({
        grade: Type.String(),
        score: Type.Number(),
        offset: Type.Number(),
        scorecardVersion: Type.String(),
        lines: Type.Array(Type.Object({ field: Type.String(), bin: Type.String(), points: Type.Number() })),
      }),
      Type.Null(),
    ]),
  }),
  effect: 'K',
  run: {
    kind: 'activity',
    activity: 'decideCall',
    queue: 'ops',
    startToCloseMs: 30_000,
    maximumAttempts: 0,
    items: 1_000,
  },
  permission: null,
  controlled: false,
  simulate: ({ entryId }, { nowMs }) => ({
    over: true,
    outcome: 'person',
    reason: null,
    dueAt: new Date(nowMs).toISOString(),
    dueAtMs: nowMs,
    taskId: entryId,
    assignee: null,
    grade: { grade: 'high', score: 60, offset: 60, scorecardVersion: 'rehearsal', lines: [] },
  }),
  examples: [
    { title: { zh: '一个停留', en: 'One stall' }, input: { entryId: '0123456789abcdef0123456789abcdef' } },
  ],
  migrations: [],
});
