import { type Json, type JsonObject, sha256Hex } from '../../domain/json.ts';
import { askSubject, fillTemplate, TemplateError } from '../../engine/index.ts';
import type { EventRow, TriggerFiringRow, TriggerRow } from '../../prisma/records/event-types.ts';
import { acceptRun } from '../accept-run.ts';
import type { AppDependencies } from '../dependencies.ts';
import { ApiProblem } from '../problem.ts';
import { inputSetting, textSetting } from './settings.ts';

/** One occasion to fire a trigger. */
export interface Occasion {
  /** Names the occasion: a repeat of it starts nothing new. */
  readonly occasion: string;
  readonly cause: TriggerFiringRow['cause'];
  /** What `when`, `businessKey` and `input` look at. */
  readonly subject: JsonObject;
  /** Run input when the settings name none. */
  readonly presetInput: Json;
  /** Business key when the settings name none. */
  readonly presetKey: string;
  /** Person who pressed the button; triggers act as `trigger:<name>`. */
  readonly requestedBy?: string;
}

/** Starts the flows of the event triggers an event fits. A repeat of the event finds the runs of the first time. */
export async function fireEventTriggers(
  deps: AppDependencies,
  triggers: readonly TriggerRow[],
  event: EventRow,
): Promise<void> {
  for (const trigger of triggers) {
    const { settings } = trigger;
    const fits =
      textSetting(settings, 'type') === event.type &&
      (textSetting(settings, 'source') ?? event.source) === event.source &&
      (textSetting(settings, 'subject') ?? event.subject ?? '') === (event.subject ?? '');
    if (!fits) continue;
    await fireTrigger(deps, trigger, {
      occasion: `event ${event.source} ${event.eventId}`,
      cause: 'event',
      subject: event.envelope,
      presetInput: event.envelope['data'] ?? {},
      presetKey: `${event.source}#${event.eventId}`,
    });
  }
}

/**
 * Fires a trigger for one occasion: accepts a run of its flow and writes what came of it. Never throws for what the trigger itself
 * got wrong (an expression, an input the flow refuses): that stands in the firing, where its owner looks.
 */
export async function fireTrigger(
  deps: AppDependencies,
  trigger: TriggerRow,
  occasion: Occasion,
): Promise<Omit<TriggerFiringRow, 'firedAt'>> {
  const firing = { triggerName: trigger.triggerName, ...(await outcomeOf(deps, trigger, occasion)) };
  const row = { ...firing, occasion: occasion.occasion, cause: occasion.cause };
  await deps.records.triggers.recordFiring(row);
  return row;
}

type Outcome = Pick<TriggerFiringRow, 'outcome' | 'runId' | 'detail'>;

async function outcomeOf(deps: AppDependencies, trigger: TriggerRow, occasion: Occasion): Promise<Outcome> {
  const { settings } = trigger;
  const nowMs = deps.clock();
  try {
    const when = textSetting(settings, 'when');
    if (when !== undefined && !isTrue(askSubject(when, occasion.subject, nowMs, '/when')))
      return { outcome: 'skipped', runId: null, detail: 'when is not true' };
    const keyExpression = textSetting(settings, 'businessKey');
    const businessKey =
      keyExpression === undefined
        ? occasion.presetKey
        : textOf(askSubject(keyExpression, occasion.subject, nowMs, '/businessKey'));
    const input = fillTemplate(
      inputSetting(settings, occasion.presetInput),
      occasion.subject,
      nowMs,
      '/input',
    );
    const version = await deps.records.flows.find(trigger.flowName);
    if (version === undefined)
      return { outcome: 'refused', runId: null, detail: `flow ${trigger.flowName} is not published` };
    // The same occasion is the same run, also when the first attempt was cut off after it was stored.
    const runId = sha256Hex(`${trigger.triggerName}\n${occasion.occasion}`).slice(0, 32);
    if ((await deps.records.runs.find(runId)) !== undefined)
      return { outcome: 'started', runId, detail: null };
    const run = await acceptRun(deps, {
      version,
      runId,
      businessKey,
      input,
      requestedBy: occasion.requestedBy ?? `trigger:${trigger.triggerName}`,
    });
    return { outcome: 'started', runId: run.runId, detail: null };
  } catch (error) {
    if (error instanceof TemplateError) return { outcome: 'refused', runId: null, detail: error.message };
    if (error instanceof ApiProblem)
      return {
        outcome: error.code === 'business-key-taken' ? 'skipped' : 'refused',
        runId: null,
        detail: error.message,
      };
    throw error;
  }
}

function isTrue(value: Json): boolean {
  return value !== null && value !== false;
}

/** A business key is a text; a number or an object that an expression gave becomes its JSON. */
function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
