import { everySecondsLimits } from '../domain/calendar/schedule-limits.ts';
import { canonicalJson, isJsonObject, type Json, type JsonObject } from '../domain/json.ts';
import { parseDuration } from './durations.ts';
import { unwrapExpression } from './expression/index.ts';
import { patternExpression } from './listen-plan.ts';
import { joinPointer } from './pointer.ts';
import { errorAt } from './problems.ts';
import { objectMember } from './tasks.ts';
import type { FlowRules, Problem } from './types.ts';

/** A trigger that does what the `schedule` of a document says. */
export interface DocumentTrigger {
  readonly kind: 'schedule' | 'event';
  /** As `api/triggers` takes them. */
  readonly settings: JsonObject;
}

/** The triggers of a document, or what keeps its schedule from being carried out. */
export interface DocumentSchedule {
  readonly triggers: readonly DocumentTrigger[];
  readonly problems: readonly Problem[];
}

const NONE: DocumentSchedule = { triggers: [], problems: [] };
const ON = ['one', 'any'] as const;

/**
 * What the `schedule` of a document asks for. `cron` and `every` become a schedule that starts a run whether or not the last one has
 * ended, with an empty input; `on` becomes an event trigger for each filter, whose runs have the array of the one event as input.
 */
export function documentSchedule(
  document: JsonObject,
  { cronFault }: Pick<FlowRules, 'cronFault'> = {},
): DocumentSchedule {
  const schedule = objectMember(document, 'schedule');
  if (schedule === undefined) return NONE;
  const { cron, every, after, on } = schedule;
  const parts = [
    cron === undefined ? NONE : cronSchedule(cron, cronFault),
    every === undefined ? NONE : everySchedule(every),
    isJsonObject(on) ? eventSchedule(on, schedule['read']) : NONE,
  ];
  const problems = parts.flatMap((part) => part.problems);
  if (after !== undefined)
    problems.push(refused('/schedule/after', 'after: a delay after the last run is not carried out'));
  return { triggers: problems.length > 0 ? [] : parts.flatMap((part) => part.triggers), problems };
}

const refused = (pointer: string, message: string): Problem =>
  errorAt(pointer, 'schedule-not-supported', message);
const refusedAs = (pointer: string, message: string): DocumentSchedule => ({
  triggers: [],
  problems: [refused(pointer, message)],
});

function scheduleTrigger(settings: JsonObject): DocumentSchedule {
  return {
    triggers: [{ kind: 'schedule', settings: { ...settings, overlap: 'allow', input: {} } }],
    problems: [],
  };
}

function cronSchedule(cron: Json, cronFault: FlowRules['cronFault']): DocumentSchedule {
  const fault = typeof cron === 'string' ? cronFault?.(cron) : 'must be text';
  return fault === undefined ? scheduleTrigger({ cron }) : refusedAs('/schedule/cron', `cron: ${fault}`);
}

function everySchedule(every: Json): DocumentSchedule {
  const seconds = (parseDuration(every) ?? Number.NaN) / 1_000;
  const { least, most } = everySecondsLimits;
  if (Number.isInteger(seconds) && seconds >= least && seconds <= most)
    return scheduleTrigger({ everySeconds: seconds });
  return refusedAs(
    '/schedule/every',
    `every: must be whole seconds, from ${least} s to ${most / 86_400} days`,
  );
}

function eventSchedule(on: JsonObject, read: Json | undefined): DocumentSchedule {
  const mode = ON.find((each) => on[each] !== undefined);
  if (mode === undefined)
    return refusedAs(
      '/schedule/on/all',
      'on.all: a run that several events start together is not carried out',
    );
  if (on['until'] !== undefined)
    return refusedAs('/schedule/on/until', 'on.until: each event starts a run of its own');
  const value = on[mode];
  const filters = (Array.isArray(value) ? value : [value]).filter(isJsonObject);
  const at = (index: number): string =>
    mode === 'one' ? '/schedule/on/one' : joinPointer('/schedule/on/any', String(index));
  if (filters.length === 0)
    return refusedAs(at(0), `on.${mode}: a filter with the type of the event is needed`);
  const input: Json = [read === 'envelope' || read === 'raw' ? '${ . }' : '${ .data }'];
  const parts = filters.map((filter, index) => eventTrigger(filter, at(index), input));
  const types = parts.flatMap(({ triggers }) => triggers.map(({ settings }) => settings['type']));
  const problems = parts.flatMap((part) => part.problems);
  if (new Set(types).size < types.length)
    problems.push(
      refused('/schedule/on/any', 'on.any: two filters of one type would start two runs for one event'),
    );
  return { triggers: parts.flatMap(({ triggers }) => triggers), problems };
}

function eventTrigger(filter: JsonObject, pointer: string, input: Json): DocumentSchedule {
  if (filter['correlate'] !== undefined)
    return refusedAs(`${pointer}/correlate`, 'correlate: one event has nothing to be correlated with');
  const { type, ...others } = objectMember(filter, 'with') ?? {};
  const isComputed =
    typeof type === 'string' && unwrapExpression(patternExpression('type', type) ?? type) !== undefined;
  if (typeof type !== 'string' || isComputed)
    return refusedAs(`${pointer}/with/type`, 'type: must be the type of the event, written out');
  const conditions = Object.entries(others).map(([key, wanted]) => conditionOf(key, wanted));
  const settings: JsonObject = {
    type,
    ...(conditions.length === 0 ? {} : { when: conditions.join(' and ') }),
    input,
  };
  return { triggers: [{ kind: 'event', settings }], problems: [] };
}

/** As a listen task judges an event: texts equal or matched, expressions true, those for `data` over the data and others over the whole event. */
function conditionOf(key: string, wanted: Json): string {
  const source =
    typeof wanted === 'string' ? unwrapExpression(patternExpression(key, wanted) ?? wanted) : undefined;
  if (source === undefined) return `.[${JSON.stringify(key)}] == ${canonicalJson(wanted)}`;
  // A comment at the end of an expression must not take the bracket with it.
  return key === 'data' ? `(.data | (${source}\n))` : `(${source}\n)`;
}
