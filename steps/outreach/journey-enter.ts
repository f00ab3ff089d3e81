import Type from 'typebox';
import { defineStep, field } from '../define-step.ts';

/** Enters a stalled customer into a journey: records the entry and works out when the call is due. */
export const journeyEnter = defineStep({
  type: 'journey-enter',
  version: '1.0.0',
  title: { zh: '进入跟进旅程', en: 'Enter a journey' },
  help: {
    zh: '记录客户停在哪一步，按渠道、步骤和画像算出应联系的时刻；已往前走、已退订或不许再次进入的不进入，并给出原因。',
    en: 'Records where the customer stalled and works out from channel, step and profile when to call; who moved on, opted out or may not enter again stays out, with the reason.',
  },
  icon: 'user-add',
  group: 'outreach',
  input: Type.Object(
    {
      journey: Type.String({
        pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
        ...field({
          label: { zh: '旅程', en: 'Journey' },
          help: { zh: '已发布的旅程名称', en: 'Name of a published journey' },
          widget: 'text',
        }),
      }),
      customer: Type.String({
        pattern: '^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$',
        ...field({
          label: { zh: '客户', en: 'Customer' },
          help: { zh: '客户的编号，不含姓名和电话', en: 'Reference of the customer; no name, no number' },
          widget: 'text',
        }),
      }),
      step: Type.String({
        pattern: '^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$',
        ...field({
          label: { zh: '停留步骤', en: 'Step' },
          help: { zh: '客户停在流程的哪一步', en: 'Where in the process the customer stalled' },
          widget: 'text',
        }),
      }),
      sequence: Type.Integer({
        minimum: 1,
        ...field({
          label: { zh: '来源序号', en: 'Sequence' },
          help: {
            zh: '来源系统对该客户的事件序号，越新越大',
            en: 'The source’s count of events of this customer; newer is larger',
          },
          unit: { zh: '号', en: 'number' },
          widget: 'number',
        }),
      }),
    },
    { additionalProperties: false },
  ),
  output: Type.Object({
    entered: Type.Boolean(),
    reason: Type.Union([Type.String(), Type.Null()]),
    entryId: Type.Union([Type.String(), Type.Null()]),
    dueAt: Type.Union([Type.String(), Type.Null()]),
    dueAtMs: Type.Number(),
  }),
  effect: 'K',
  run: {
    kind: 'activity',
    activity: 'enterJourney',
    queue: 'ops',
    startToCloseMs: 30_000,
    maximumAttempts: 0,
    items: 1_000,
  },
  permission: null,
  controlled: false,
  simulate: ({ customer }, { nowMs }) => ({
    entered: true,
    reason: null,
    entryId: `rehearsal-${customer}`,
    dueAt: new Date(nowMs + 3_600_000).toISOString(),
    dueAtMs: nowMs + 3_600_000,
  }),
  examples: [
    {
      title: { zh: '停在视频见证', en: 'Stalled at the video check' },
      input: { journey: 'account-opening', customer: 'C-10293', step: 'video-witness', sequence: 4 },
    },
  ],
  migrations: [],
});
