import { isJsonObject, type Json, type JsonObject } from '../../../domain/json.ts';
import { member, objectMember, textMember } from '../../../engine/tasks.ts';
import type { StepDefinition } from '../../../steps/define-step.ts';
import { exampleInput } from '../../../engine/example-input.ts';
import { inputSchemaOf } from '../../flows/input-fields.ts';
import type { Available } from '../form/available.ts';
import type { BlockView, FlowIndex, LaneView } from '../view-model.ts';
import { keptName } from './kept.ts';

/** Members of members are offered down to this depth. */
const DEEPEST = 3;
const MOST_PER_SOURCE = 60;

/** Words for where a value comes from. */
export interface ScopeWords {
  readonly input: string;
  readonly previous: string;
  readonly whole: string;
  readonly item: string;
  readonly position: string;
  readonly error: string;
}

/**
 * What a step can use: what the run was started with, kept results of the steps before it (in its lane and in those around it), items of
 * the loops and errors of the blocks it stands in. Samples are what the simulators of the steps answer to their examples.
 */
export function availableTo(
  document: JsonObject,
  index: FlowIndex,
  blockId: string,
  words: ScopeWords,
): Available[] {
  const found: Available[] = inputValues(document, words);
  const entry = index.blocks.get(blockId);
  if (entry === undefined) return found;
  const variables: Available[] = [];
  let at: { block: BlockView; lane: LaneView; index: number } | undefined = entry;
  const before: BlockView[] = [];
  while (at !== undefined) {
    before.unshift(...at.lane.blocks.slice(0, at.index));
    const owner: BlockView | undefined = index.lanes.get(at.lane.id)?.owner;
    if (owner !== undefined) variables.push(...variablesOf(owner, at.lane, words));
    at = owner === undefined ? undefined : index.blocks.get(owner.id);
  }
  return [...found, ...before.flatMap((block) => keptValues(block, words)), ...variables];
}

function inputValues(document: JsonObject, words: ScopeWords): Available[] {
  const schema = inputSchemaOf(document);
  const sample = exampleInput(schema);
  return members('$workflow.input', schema, sample, words.input, words.whole);
}

/** Results that a step, and the steps inside it, keep. */
function keptValues(block: BlockView, words: ScopeWords): Available[] {
  const inner = block.lanes.flatMap((lane) => lane.blocks.flatMap((each) => keptValues(each, words)));
  const name = keptName(block.task);
  if (name === undefined) return inner;
  const { definition } = block;
  // A TypeBox schema is a JSON Schema.
  const schema = definition === undefined ? undefined : (definition.output as unknown as JsonObject);
  return [...members(`$context.${name}`, schema, sampleOf(definition), block.name, words.whole), ...inner];
}

function variablesOf(owner: BlockView, lane: LaneView, words: ScopeWords): Available[] {
  if (lane.kind === 'loop') {
    const each = textMember(owner.task, 'for', 'each') ?? 'item';
    const at = textMember(owner.task, 'for', 'at') ?? 'index';
    return [
      { source: `$${each}`, label: words.item, from: owner.name, sample: undefined },
      { source: `$${at}`, label: words.position, from: owner.name, sample: 0 },
    ];
  }
  if (lane.kind !== 'catch') return [];
  const as = textMember(owner.task, 'catch', 'as') ?? 'error';
  return ['title', 'detail', 'status', 'type'].map((name) => ({
    source: `$${as}.${name}`,
    label: `${words.error} · ${name}`,
    from: owner.name,
    sample: undefined,
  }));
}

function sampleOf(definition: StepDefinition | undefined): Json | undefined {
  const example = definition?.examples[0];
  if (definition === undefined || example === undefined) return undefined;
  try {
    return definition.simulate(example.input, {
      nowMs: Date.parse('2026-11-23T12:30:00Z'),
      pointer: '',
    }) as Json;
  } catch {
    return undefined;
  }
}

function members(
  source: string,
  schema: JsonObject | undefined,
  sample: Json | undefined,
  from: string,
  whole: string,
): Available[] {
  const found: Available[] = [{ source, label: whole, from, sample }];
  walk(source, '', schema, sample, 1);
  return found.slice(0, MOST_PER_SOURCE);

  function walk(
    path: string,
    label: string,
    part: JsonObject | undefined,
    value: Json | undefined,
    depth: number,
  ): void {
    const properties = objectMember(part, 'properties') ?? {};
    const names = new Set([...Object.keys(properties), ...(isJsonObject(value) ? Object.keys(value) : [])]);
    for (const name of names) {
      if (!/^[A-Za-z_]\w*$/.test(name)) continue;
      const inner = objectMember(properties, name);
      const title = textMember(inner, 'title') ?? name;
      const said = label === '' ? title : `${label} · ${title}`;
      const next = member(value, name);
      found.push({ source: `${path}.${name}`, label: said, from, sample: next });
      if (depth < DEEPEST)
        walk(`${path}.${name}`, said, inner, isJsonObject(next) ? next : undefined, depth + 1);
    }
  }
}
