import Type from 'typebox';
import { defineStep, field } from '../define-step.ts';
import {
  dataSetSchema,
  DAY_PATTERN,
  daySchema,
  NAME_PATTERN,
  nameSchema,
  sourceSchema,
  summarySchema,
} from './shared.ts';

const side = (zh: string, en: string) =>
  Type.Object(sourceSchema.properties, {
    ...field({
      label: { zh, en },
      help: { zh: '解析步骤的输出', en: 'Output of the parse step' },
      widget: 'json',
    }),
  });

/** Matches two sources and classifies what does not match. */
export const reconcile = defineStep({
  type: 'reconcile',
  version: '1.0.0',
  title: { zh: '持仓对账', en: 'Reconcile positions' },
  help: {
    zh: '按账号、合约、买卖、投保逐项匹配：先完全一致，再在容差内；每个匹配注明规则，重复与多解从不自动确认。',
    en: 'Matches by account, contract, side and hedge flag: equal first, then within tolerance; every match names its rule, repeated and ambiguous rows are never confirmed by themselves.',
  },
  icon: 'diff',
  group: 'reconciliation',
  input: Type.Object(
    {
      reconciliation: Type.String({
        pattern: NAME_PATTERN,
        ...field({
          label: { zh: '对账名称', en: 'Reconciliation' },
          help: { zh: '同名对账的差异跨日延续', en: 'Breaks carry over between days of the same name' },
        }),
      }),
      tradingDay: Type.String({
        pattern: DAY_PATTERN,
        ...field({
          label: { zh: '交易日', en: 'Trading day' },
          help: { zh: '对账所属的交易日', en: 'The day that is reconciled' },
        }),
      }),
      left: side('左侧来源', 'Left source'),
      right: side('右侧来源', 'Right source'),
      marginToleranceCents: Type.Optional(
        Type.Integer({
          minimum: 0,
          maximum: 10_000,
          default: 1,
          ...field({
            label: { zh: '保证金容差', en: 'Margin tolerance' },
            help: { zh: '每行允许的舍入差', en: 'Rounding allowed per row' },
            unit: { zh: '分', en: 'cents' },
            widget: 'number',
          }),
        }),
      ),
    },
    { additionalProperties: false },
  ),
  output: Type.Object({
    reconciliation: nameSchema,
    tradingDay: daySchema,
    breaks: dataSetSchema,
    summary: summarySchema,
  }),
  effect: 'K',
  run: {
    kind: 'activity',
    activity: 'reconcilePositions',
    queue: 'ops',
    startToCloseMs: 600_000,
    maximumAttempts: 3,
  },
  permission: null,
  controlled: false,
  simulate: ({ reconciliation, tradingDay, left, right }) => ({
    reconciliation,
    tradingDay,
    breaks: { sha256: '0'.repeat(64), rows: 0 },
    summary: {
      leftRows: left.totals.rows,
      rightRows: right.totals.rows,
      matched: Math.min(left.totals.rows, right.totals.rows),
      byRule: { exact: Math.min(left.totals.rows, right.totals.rows) },
      byClass: {},
    },
  }),
  examples: [
    {
      title: { zh: '柜台与结算', en: 'Counter against clearing' },
      input: {
        reconciliation: 'futures-positions',
        tradingDay: '2026-11-23',
        left: {
          source: 'counter',
          tradingDay: '2026-11-23',
          dataSet: { sha256: '0'.repeat(64), rows: 8 },
          totals: { rows: 8, longLots: 12, shortLots: 0, margin: null },
        },
        right: {
          source: 'clearing',
          tradingDay: '2026-11-23',
          dataSet: { sha256: '1'.repeat(64), rows: 8 },
          totals: { rows: 8, longLots: 12, shortLots: 0, margin: null },
        },
      },
    },
  ],
  migrations: [],
});
