import Type from 'typebox';
import { defineStep, field } from '../define-step.ts';
import { approvalField, incidentField, serviceField } from './shared.ts';

/** Runs a reviewed script of the library on the host of a service over SSH, under the same guards as a restart. */
export const scriptRun = defineStep({
  type: 'script-run',
  version: '1.0.0',
  title: { zh: '执行脚本', en: 'Run a script' },
  help: {
    zh: '在服务所在主机经 SSH 执行脚本库中经他人复核的脚本，护栏与重启相同；脚本按指纹核对，参数只作为变量传入。',
    en: 'Runs a script of the library that another person has reviewed on the host of a service, under the guards of a restart; the text is checked by its hash, parameters are variables only.',
  },
  icon: 'code',
  group: 'healing',
  input: Type.Object(
    {
      incidentId: incidentField,
      service: serviceField,
      script: Type.String({
        pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
        ...field({
          label: { zh: '脚本', en: 'Script' },
          help: { zh: '脚本库中的名称', en: 'Its name in the library' },
          placeholder: 'clean-logs',
        }),
      }),
      scriptVersion: Type.Integer({
        minimum: 1,
        ...field({
          label: { zh: '脚本版本', en: 'Version of the script' },
          help: { zh: '必须是已复核的版本', en: 'One that has been reviewed' },
          unit: { zh: '版', en: 'version' },
        }),
      }),
      parameters: Type.Optional(
        Type.Record(Type.String(), Type.String(), {
          ...field({
            label: { zh: '参数', en: 'Parameters' },
            help: {
              zh: '脚本声明的每个参数各给一个值',
              en: 'A value for each parameter the script declares',
            },
            widget: 'json',
          }),
        }),
      ),
      approval: approvalField,
    },
    { additionalProperties: false },
  ),
  output: Type.Object({
    outcome: Type.Union([Type.Literal('done'), Type.Literal('stopped-by-guard'), Type.Literal('failed')]),
    rule: Type.String(),
    reason: Type.String(),
    exitCode: Type.Union([Type.Integer(), Type.Null()]),
    /** What the script printed, cut at 4,000 characters; the whole is evidence of the run. */
    output: Type.String(),
  }),
  effect: 'N',
  run: {
    kind: 'activity',
    activity: 'runScript',
    queue: 'net',
    startToCloseMs: 330_000,
    heartbeatMs: 10_000,
    maximumAttempts: 1,
  },
  permission: null,
  controlled: true,
  simulate: () => ({
    outcome: 'done' as const,
    rule: 'allowed',
    reason: 'rehearsal',
    exitCode: 0,
    output: '',
  }),
  examples: [
    {
      title: { zh: '清理七天前的日志', en: 'Remove logs older than seven days' },
      input: {
        incidentId: 'incident-1',
        service: 'nginx-1',
        script: 'clean-logs',
        scriptVersion: 1,
        parameters: { DAYS: '7' },
      },
    },
  ],
  migrations: [],
});
