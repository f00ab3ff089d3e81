import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseFlowDocument } from '../../../engine/document.ts';
import { inputSchemaOf } from '../../flows/input-fields.ts';
import { readForm, writeForm } from './form-schema.ts';

describe('a start form', () => {
  it('is read from every shipped flow and written back without a loss', () => {
    const folder = new URL('../../../flows/', import.meta.url);
    const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) {
      const schema = inputSchemaOf(parseFlowDocument(readFileSync(new URL(file, folder), 'utf8')).document);
      const fields = readForm(schema);
      expect(fields, file).toBeDefined();
      expect(writeForm(schema, fields ?? []), file).toEqual(schema ?? expect.anything());
    }
  });

  it('drops what a kind said when the kind changes, and keeps the words', () => {
    const [field] =
      readForm({ type: 'object', properties: { a: { type: 'string', pattern: '^x', title: '甲' } } }) ?? [];
    if (field === undefined) throw new Error('no field');
    expect(writeForm(undefined, [{ ...field, kind: 'integer', isRequired: true }])).toEqual({
      type: 'object',
      additionalProperties: false,
      required: ['a'],
      properties: { a: { type: 'integer', title: '甲' } },
    });
  });

  it('is none for a schema that is no object', () => {
    expect(readForm({ type: 'array' })).toBeUndefined();
    expect(readForm(undefined)).toEqual([]);
  });
});
