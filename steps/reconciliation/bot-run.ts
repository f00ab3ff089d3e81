import Type from 'typebox';
import { sha256Hex } from '../../domain/json.ts';
import { defineStep, field } from '../define-step.ts';

const sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });

const file = Type.Object({
  /** `payload:<sha256>`: where the bytes are. */
  ref: Type.String(),
  name: Type.String(),
  sha256,
  bytes: Type.Integer({ minimum: 0 }),
  rows: Type.Optional(Type.Integer({ minimum: 0 })),
  /** What the page said beside a table: its day, its totals. */
  facts: Type.Optional(Type.Record(Type.String(), Type.String())),
});

/** A browser bot reads or works another system's pages. */
export const botRun = defineStep({
  type: 'bot-run',
  version: '1.0.0',
  title: { zh: '运行机器人', en: 'Run a bot' },
  help: {
    zh: '用真实浏览器执行一个机器人脚本：登录、取数、下载；每段留截图，文件留哈希；口令只按引用取用，不进截图和录像。',
    en: 'Runs a bot script in a real browser: signs in, reads tables, downloads; a screenshot per group, a hash per file; secrets by reference only, never in a screenshot or trace.',
  },
  icon: 'robot',
  group: 'reconciliation',
  input: Type.Object(
    {
      bot: Type.String({
        pattern: '^[a-z][a-z0-9-]{0,59}@[1-9][0-9]{0,5}$',
        ...field({
          label: { zh: '机器人', en: 'Bot' },
          help: { zh: '脚本名@版本', en: 'Name of the script and its version' },
          placeholder: 'counter-positions@1',
        }),
      }),
      params: Type.Optional(
        Type.Record(Type.String(), Type.String({ maxLength: 500 }), {
          ...field({
            label: { zh: '参数', en: 'Parameters' },
            help: {
              zh: '脚本声明的参数，如交易日',
              en: 'Parameters the script declares, such as the trading day',
            },
            widget: 'json',
          }),
        }),
      ),
      secrets: Type.Optional(
        Type.Record(
          Type.String(),
          Type.String({ pattern: '^[a-z0-9][A-Za-z0-9/._-]{0,99}#v[1-9][0-9]{0,8}$' }),
          {
            ...field({
              label: { zh: '口令引用', en: 'Secret references' },
              help: {
                zh: '脚本声明的口令各对应一个引用，如 bot/counter#v1；值只在执行处取出',
                en: 'A reference per secret the script declares, such as bot/counter#v1; the value is opened only where it is used',
              },
              widget: 'json',
            }),
          },
        ),
      ),
    },
    { additionalProperties: false },
  ),
  output: Type.Object({
    bot: Type.String(),
    scriptSha256: sha256,
    browser: Type.String(),
    /** By the name a script saves them under. */
    files: Type.Record(Type.String(), file),
    /** Elements that were found by a later candidate: the page has begun to change. */
    drift: Type.Array(
      Type.Object({
        step: Type.String(),
        candidate: Type.Integer({ minimum: 1 }),
        used: Type.String(),
      }),
    ),
    signIns: Type.Integer({ minimum: 0 }),
    screenshots: Type.Integer({ minimum: 0 }),
    manifestSha256: sha256,
  }),
  effect: 'R',
  run: {
    kind: 'activity',
    activity: 'runBot',
    queue: 'browser',
    startToCloseMs: 1_800_000,
    heartbeatMs: 6_000,
    maximumAttempts: 3,
  },
  permission: null,
  controlled: false,
  simulate: (input) => {
    const pretend = sha256Hex(input.bot);
    return {
      bot: input.bot,
      scriptSha256: pretend,
      browser: 'rehearsal',
      files: {
        'rehearsal.csv': {
          ref: `payload:${pretend}`,
          name: 'rehearsal.csv',
          sha256: pretend,
          bytes: 0,
          rows: 0,
        },
      },
      drift: [],
      signIns: 0,
      screenshots: 0,
      manifestSha256: pretend,
    };
  },
  examples: [
    {
      title: { zh: '下载柜台持仓', en: 'Download positions from the counter' },
      input: {
        bot: 'counter-positions@1',
        params: { tradingDay: '2026-11-23' },
        secrets: { login: 'bot/counter#v1' },
      },
    },
  ],
  migrations: [],
});
