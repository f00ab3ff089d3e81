import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { isJsonObject } from '../domain/json.ts';

const PREFIX = 'whsec_';
const TOLERANCE_MS = 5 * 60_000;
const MIN_KEY_BYTES = 16;

/** A message to sign, after Standard Webhooks: `messageId` stays the same when the message is sent again, the time does not. */
export interface WebhookMessage {
  readonly messageId: string;
  /** Epoch milliseconds; sent in whole seconds. */
  readonly atMs: number;
  /** The raw body, byte for byte as it is sent. */
  readonly body: string;
}

/** Why a webhook is not believed; undefined when it is. */
export type WebhookRefusal =
  | 'header-missing'
  | 'timestamp-not-valid'
  | 'too-old'
  | 'too-new'
  | 'signature-wrong';

/** A secret cannot be used as a key: it is too short or not base64. */
export class WebhookSecretError extends Error {}

/**
 * The three headers of a signed webhook. Several secrets give several signatures: while a secret is being changed, the receiver
 * finds the one it knows. Throws `WebhookSecretError` for a secret that is no key.
 */
export function signWebhook(
  secrets: readonly string[],
  { messageId, atMs, body }: WebhookMessage,
): Readonly<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>> {
  const timestamp = String(Math.floor(atMs / 1000));
  const signatures = secrets.map((secret) => `v1,${digestOf(secret, messageId, timestamp, body)}`);
  return {
    'webhook-id': messageId,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}

/**
 * Checks a received webhook against every secret that holds now. The time in it may be five minutes off, either way; the comparison
 * takes the same time wherever a signature differs. Header names are lower case.
 */
export function refusalOfWebhook(
  secrets: readonly string[],
  headers: Readonly<Record<string, string | undefined>>,
  body: string,
  nowMs: number,
): WebhookRefusal | undefined {
  const messageId = headers['webhook-id'];
  const timestamp = headers['webhook-timestamp'];
  const given = headers['webhook-signature'];
  if (messageId === undefined || timestamp === undefined || given === undefined) return 'header-missing';
  if (!/^\d{1,12}$/.test(timestamp)) return 'timestamp-not-valid';
  const ageMs = nowMs - Number(timestamp) * 1000;
  if (ageMs > TOLERANCE_MS) return 'too-old';
  if (ageMs < -TOLERANCE_MS) return 'too-new';
  const expected = secrets.map((secret) => Buffer.from(digestOf(secret, messageId, timestamp, body)));
  const offered = given
    .split(' ')
    .filter((entry) => entry.startsWith('v1,'))
    .map((entry) => Buffer.from(entry.slice(3)));
  const isKnown = offered.some((entry) =>
    expected.some((digest) => digest.length === entry.length && timingSafeEqual(digest, entry)),
  );
  return isKnown ? undefined : 'signature-wrong';
}

/** The signing secret in what the vault gives back: secrets are stored as fields, and `secret` is the one; an older one is the whole text. */
export function webhookSecretOf(stored: string): string {
  if (!stored.startsWith('{')) return stored;
  const parsed: unknown = JSON.parse(stored);
  if (isJsonObject(parsed) && typeof parsed.secret === 'string') return parsed.secret;
  throw new WebhookSecretError('a signing secret is stored in the field “secret”');
}

/** A new secret: 32 random bytes in the form the standard asks for. */
export function newWebhookSecret(): string {
  return `${PREFIX}${randomBytes(32).toString('base64')}`;
}

function digestOf(secret: string, messageId: string, timestamp: string, body: string): string {
  return createHmac('sha256', keyOf(secret)).update(`${messageId}.${timestamp}.${body}`).digest('base64');
}

/** `whsec_` and base64; any other text is taken as it is, as receivers of older systems do. */
function keyOf(secret: string): Buffer {
  if (!secret.startsWith(PREFIX)) return longEnough(Buffer.from(secret));
  const encoded = secret.slice(PREFIX.length);
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded))
    throw new WebhookSecretError('a signing secret with whsec_ must go on in base64');
  return longEnough(Buffer.from(encoded, 'base64'));
}

function longEnough(key: Buffer): Buffer {
  if (key.length < MIN_KEY_BYTES)
    throw new WebhookSecretError(`a signing secret needs at least ${MIN_KEY_BYTES} bytes`);
  return key;
}
