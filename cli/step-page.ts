import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts';
import type { FieldMetadata, StepDefinition } from '../steps/define-step.ts';

const EFFECTS: Readonly<Record<StepDefinition['effect'], string>> = {
  K: 'keyed: repeats carry the same key, so the receiver sees one effect',
  R: 'readable: after a fault the state is read first, and only then repeated',
  N: 'neither: at most once; an unclear outcome becomes UNKNOWN and goes to a person',
  none: 'none: nothing outside changes',
};

/** The documentation page of a step type, made from its definition alone. */
export function renderStepPage(definition: StepDefinition): string {
  const { type, version, title, help, effect, run, permission, controlled } = definition;
  const carriedOut =
    run.kind === 'primitive'
      ? `by the run itself (${run.primitive})`
      : `activity \`${run.activity}\` on queue \`${run.queue}\``;
  return [
    `# ${title.zh} · ${title.en}`,
    '',
    `\`call: ${type}:${version}@default\``,
    '',
    help.zh,
    '',
    help.en,
    '',
    '| | |',
    '|---|---|',
    `| effect class | ${EFFECTS[effect]} |`,
    `| carried out | ${carriedOut} |`,
    `| permission to publish | ${permission ?? 'none'} |`,
    `| controlled | ${controlled ? 'yes: never skipped or force-passed' : 'no'} |`,
    '',
    '## Input',
    '',
    ...fieldTable(definition.input as unknown as JsonObject),
    '',
    '## Example',
    '',
    ...definition.examples.flatMap((example) => [
      `${example.title.zh} · ${example.title.en}`,
      '',
      '```json',
      JSON.stringify(example.input, null, 2),
      '```',
      '',
    ]),
    '## Output',
    '',
    '```json',
    JSON.stringify(definition.output, null, 2),
    '```',
    '',
  ].join('\n');
}

/** The index page of the catalogue. */
export function renderStepIndex(definitions: readonly StepDefinition[]): string {
  const rows = definitions.map(
    ({ type, version, title, group }) =>
      `| [${type}](${type}.md) | ${version} | ${group} | ${title.zh} | ${title.en} |`,
  );
  return [
    '# Step types',
    '',
    'Made from `steps/` by `npm run docs`; a test keeps it equal.',
    '',
    '| step | version | group | 中文 | English |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

/** Metadata of an input field, undefined where it is missing. */
export function fieldMetadata(schema: Json | undefined): FieldMetadata | undefined {
  const metadata = isJsonObject(schema) ? schema['x-field'] : undefined;
  return isJsonObject(metadata) ? (metadata as unknown as FieldMetadata) : undefined;
}

function fieldTable(input: JsonObject): string[] {
  const properties = isJsonObject(input.properties) ? input.properties : {};
  const required = Array.isArray(input.required) ? input.required : [];
  const rows = Object.entries(properties).map(([name, schema]) => {
    const metadata = fieldMetadata(schema);
    return `| \`${name}\` | ${required.includes(name) ? 'yes' : 'no'} | ${metadata?.label.zh ?? ''} · ${metadata?.label.en ?? ''} | ${metadata?.help.zh ?? ''} · ${metadata?.help.en ?? ''} |`;
  });
  return ['| field | required | label | meaning |', '|---|---|---|---|', ...rows];
}
