import Type from 'typebox';
import { defineStep, field } from '../define-step.ts';

/** Calls an operation of a service that describes itself in OpenAPI. It is what `call: openapi` of the flow language runs. */
export const openapi = defineStep({
  type: 'openapi',
  version: '1.0.0',
  title: { zh: 'OpenAPI 调用', en: 'OpenAPI call' },
  help: {
    zh: '按服务的 OpenAPI 文档（2.0 或 3）调用一个操作。文档在调用时读取，地址同样经过检查；重复执行时带同一个 Idempotency-Key。',
    en: 'Calls an operation by the OpenAPI document (2.0 or 3) of a service. The document is read when the call is made, its address is checked too; repeats carry the same Idempotency-Key.',
  },
  icon: 'api',
  group: 'general',
  input: Type.Object(
    {
      document: Type.Object(
        { endpoint: Type.String({ maxLength: 4000 }), authentication: Type.Optional(Type.Unknown()) },
        {
          additionalProperties: false,
          ...field({
            label: { zh: '文档', en: 'Document' },
            help: {
              zh: 'OpenAPI 文档的地址，需要时带认证',
              en: 'Address of the OpenAPI document, with authentication where it needs one',
            },
            widget: 'json',
          }),
        },
      ),
      operationId: Type.String({
        minLength: 1,
        maxLength: 500,
        ...field({
          label: { zh: '操作', en: 'Operation' },
          help: { zh: '文档中的 operationId', en: 'operationId in the document' },
          placeholder: 'findPetsByStatus',
          widget: 'text',
        }),
      }),
      parameters: Type.Optional(
        Type.Record(Type.String(), Type.Unknown(), {
          ...field({
            label: { zh: '参数', en: 'Parameters' },
            help: {
              zh: '按名称给出；OpenAPI 3 的请求内容写在 body 下',
              en: 'By name; the request body of OpenAPI 3 stands under body',
            },
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
    activity: 'callOpenapi',
    queue: 'ops',
    startToCloseMs: 90_000,
    heartbeatMs: 3_000,
    maximumAttempts: 5,
  },
  permission: null,
  controlled: false,
  simulate: (input) =>
    input.output === 'response'
      ? { request: { method: 'get' }, statusCode: 200, headers: {}, content: {} }
      : {},
  examples: [
    {
      title: { zh: '按文档查询 CMDB', en: 'Ask the CMDB by its document' },
      input: {
        document: { endpoint: 'https://cmdb.example/openapi.json' },
        operationId: 'findPorts',
        parameters: { status: 'down' },
      },
    },
  ],
  migrations: [],
});
