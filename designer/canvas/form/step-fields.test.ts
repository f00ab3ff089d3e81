import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../domain/json.ts';
import { definitions } from '../../../steps/index.ts';
import { stepFields } from './step-fields.ts';

const fieldsOf = (type: string) => {
  const definition = definitions.find((each) => each.type === type);
  return Object.fromEntries(
    stepFields(definition?.input as unknown as JsonObject).map((field) => [field.name, field]),
  );
};

describe('the form of a step', () => {
  it('has a field with label and help for every part of every step', () => {
    for (const definition of definitions) {
      const schema = definition.input as unknown as JsonObject;
      const fields = stepFields(schema);
      expect(fields.map(({ name }) => name)).toEqual(Object.keys(schema['properties'] as JsonObject));
      for (const { name, label, widget, choices } of fields) {
        expect(label.zh, `${definition.type}.${name}`).toMatch(/[\u4e00-\u9fff]|[A-Z]{2}/);
        if (widget === 'select') expect(choices.length, `${definition.type}.${name}`).toBeGreaterThan(1);
      }
    }
  });

  it('asks in the way the value is', () => {
    const approval = fieldsOf('approval');
    expect([approval['from']?.widget, approval['from']?.isMany]).toEqual(['people', true]);
    expect(approval['rule']).toMatchObject({
      widget: 'select',
      choices: ['any', 'all', 'at-least'],
      fallback: 'any',
    });
    expect(approval['deadline']?.widget).toBe('duration');
    expect(approval['content']).toMatchObject({ widget: 'map', isRequired: true });
    expect(approval['need']?.widget).toBe('number');
    expect(approval['levels']?.widget).toBe('rows');
    expect(approval['levels']?.row.map(({ name, widget }) => [name, widget])).toEqual([
      ['name', 'text'],
      ['from', 'people'],
      ['rule', 'select'],
      ['need', 'number'],
    ]);
    expect(fieldsOf('http')['method']?.choices).toContain('post');
    expect(fieldsOf('change-window')['name']?.widget).toBe('window');
    expect(fieldsOf('device-collect')['devices']).toMatchObject({ widget: 'device', isMany: true });
  });
});
