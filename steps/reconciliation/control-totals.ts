import Type from 'typebox';
import { defineStep, field } from '../define-step.ts';
import { DAY_PATTERN, NAME_PATTERN, nameSchema, sourceSchema } from './shared.ts';

/** Stops a reconciliation whose source is empty, old or does not add up. */
export const controlTotals = defineStep({
  type: 'control-totals',
  version: '1.0.0',
  title: { zh: '来源校验', en: 'Check a source' },
  help: {
    zh: '来源为空、交易日不符、或与自报合计不一致时停止对账并登记差异：空文件上的“零差异”是假象。',
    en: 'Stops when a source is empty, of another trading day or does not add up to its own totals, and records that as a break: no breaks on an empty file would be a lie.',
  },
  icon: 'audit',
  group: 'reconciliation',
  input: Type.Object(
    {
      reconciliation: Type.String({
        pattern: NAME_PATTERN,
        ...field({
          label: { zh: '对账名称', en: 'Reconciliation' },
          help: { zh: '差异归属的对账', en: 'The reconciliation its breaks belong to' },
        }),
      }),
      tradingDay: Type.String({
        pattern: DAY_PATTERN,
        ...field({
          label: { zh: '交易日', en: 'Trading day' },
          help: { zh: '来源必须属于这一天', en: 'The source must be of this day' },
        }),
      }),
      data: Type.Object(sourceSchema.properties, {
        ...field({
          label: { zh: '解析结果', en: 'Parsed source' },
          help: { zh: '解析步骤的输出', en: 'Output of the parse step' },
          widget: 'json',
        }),
      }),
      stated: Type.Optional(
        Type.Object(
          {
            rows: Type.Optional(Type.Integer({ minimum: 0 })),
            longLots: Type.Optional(Type.Integer({ minimum: 0 })),
            shortLots: Type.Optional(Type.Integer({ minimum: 0 })),
            margin: Type.Optional(Type.Integer()),
          },
          {
            additionalProperties: false,
            ...field({
              label: { zh: '自报合计', en: 'Stated totals' },
              help: {
                zh: '来源自己给出的行数、手数、保证金（分）',
                en: 'Rows, lots and margin (cents) the source states',
              },
              widget: 'json',
            }),
          },
        ),
      ),
    },
    { additionalProperties: false },
  ),
  output: Type.Object({ source: nameSchema, rows: Type.Integer() }),
  effect: 'K',
  run: {
    kind: 'activity',
    activity: 'checkControlTotals',
    queue: 'ops',
    startToCloseMs: 60_000,
    maximumAttempts: 5,
  },
  permission: null,
  controlled: false,
  simulate: ({ data }) => ({ source: data.source, rows: data.totals.rows }),
  examples: [
    {
      title: { zh: '核对行数与手数', en: 'Rows and lots' },
      input: {
        reconciliation: 'futures-positions',
        tradingDay: '2026-11-23',
        data: {
          source: 'counter',
          tradingDay: '2026-11-23',
          dataSet: { sha256: '0'.repeat(64), rows: 8 },
          totals: { rows: 8, longLots: 12, shortLots: 0, margin: 10_694_400 },
        },
        stated: { rows: 8, longLots: 12 },
      },
    },
  ],
  migrations: [],
});
