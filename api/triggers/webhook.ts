import { readAlertmanager } from '../../domain/healing/alarms.ts';
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import type { TriggerFiringRow, TriggerRow } from '../../prisma/records/event-types.ts';
import { refusalOfWebhook, webhookSecretOf } from '../../platform/webhook-signature.ts';
import type { AppDependencies } from '../dependencies.ts';
import { parseCloudEvents } from '../events/cloud-events.ts';
import { ApiProblem } from '../problem.ts';
import { fireTrigger, type Occasion } from './fire.ts';
import { textSetting } from './settings.ts';

/** A webhook as it came in. `raw` is the body byte for byte: the signature is over it. */
export interface ReceivedWebhook {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly raw: string;
}

type Headers = ReceivedWebhook['headers'];
type Found = Pick<Occasion, 'occasion' | 'subject' | 'presetInput' | 'presetKey'>;

/**
 * Believes a webhook by its signature (Standard Webhooks: any of the trigger's secrets, five minutes of tolerance). Secrets are the trigger's own
 * settings, so a sender of one trigger is no sender of another.
 *
 * @throws ApiProblem 401 with the reason
 */
export async function checkSignature(
  { webhookSecret, clock }: AppDependencies,
  trigger: TriggerRow,
  { headers, raw }: ReceivedWebhook,
): Promise<void> {
  const references = secretRefs(trigger.settings);
  const secrets = await Promise.all(
    references.map(async (reference) => webhookSecretOf(await webhookSecret(reference))),
  );
  const single = Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
  const refusal = refusalOfWebhook(secrets, single, raw, clock());
  if (refusal === undefined) return;
  throw new ApiProblem(401, 'signature-not-valid', `The webhook is not believed: ${refusal}.`);
}

/** References of the secrets that sign for this trigger; none means that a token with the right to publish events is needed. */
export function secretRefs(settings: JsonObject): string[] {
  const { secretRefs: given } = settings;
  return Array.isArray(given) ? given.filter((each) => typeof each === 'string') : [];
}

/**
 * Fires a trigger for everything a webhook holds: one alert each of Alertmanager, one CloudEvent each, or the body itself. What came of each is
 * stored before the answer; a repeat (same alert, event or `webhook-id`) starts nothing new.
 *
 * @throws ApiProblem 422 when the body is not of the trigger's format; then nothing was taken
 */
export async function receiveWebhook(
  deps: AppDependencies,
  trigger: TriggerRow,
  { headers, raw }: ReceivedWebhook,
): Promise<Array<Omit<TriggerFiringRow, 'firedAt'>>> {
  const occasions = occasionsOf(trigger, headers, parsed(raw));
  const fired: Array<Omit<TriggerFiringRow, 'firedAt'>> = [];
  for (const found of occasions) {
    const { occasion } = found;
    const base = { triggerName: trigger.triggerName, occasion, cause: 'webhook' as const };
    if (trigger.pausedAt === null) {
      fired.push(await fireTrigger(deps, trigger, { ...found, cause: 'webhook' }));
      continue;
    }
    const row = {
      ...base,
      outcome: 'paused' as const,
      runId: null,
      detail: `paused by ${trigger.pausedBy ?? ''}`,
    };
    await deps.records.triggers.recordFiring(row);
    fired.push(row);
  }
  return fired;
}

function parsed(raw: string): Json {
  try {
    return JSON.parse(raw) as Json;
  } catch {
    throw new ApiProblem(422, 'webhook-not-valid', 'Nothing was taken: the body is not JSON.');
  }
}

function occasionsOf(trigger: TriggerRow, headers: Headers, body: Json): Found[] {
  const { triggerName, settings } = trigger;
  switch (textSetting(settings, 'format') ?? 'json') {
    case 'alertmanager':
      return alerts(triggerName, body);
    case 'cloudevents':
      return cloudEvents(headers, body);
    default:
      return [whole(triggerName, headers, body)];
  }
}

function alerts(triggerName: string, body: Json): Found[] {
  const read = readAlertmanager(body);
  if ('problems' in read) throw notValid(read.problems);
  return read.alarms.map((alarm) => ({
    occasion: `webhook alarm ${alarm.alarmId}`,
    subject: { ...alarm, labels: { ...alarm.labels }, annotations: { ...alarm.annotations } },
    presetInput: { ...alarm, labels: { ...alarm.labels }, annotations: { ...alarm.annotations } },
    presetKey: `${triggerName}#${alarm.alarmId}`,
  }));
}

function cloudEvents(headers: Headers, body: Json): Found[] {
  const read = parseCloudEvents(headers, body);
  if (read.problems !== undefined) throw notValid(read.problems);
  return read.events.map((event) => {
    // The reader has checked both to be texts.
    const [source, id] = [textSetting(event, 'source') ?? '', textSetting(event, 'id') ?? ''];
    return {
      occasion: `webhook event ${source} ${id}`,
      subject: event,
      presetInput: event['data'] ?? {},
      presetKey: `${source}#${id}`,
    };
  });
}

/** The body itself, known by its `webhook-id` or, for a sender with a token, its `idempotency-key`. */
function whole(triggerName: string, headers: Headers, body: Json): Found {
  const messageId = headers['webhook-id'] ?? headers['idempotency-key'];
  if (typeof messageId !== 'string' || messageId === '' || messageId.length > 200)
    throw new ApiProblem(
      422,
      'webhook-id-missing',
      'webhook-id: name the message (or send idempotency-key), so that a repeat is known as one.',
    );
  if (!isJsonObject(body))
    throw new ApiProblem(422, 'webhook-not-valid', 'Nothing was taken: the body must be a JSON object.');
  return {
    occasion: `webhook ${messageId}`,
    subject: body,
    presetInput: body,
    presetKey: `${triggerName}#${messageId}`,
  };
}

function notValid(problems: ReadonlyArray<{ pointer: string; code: string; message: string }>): ApiProblem {
  const [first] = problems;
  return new ApiProblem(
    422,
    'webhook-not-valid',
    `Nothing was taken: ${first?.pointer ?? ''} ${first?.message ?? ''}.`,
    {
      problems,
    },
  );
}
