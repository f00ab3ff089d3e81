import Type from 'typebox';
import { defineStep, field } from '../define-step.ts';

/** Tells the system that asked how its request ended, signed after Standard Webhooks. */
export const signedCallback = defineStep({
  type: 'signed-callback',
  version: '1.0.0',
  title: { zh: '签名回调', en: 'Signed callback' },
  help: {
    zh: '按 Standard Webhooks 把结果签名后回调给提交申请的系统；重试用同一个消息号和同样的内容。换密钥期间可同时用几个密钥签名。',
    en: 'Tells the system that asked, signed after Standard Webhooks; a retry carries the same id and bytes. Several secrets sign while one is being changed.',
  },
  icon: 'send',
  group: 'general',
  input: Type.Object(
    {
      url: Type.Union([Type.String({ pattern: '^https?://', maxLength: 2000 }), Type.Null()], {
        ...field({
          label: { zh: '回调地址', en: 'Address' },
          help: { zh: '不填则只记录在运行里', en: 'Without it the message is only recorded in the run' },
          placeholder: 'https://oa.example/hooks/afterbell',
          widget: 'text',
        }),
      }),
      secretRefs: Type.Array(Type.String({ pattern: '^[a-z0-9][a-z0-9/._-]{0,99}#v[1-9][0-9]{0,5}$' }), {
        minItems: 1,
        maxItems: 3,
        uniqueItems: true,
        ...field({
          label: { zh: '签名密钥', en: 'Signing secrets' },
          help: {
            zh: '密钥引用；换密钥期间写新旧两个',
            en: 'References of the secrets; the new and the old one while changing',
          },
          secret: true,
          placeholder: 'webhook/oa#v1',
          widget: 'json',
        }),
      }),
      type: Type.String({
        pattern: '^[a-z][a-z0-9_]*(\\.[a-z0-9_]+){0,5}$',
        maxLength: 100,
        ...field({
          label: { zh: '消息类型', en: 'Message type' },
          help: { zh: '如 access.granted', en: 'Such as access.granted' },
          placeholder: 'access.granted',
          widget: 'text',
        }),
      }),
      data: Type.Record(Type.String(), Type.Unknown(), {
        ...field({
          label: { zh: '内容', en: 'Data' },
          help: { zh: '随回调发送的数据', en: 'Data sent with the callback' },
          widget: 'json',
        }),
      }),
    },
    { additionalProperties: false },
  ),
  output: Type.Object({
    messageId: Type.String(),
    delivered: Type.Boolean(),
    status: Type.Union([Type.Integer(), Type.Null()]),
  }),
  effect: 'K',
  run: {
    kind: 'activity',
    activity: 'sendSignedCallback',
    queue: 'ops',
    startToCloseMs: 30_000,
    maximumAttempts: 20,
  },
  permission: null,
  controlled: false,
  simulate: ({ url }) => ({
    messageId: 'rehearsal',
    delivered: url !== null,
    status: url === null ? null : 200,
  }),
  examples: [
    {
      title: { zh: '告知 OA 权限已授予', en: 'Tell the approval system that access was granted' },
      input: {
        url: 'https://oa.example/hooks/afterbell',
        secretRefs: ['webhook/oa#v1'],
        type: 'access.granted',
        data: { requestId: 'OA-2026-0002' },
      },
    },
  ],
  migrations: [],
});
