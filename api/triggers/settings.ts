import { parseScheduleRule, ScheduleRuleError } from '../../domain/calendar/schedule-rule.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import { expressionFault, templateFaults } from '../../engine/index.ts';
import type { TriggerKind } from '../../prisma/records/event-types.ts';

/** One fault of a trigger's settings. */
export interface SettingsProblem {
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}

const EVENT_KEYS = ['type', 'source', 'subject', 'when', 'businessKey', 'input'];
const WEBHOOK_KEYS = ['format', 'secretRefs', 'when', 'businessKey', 'input'];
const WEBHOOK_FORMATS = ['json', 'alertmanager', 'cloudevents'];
const WEBHOOK_SECRET = /^webhook\/[a-z0-9][a-z0-9/._-]{0,90}#v[1-9][0-9]{0,5}$/;
const MOST_SECRETS = 3;
const SCHEDULE_KEYS = [
  'days',
  'market',
  'at',
  'dayOffset',
  'cron',
  'everySeconds',
  'timeZone',
  'overlap',
  'catchUpMinutes',
  'input',
];

/**
 * Checks the settings of a trigger before they are stored; gives all faults. Schedules: `domain/calendar/schedule-rule.ts`, with
 * `input` over `{tradingDay, date, firedAt}`. Events and webhooks: `when`, `businessKey` and `input` over the event or the body; a webhook
 * also `format` and `secretRefs`, of which several sign while one is being changed.
 */
export function settingsProblems(kind: TriggerKind, settings: JsonObject): SettingsProblem[] {
  const keys = kind === 'schedule' ? SCHEDULE_KEYS : kind === 'event' ? EVENT_KEYS : WEBHOOK_KEYS;
  const problems: SettingsProblem[] = Object.keys(settings)
    .filter((key) => !keys.includes(key))
    .map((key) => fault(`/${key}`, `is not a setting of a ${kind} trigger; settings: ${keys.join(', ')}`));
  if (settings['input'] !== undefined)
    problems.push(
      ...templateFaults(settings['input'], '/input').map(({ pointer, message }) => fault(pointer, message)),
    );
  if (kind === 'schedule') return [...problems, ...scheduleProblems(settings)];
  if (kind === 'event') problems.push(...eventProblems(settings));
  if (kind === 'webhook') problems.push(...webhookProblems(settings));
  for (const key of ['when', 'businessKey'] as const) {
    const value = settings[key];
    if (value === undefined) continue;
    const wrong = typeof value === 'string' ? expressionFault(value, `/${key}`) : undefined;
    if (typeof value !== 'string') problems.push(fault(`/${key}`, 'must be an expression as a text'));
    else if (wrong !== undefined) problems.push(fault(wrong.pointer, wrong.message));
  }
  return problems;
}

function eventProblems(settings: JsonObject): SettingsProblem[] {
  const problems: SettingsProblem[] = [];
  if (typeof settings['type'] !== 'string' || settings['type'] === '')
    problems.push(fault('/type', 'must be the CloudEvents type to react to'));
  for (const key of ['source', 'subject'] as const) {
    if (settings[key] !== undefined && typeof settings[key] !== 'string')
      problems.push(fault(`/${key}`, 'must be a text'));
  }
  return problems;
}

function webhookProblems({ format, secretRefs }: JsonObject): SettingsProblem[] {
  const problems: SettingsProblem[] = [];
  if (format !== undefined && !(typeof format === 'string' && WEBHOOK_FORMATS.includes(format)))
    problems.push(fault('/format', `must be one of ${WEBHOOK_FORMATS.join(', ')}`));
  const isList = Array.isArray(secretRefs) && secretRefs.length > 0 && secretRefs.length <= MOST_SECRETS;
  const areReferences =
    isList && secretRefs.every((each) => typeof each === 'string' && WEBHOOK_SECRET.test(each));
  if (secretRefs !== undefined && !areReferences)
    problems.push(fault('/secretRefs', `must be 1 to ${MOST_SECRETS} references such as webhook/oa#v1`));
  return problems;
}

function scheduleProblems(settings: JsonObject): SettingsProblem[] {
  try {
    parseScheduleRule(settings);
    return [];
  } catch (error) {
    if (!(error instanceof ScheduleRuleError)) throw error;
    return error.problems.map(({ pointer, message }) => fault(pointer, message));
  }
}

/** A text setting, or undefined. */
export function textSetting(settings: JsonObject, key: string): string | undefined {
  const value = settings[key];
  return typeof value === 'string' ? value : undefined;
}

/** The `input` setting, with a default. */
export function inputSetting(settings: JsonObject, preset: Json): Json {
  return settings['input'] ?? preset;
}

function fault(pointer: string, message: string): SettingsProblem {
  return { pointer: `/settings${pointer}`, code: 'setting-not-valid', message };
}
