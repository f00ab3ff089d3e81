import Type from 'typebox';
import { defineStep, field } from '../define-step.ts';
import { reconcile } from './reconcile.ts';

/** Puts the breaks of a run on the break desk. */
export const publishBreaks = defineStep({
  type: 'publish-breaks',
  version: '1.0.0',
  title: { zh: '登记差异', en: 'Publish breaks' },
  help: {
    zh: '新差异进入差异台，仍在的延续并计龄，消失的自动关闭，关闭后再现的重新打开。',
    en: 'New breaks go to the break desk, those still there grow older, those that are gone are closed, closed ones that are back are reopened.',
  },
  icon: 'flag',
  group: 'reconciliation',
  input: Type.Object(
    {
      result: Type.Object(reconcile.output.properties, {
        ...field({
          label: { zh: '对账结果', en: 'Result' },
          help: { zh: '对账步骤的输出', en: 'Output of the reconcile step' },
          widget: 'json',
        }),
      }),
    },
    { additionalProperties: false },
  ),
  output: Type.Object({
    open: Type.Integer(),
    added: Type.Integer(),
    stillThere: Type.Integer(),
    reopened: Type.Integer(),
    gone: Type.Integer(),
  }),
  effect: 'K',
  run: {
    kind: 'activity',
    activity: 'publishBreaks',
    queue: 'ops',
    startToCloseMs: 120_000,
    maximumAttempts: 5,
  },
  permission: null,
  controlled: false,
  simulate: ({ result }) => ({
    open: result.breaks.rows,
    added: result.breaks.rows,
    stillThere: 0,
    reopened: 0,
    gone: 0,
  }),
  examples: [
    {
      title: { zh: '两处差异', en: 'Two breaks' },
      input: {
        result: {
          reconciliation: 'futures-positions',
          tradingDay: '2026-11-23',
          breaks: { sha256: '0'.repeat(64), rows: 2 },
          summary: { leftRows: 8, rightRows: 8, matched: 6, byRule: { exact: 6 }, byClass: { quantity: 2 } },
        },
      },
    },
  ],
  migrations: [],
});
