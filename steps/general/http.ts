import Type from 'typebox';
import { defineStep, field } from '../define-step.ts';

const METHODS = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options'] as const;

/** Calls an HTTP service. It is what `call: http` of the flow language runs. */
export const http = defineStep({
  type: 'http',
  version: '1.0.0',
  title: { zh: 'HTTP 请求', en: 'HTTP call' },
  help: {
    zh: '调用一个 HTTP 服务。地址经过检查，内网地址需管理员放行；重复执行时带同一个 Idempotency-Key。',
    en: 'Calls an HTTP service. Addresses are checked, private ones need an administrator; repeats carry the same Idempotency-Key.',
  },
  icon: 'api',
  group: 'general',
  input: Type.Object(
    {
      method: Type.String({
        pattern: `^(?:${METHODS.join('|')}|${METHODS.join('|').toUpperCase()})$`,
        ...field({
          label: { zh: '方法', en: 'Method' },
          help: { zh: 'GET、POST 等', en: 'GET, POST and so on' },
          widget: 'select',
        }),
      }),
      endpoint: Type.Union(
        [
          Type.String({ maxLength: 4000 }),
          Type.Object({ uri: Type.String({ maxLength: 4000 }) }, { additionalProperties: true }),
        ],
        {
          ...field({
            label: { zh: '地址', en: 'Address' },
            help: { zh: 'http 或 https 地址', en: 'An http or https address' },
            placeholder: 'https://cmdb.example/api/ports',
            widget: 'text',
          }),
        },
      ),
      headers: Type.Optional(
        Type.Record(Type.String(), Type.Unknown(), {
          ...field({
            label: { zh: '请求头', en: 'Headers' },
            help: { zh: '附加的请求头', en: 'Headers to add' },
            widget: 'json',
          }),
        }),
      ),
      query: Type.Optional(
        Type.Record(Type.String(), Type.Unknown(), {
          ...field({
            label: { zh: '查询参数', en: 'Query' },
            help: { zh: '附加到地址后的参数', en: 'Parameters added to the address' },
            widget: 'json',
          }),
        }),
      ),
      body: Type.Optional(
        Type.Unknown({
          ...field({
            label: { zh: '内容', en: 'Body' },
            help: { zh: '以 JSON 发送', en: 'Sent as JSON' },
            widget: 'json',
          }),
        }),
      ),
      output: Type.Optional(
        Type.Union([Type.Literal('raw'), Type.Literal('content'), Type.Literal('response')], {
          default: 'content',
          ...field({
            label: { zh: '返回', en: 'Result' },
            help: {
              zh: '内容、原文（base64）或完整应答',
              en: 'Content, raw bytes in base64, or the whole answer',
            },
            widget: 'select',
          }),
        }),
      ),
      authentication: Type.Optional(
        Type.Unknown({
          ...field({
            label: { zh: '认证', en: 'Authentication' },
            help: {
              zh: 'basic、bearer、digest、oauth2 或 oidc，口令用密钥引用',
              en: 'basic, bearer, digest, oauth2 or oidc; passwords by secret reference',
            },
            widget: 'json',
          }),
        }),
      ),
      redirect: Type.Optional(
        Type.Boolean({
          ...field({
            label: { zh: '接受重定向状态', en: 'Accept redirects' },
            help: { zh: '是否把 3xx 当作成功', en: 'Whether a 3xx counts as success' },
            widget: 'switch',
          }),
        }),
      ),
    },
    { additionalProperties: false },
  ),
  output: Type.Unknown(),
  effect: 'K',
  run: {
    kind: 'activity',
    activity: 'callHttp',
    queue: 'ops',
    startToCloseMs: 60_000,
    heartbeatMs: 3_000,
    maximumAttempts: 5,
  },
  permission: null,
  controlled: false,
  simulate: (input) =>
    input.output === 'response'
      ? { request: { method: input.method }, statusCode: 200, headers: {}, content: {} }
      : {},
  examples: [
    {
      title: { zh: '查询 CMDB', en: 'Ask the CMDB' },
      input: { method: 'get', endpoint: 'https://cmdb.example/api/ports' },
    },
  ],
  migrations: [],
});
