import Type from 'typebox';
import { defineStep, field } from '../define-step.ts';

/** Tells another system what happened, by a signed webhook. */
export const notify = defineStep({
  type: 'notify',
  version: '1.0.0',
  title: { zh: '通知', en: 'Notify' },
  help: {
    zh: '把消息以带签名的 Webhook 发送给其他系统；重复发送带同一个消息号。未填地址时只记录在运行里。',
    en: 'Sends a message to another system as a signed webhook; repeats carry the same id. Without an address it is only recorded in the run.',
  },
  icon: 'notification',
  group: 'general',
  input: Type.Object(
    {
      title: Type.String({
        minLength: 1,
        maxLength: 200,
        ...field({
          label: { zh: '标题', en: 'Title' },
          help: { zh: '一句话', en: 'One line' },
          widget: 'text',
        }),
      }),
      url: Type.Optional(
        Type.Union([Type.String({ pattern: '^https?://', maxLength: 2000 }), Type.Null()], {
          ...field({
            label: { zh: '地址', en: 'Address' },
            help: { zh: '接收 Webhook 的地址', en: 'Where the webhook goes' },
            placeholder: 'https://oa.example/hooks/afterbell',
            widget: 'text',
          }),
        }),
      ),
      secretRef: Type.Optional(
        Type.String({
          pattern: '^[a-z0-9][a-z0-9/._-]{0,99}#v[1-9][0-9]{0,5}$',
          ...field({
            label: { zh: '签名密钥', en: 'Signing secret' },
            help: { zh: '密钥引用，如 webhook/oa#v1', en: 'Reference of the secret, such as webhook/oa#v1' },
            secret: true,
            placeholder: 'webhook/oa#v1',
            widget: 'text',
          }),
        }),
      ),
      body: Type.Optional(
        Type.Unknown({
          ...field({
            label: { zh: '内容', en: 'Content' },
            help: { zh: '随消息发送的数据', en: 'Data sent with the message' },
            widget: 'json',
          }),
        }),
      ),
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
    activity: 'sendNotification',
    queue: 'ops',
    startToCloseMs: 30_000,
    maximumAttempts: 10,
    items: 1_000,
  },
  permission: null,
  controlled: false,
  simulate: (input) => ({
    messageId: 'rehearsal',
    delivered: typeof input.url === 'string',
    status: typeof input.url === 'string' ? 200 : null,
  }),
  examples: [
    {
      title: { zh: '告知 OA', en: 'Tell the approval system' },
      input: {
        title: '端口已开通',
        url: 'https://oa.example/hooks/afterbell',
        secretRef: 'webhook/oa#v1',
        body: { ports: 2 },
      },
    },
  ],
  migrations: [],
});
