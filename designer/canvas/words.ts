import type { TFunction } from 'i18next';
import type { JsonObject } from '../../domain/json.ts';
import type { Words } from '../../steps/define-step.ts';
import { type FieldSpec, stepFields } from './form/step-fields.ts';
import { summaryOf } from './summary.ts';
import type { BlockView, LaneView } from './view-model.ts';

const fieldsOfStep = new Map<string, readonly FieldSpec[]>();

/** Fields of a step's catalogue function; none for other tasks. Derived once per step type. */
export function fieldsOf(block: BlockView): readonly FieldSpec[] {
  const { definition } = block;
  if (definition === undefined) return [];
  const known = fieldsOfStep.get(definition.type);
  if (known !== undefined) return known;
  // A TypeBox schema is a JSON Schema.
  const fields = stepFields(definition.input as unknown as JsonObject);
  fieldsOfStep.set(definition.type, fields);
  return fields;
}

/** The language's word of a pair. */
export function wordOf(words: Words, language: string): string {
  return language === 'en' ? words.en : words.zh;
}

/** The line under a step's name. */
export function doesWords(
  block: BlockView,
  t: TFunction,
  language: string,
  keptBy: ReadonlyMap<string, string>,
): string {
  if (block.note !== '') return block.note.split('\n')[0] ?? '';
  // A switch stands in its group; the line is about the cases, which are the lanes.
  if (block.frame === 'switch')
    return t('canvas.does.switch', { count: block.lanes.filter(({ kind }) => kind === 'case').length });
  const words = summaryOf(block.task, fieldsOf(block), { t, language, keptBy });
  return words === '' ? t('canvas.does.empty') : words;
}

/** What stands over a lane: its condition or role, in words. */
export function laneWords(lane: LaneView, t: TFunction, conditionWords: (when: string) => string): string {
  switch (lane.kind) {
    case 'case':
      return lane.when === undefined || lane.when === ''
        ? lane.name
        : t('canvas.step.lane.if', { what: conditionWords(lane.when) });
    case 'otherwise':
      return t('canvas.step.lane.otherwise');
    case 'branch':
      return lane.name;
    case 'loop':
      return t('canvas.step.lane.loop');
    case 'try':
      return t('canvas.step.lane.try');
    case 'catch':
      return t('canvas.step.lane.catch');
    default:
      return t('canvas.step.lane.do');
  }
}
