import Type from 'typebox';
import { defineStep, field } from '../define-step.ts';
import { DAY_PATTERN, NAME_PATTERN, sourceSchema } from './shared.ts';

/** Reads a position file into canonical rows. */
export const fileParse = defineStep({
  type: 'file-parse',
  version: '1.0.0',
  title: { zh: '解析持仓文件', en: 'Parse a position file' },
  help: {
    zh: '按表头读取 CSV、TXT（UTF-8 或 GB18030）、XLSX 或网页表格，统一合约代码、买卖与投保标志；有一行读不懂就停下并指出行、列和原因。',
    en: 'Reads CSV, TXT (UTF-8 or GB18030), XLSX or a table of a page by its headings and brings contracts, sides and hedge flags to one spelling; one row it cannot read stops it, with line, column and reason.',
  },
  icon: 'file-text',
  group: 'reconciliation',
  input: Type.Object(
    {
      file: Type.Object(
        { sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }), name: Type.String({ maxLength: 200 }) },
        {
          additionalProperties: true,
          ...field({
            label: { zh: '文件', en: 'File' },
            help: { zh: '机器人下载的文件或读出的表格', en: 'A file a bot downloaded, or a table it read' },
            widget: 'json',
          }),
        },
      ),
      source: Type.String({
        pattern: NAME_PATTERN,
        ...field({
          label: { zh: '来源名称', en: 'Source' },
          help: { zh: '如 counter、clearing', en: 'Such as counter or clearing' },
        }),
      }),
      tradingDay: Type.String({
        pattern: DAY_PATTERN,
        ...field({
          label: { zh: '交易日', en: 'Trading day' },
          help: { zh: '用于判断省略年代的合约代码', en: 'Settles contract codes that leave the decade out' },
        }),
      }),
      encoding: Type.Optional(
        Type.Union([Type.Literal('auto'), Type.Literal('utf-8'), Type.Literal('gb18030')], {
          default: 'auto',
          ...field({
            label: { zh: '编码', en: 'Encoding' },
            help: { zh: '默认自动判断', en: 'Found out by itself unless given' },
            widget: 'select',
          }),
        }),
      ),
      headings: Type.Optional(
        Type.Record(Type.String(), Type.String(), {
          ...field({
            label: { zh: '表头对应', en: 'Headings' },
            help: {
              zh: '来源使用特殊表头时，写明字段对应的表头',
              en: 'Heading per field where this source uses its own',
            },
            widget: 'json',
          }),
        }),
      ),
    },
    { additionalProperties: false },
  ),
  output: sourceSchema,
  effect: 'K',
  run: {
    kind: 'activity',
    activity: 'parsePositionFile',
    queue: 'ops',
    startToCloseMs: 300_000,
    maximumAttempts: 3,
  },
  permission: null,
  controlled: false,
  simulate: ({ source, tradingDay }) => ({
    source,
    tradingDay,
    dataSet: { sha256: '0'.repeat(64), rows: 1 },
    totals: { rows: 1, longLots: 1, shortLots: 0, margin: null },
  }),
  examples: [
    {
      title: { zh: '柜台导出的 CSV', en: 'A CSV of the counter system' },
      input: {
        file: { sha256: '0'.repeat(64), name: 'positions.csv' },
        source: 'counter',
        tradingDay: '2026-11-23',
      },
    },
  ],
  migrations: [],
});
