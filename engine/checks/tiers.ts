import { isJsonObject, type JsonObject } from '../../domain/json.ts';
import { joinPointer } from '../pointer.ts';
import { errorAt } from '../problems.ts';
import { foreignCalls } from '../profile-tasks.ts';
import { member, textMember } from '../tasks.ts';
import type { Problem } from '../types.ts';
import type { TaskView } from '../walk.ts';
import type { Check } from './check.ts';

/** Parts of the language outside the profile (tier C), each with its own code. */
export const checkTiers: Check = ({ document, tasks }) => {
  const problems: Problem[] = [];
  const catalogs = member(document, 'use', 'catalogs');
  if (isJsonObject(catalogs)) {
    for (const name of Object.keys(catalogs)) {
      problems.push(
        errorAt(
          joinPointer('/use/catalogs', name),
          'remote-catalog',
          `catalogue ${name}: functions come from this installation only`,
        ),
      );
    }
  }
  if (textMember(document, 'evaluate', 'mode') === 'loose') {
    problems.push(errorAt('/evaluate/mode', 'loose-mode', 'expressions are evaluated in strict mode only'));
  }
  const language = textMember(document, 'evaluate', 'language');
  if (language !== undefined && language !== 'jq') {
    problems.push(
      errorAt(
        '/evaluate/language',
        'expression-language',
        `expressions are written in jq, not in ${language}`,
      ),
    );
  }
  problems.push(...schemasOf(document, ''));
  for (const view of tasks) problems.push(...ofTask(view), ...schemasOf(view.task, view.pointer));
  return problems;
};

function ofTask({ task, pointer }: TaskView): Problem[] {
  const call = textMember(task, 'call');
  const foreign = foreignCalls.find((name) => name === call);
  if (foreign !== undefined)
    return [
      errorAt(`${pointer}/call`, `${foreign}-not-supported`, `call: ${foreign} is not part of this profile`),
    ];
  if (member(task, 'run', 'container') !== undefined) {
    return [
      errorAt(
        `${pointer}/run/container`,
        'container-not-supported',
        'run: container is not part of this profile',
      ),
    ];
  }
  return [];
}

/** Schemas stand in the document, as JSON Schema: nothing is fetched at run time. */
function schemasOf(owner: JsonObject, base: string): Problem[] {
  return ['input', 'output', 'export'].flatMap((key): Problem[] => {
    const schema = member(owner, key, 'schema');
    if (!isJsonObject(schema)) return [];
    const pointer = `${base}/${key}/schema`;
    const problems: Problem[] = [];
    if (schema['resource'] !== undefined) {
      problems.push(
        errorAt(
          `${pointer}/resource`,
          'external-resource',
          'a schema stands in the document, it is not fetched',
        ),
      );
    } else if (!isJsonObject(schema['document'])) {
      problems.push(errorAt(`${pointer}/document`, 'bad-schema', 'an inline schema is a JSON Schema object'));
    }
    const format = textMember(schema, 'format');
    if (format !== undefined && !/^json(:.*)?$/.test(format)) {
      problems.push(errorAt(`${pointer}/format`, 'schema-format', `schemas are JSON Schema, not ${format}`));
    }
    return problems;
  });
}
