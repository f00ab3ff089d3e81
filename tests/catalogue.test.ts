import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Check } from 'typebox/schema';
import { describe, expect, it } from 'vitest';
import { fieldMetadata, renderStepIndex, renderStepPage } from '../cli/step-page.ts';
import { PERMISSIONS } from '../domain/access/permissions.ts';
import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts';
import { compileFlow, rehearse, renderProfileSchema } from '../engine/index.ts';
import { catalogue, definitions, findDefinition } from '../steps/index.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const read = (file: string) => readFileSync(`${ROOT}${file}`, 'utf8');

describe.each(definitions.map((definition) => [definition.type, definition] as const))(
  'step %s',
  (type, definition) => {
    it('stands in a file of its name and is found in the catalogue', () => {
      expect(existsSync(`${ROOT}steps/${definition.group}/${type}.ts`)).toBe(true);
      expect(catalogue.find(type, definition.version)?.name).toBe(type);
      expect(definition.version).toMatch(/^\d+\.\d+\.\d+$/);
    });

    it('speaks both languages and knows its permission', () => {
      for (const words of [
        definition.title,
        definition.help,
        ...definition.examples.map((example) => example.title),
      ]) {
        expect(words.zh).toMatch(/[\u4e00-\u9fff]|HTTP|CMDB|OA/);
        expect(words.en).toMatch(/[A-Za-z]/);
      }
      if (definition.permission !== null) expect(PERMISSIONS).toContain(definition.permission);
    });

    it('labels every input field in both languages, with a unit where it is a number', () => {
      const input = definition.input as unknown as JsonObject;
      expect(input.additionalProperties).toBe(false);
      for (const [name, schema] of Object.entries(isJsonObject(input.properties) ? input.properties : {})) {
        const metadata = fieldMetadata(schema);
        expect(metadata?.label.zh, name).toBeTruthy();
        expect(metadata?.label.en, name).toBeTruthy();
        expect(metadata?.help.zh, name).toBeTruthy();
        expect(metadata?.help.en, name).toBeTruthy();
        if (isJsonObject(schema) && (schema.type === 'number' || schema.type === 'integer'))
          expect(metadata?.unit, name).toBeDefined();
      }
    });

    it('has examples that fit its input, and a simulator whose answer fits its output', async () => {
      expect(definition.examples.length).toBeGreaterThan(0);
      for (const example of definition.examples) {
        expect(Check(definition.input, example.input)).toBe(true);
        const answer = definition.simulate(example.input, { nowMs: 0, pointer: '/do/0/step' });
        expect(Check(definition.output, answer)).toBe(true);
        expect(definition.simulate(example.input, { nowMs: 0, pointer: '/do/0/step' })).toEqual(answer);
      }
    });

    it('compiles and rehearses as a flow', async () => {
      const example = definition.examples[0];
      const source = JSON.stringify({
        document: { dsl: '1.0.3', namespace: 'test', name: 'one-step', version: '1.0.0' },
        do: [{ step: { call: `${type}:${definition.version}@default`, with: example?.input } }],
      });
      const { plan, problems } = compileFlow(source, catalogue);
      expect(problems.filter((problem) => problem.severity === 'error')).toEqual([]);
      if (plan === undefined) throw new Error('no plan');
      const rehearsal = await rehearse(
        plan,
        {},
        {
          startAtMs: 0,
          answer: (command, nowMs) => {
            const found = command.kind === 'callFunction' ? findDefinition(command.function) : undefined;
            const input = command.kind === 'callFunction' ? command.input : null;
            return {
              output: (found?.simulate(input, { nowMs, pointer: command.step.pointer }) ?? null) as Json,
            };
          },
        },
      );
      expect(rehearsal.error).toBeNull();
      expect(rehearsal.status).toBe('completed');
    });

    it('has the page that its definition makes', () => {
      expect(read(`docs/steps/${type}.md`)).toBe(renderStepPage(definition));
    });
  },
);

describe('the catalogue as a whole', () => {
  it('has an index page and no page without a step', () => {
    expect(read('docs/steps/README.md')).toBe(renderStepIndex(definitions));
    const pages = readdirSync(`${ROOT}docs/steps`).filter((file) => file !== 'README.md');
    expect(pages.sort()).toEqual(definitions.map((definition) => `${definition.type}.md`).sort());
  });

  it('publishes the profile schema that the engine checks with', () => {
    expect(read('docs/flow-profile.schema.json')).toBe(renderProfileSchema());
  });

  it('ships flows that compile', () => {
    for (const file of readdirSync(`${ROOT}flows`).filter((name) => name.endsWith('.yaml'))) {
      const { plan, problems } = compileFlow(read(`flows/${file}`), catalogue);
      expect(problems, file).toEqual([]);
      expect(plan?.hash, file).toMatch(/^[0-9a-f]{64}$/);
    }
  });
});
