import { parseScheduleRule, ScheduleRuleError } from '../../domain/calendar/schedule-rule.ts';
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { expressionFault, templateFaults } from '../../engine/index.ts';
import type { TriggerKind } from '../../prisma/records/event-types.ts';

/** One fault of a trigger's settings. */
export interface SettingsProblem {
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}

const EVENT_KEYS = ['type', 'source', 'subject', 'when', 'businessKey', 'input'];
const WEBHOOK_KEYS = ['when', 'businessKey', 'input'];
const SCHEDULE_KEYS = [
  'days',
  'market',
  'at',
  'dayOffset',
  'cron',
  'timeZone',
  'overlap',
  'catchUpMinutes',
  'input',
];

/**
 * Checks the settings of a trigger before they are stored; gives all faults. Schedules: `domain/calendar/schedule-rule.ts`, with
 * `input` over `{tradingDay, date, firedAt}`. Events and webhooks: `when`, `businessKey` and `input` over the event or the body.
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
  const { input } = settings;
  return input === undefined || (isJsonObject(input) && Object.keys(input).length === 0) ? preset : input;
}

function fault(pointer: string, message: string): SettingsProblem {
  return { pointer: `/settings${pointer}`, code: 'setting-not-valid', message };
}
