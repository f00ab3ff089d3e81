import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  newWebhookSecret,
  refusalOfWebhook,
  signWebhook,
  WebhookSecretError,
  webhookSecretOf,
} from './webhook-signature.ts';

const NOW_MS = 1_800_000_000_000;
const SECRET = newWebhookSecret();
const OLD = newWebhookSecret();
const MESSAGE = { messageId: 'msg_1', atMs: NOW_MS, body: '{"type":"run.ended"}' };

/** The vector of the Standard Webhooks specification. */
const PUBLISHED = {
  secret: 'whsec_plJ3nmyCDGBKInavdOK15jsl',
  messageId: 'msg_loFOjxBNrRLzqYUf',
  timestamp: 1_731_705_121,
  body: '{"event_type":"ping","data":{"success":true}}',
  signature: 'v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=',
};

describe('signWebhook', () => {
  it('gives the signature of the published vector', () => {
    const { secret, messageId, timestamp, body, signature } = PUBLISHED;
    expect(signWebhook([secret], { messageId, atMs: timestamp * 1000 + 400, body })).toEqual({
      'webhook-id': messageId,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signature,
    });
  });

  it('signs with every secret while one is being changed', () => {
    const both = signWebhook([SECRET, OLD], MESSAGE)['webhook-signature'].split(' ');
    expect(both).toHaveLength(2);
    for (const [index, secret] of [SECRET, OLD].entries()) {
      const key = Buffer.from(secret.slice(6), 'base64');
      const digest = createHmac('sha256', key)
        .update(`msg_1.${NOW_MS / 1000}.${MESSAGE.body}`)
        .digest('base64');
      expect(both[index]).toBe(`v1,${digest}`);
    }
  });

  it.each(['whsec_', 'whsec_not base64', 'short'])('refuses %j as a secret', (secret) => {
    expect(() => signWebhook([secret], MESSAGE)).toThrow(WebhookSecretError);
  });
});

describe('webhookSecretOf', () => {
  it('finds the secret among stored fields, and takes an older text whole', () => {
    expect(webhookSecretOf(JSON.stringify({ secret: SECRET }))).toBe(SECRET);
    expect(webhookSecretOf(SECRET)).toBe(SECRET);
    expect(() => webhookSecretOf('{"password":"x"}')).toThrow(WebhookSecretError);
  });
});

describe('refusalOfWebhook', () => {
  const headers = (over: Record<string, string | undefined> = {}) => ({
    ...signWebhook([SECRET], MESSAGE),
    ...over,
  });
  const check = (over = {}, body = MESSAGE.body, secrets = [SECRET], nowMs = NOW_MS) =>
    refusalOfWebhook(secrets, headers(over), body, nowMs);

  it('believes its own signature, also when the receiver knows a second secret', () => {
    expect(check()).toBeUndefined();
    expect(check({}, MESSAGE.body, [OLD, SECRET])).toBeUndefined();
  });

  it('believes one good signature among several and skips other schemes', () => {
    const good = headers()['webhook-signature'];
    expect(check({ 'webhook-signature': `v1a,xyz v1,AAAA ${good}` })).toBeUndefined();
  });

  it.each([
    ['header-missing', { 'webhook-id': undefined }],
    ['timestamp-not-valid', { 'webhook-timestamp': '12x' }],
    ['signature-wrong', { 'webhook-id': 'msg_2' }],
    ['signature-wrong', { 'webhook-signature': 'v1,AAAA' }],
    ['signature-wrong', { 'webhook-timestamp': String(NOW_MS / 1000 + 1) }],
  ] as const)('says %s', (refusal, over) => {
    expect(check(over)).toBe(refusal);
  });

  it('says signature-wrong for another body and another secret', () => {
    expect(check({}, `${MESSAGE.body} `)).toBe('signature-wrong');
    expect(check({}, MESSAGE.body, [OLD])).toBe('signature-wrong');
  });

  it('takes five minutes either way and not a second more', () => {
    const at = (seconds: number) => check({}, MESSAGE.body, [SECRET], NOW_MS + seconds * 1000);
    expect([at(300), at(-300)]).toEqual([undefined, undefined]);
    expect([at(301), at(-301)]).toEqual(['too-old', 'too-new']);
  });
});
