import Type from 'typebox';
import { defineStep, field } from '../define-step.ts';

/** Runs a process in a box of its own. It is what `run: script` and `run: shell` of the flow language run; a `call` does not reach it. */
export const process = defineStep({
  type: 'process',
  version: '1.0.0',
  title: { zh: '运行脚本', en: 'Run a process' },
  help: {
    zh: '在隔离环境中运行脚本或命令：无网络、无环境变量、限时限内存；须由管理员启用。',
    en: 'Runs a script or a command in isolation: no network, no environment, limited time and memory; an administrator enables it.',
  },
  icon: 'code',
  group: 'general',
  input: Type.Object(
    {
      language: Type.Union([Type.Literal('shell'), Type.Literal('js'), Type.Literal('python')], {
        ...field({
          label: { zh: '语言', en: 'Language' },
          help: {
            zh: 'shell、JavaScript（ES 模块）或 Python 3',
            en: 'Shell, JavaScript (ES module) or Python 3',
          },
          widget: 'select',
        }),
      }),
      code: Type.String({
        maxLength: 262_144,
        ...field({
          label: { zh: '代码', en: 'Code' },
          help: { zh: '原样运行，不含表达式', en: 'Run as it stands, without expressions' },
          widget: 'textarea',
        }),
      }),
      stdin: Type.Optional(
        Type.Unknown({
          ...field({
            label: { zh: '标准输入', en: 'Standard input' },
            help: { zh: '文本原样给出，其他以 JSON 给出', en: 'Texts as they are, all else as JSON' },
            widget: 'json',
          }),
        }),
      ),
      arguments: Type.Optional(
        Type.Array(Type.Unknown(), {
          maxItems: 1_000,
          ...field({
            label: { zh: '参数', en: 'Arguments' },
            help: { zh: '依次传入', en: 'Handed over in this order' },
            widget: 'json',
          }),
        }),
      ),
      environment: Type.Optional(
        Type.Record(Type.String(), Type.Unknown(), {
          ...field({
            label: { zh: '环境变量', en: 'Environment' },
            help: { zh: '进程只有这些变量', en: 'The process has these variables only' },
            widget: 'json',
          }),
        }),
      ),
      return: Type.Union(
        [
          Type.Literal('stdout'),
          Type.Literal('stderr'),
          Type.Literal('code'),
          Type.Literal('all'),
          Type.Literal('none'),
        ],
        {
          ...field({
            label: { zh: '返回', en: 'Result' },
            help: {
              zh: '标准输出、标准错误、退出码、全部或不返回',
              en: 'Standard output, standard error, exit code, all of it or nothing',
            },
            widget: 'select',
          }),
        },
      ),
    },
    { additionalProperties: false },
  ),
  output: Type.Unknown(),
  // Nothing outside the box can be reached from inside, so a repeat changes nothing.
  effect: 'none',
  run: {
    kind: 'activity',
    activity: 'runProcess',
    queue: 'ops',
    startToCloseMs: 1_200_000,
    heartbeatMs: 5_000,
    maximumAttempts: 3,
  },
  permission: null,
  controlled: false,
  simulate: (input) => {
    if (input.return === 'all') return { code: 0, stdout: '', stderr: '' };
    if (input.return === 'code') return 0;
    return input.return === 'none' ? null : '';
  },
  examples: [
    {
      title: { zh: '数一数行数', en: 'Count lines' },
      input: { language: 'shell', code: 'wc -l', stdin: 'a\nb\n', return: 'stdout' },
    },
  ],
  migrations: [],
});
