import { describe, expect, it } from 'vitest';
import { exampleInput, inputFields, inputSchemaOf } from './input-fields.ts';

const SCHEMA = {
  type: 'object',
  required: ['ports', 'requestId'],
  properties: {
    window: { type: 'string' },
    requestId: { type: 'string', title: '申请编号', description: '审批系统的编号' },
    ports: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['mode', 'vlan'],
        properties: { mode: { enum: ['access', 'trunk'] }, vlan: { type: 'integer', minimum: 2 } },
      },
    },
    urgent: { type: 'boolean' },
    speed: { enum: ['auto', '1000'] },
  },
};

describe('the form of a flow’s input', () => {
  it('asks for required parts first, each by its kind and title', () => {
    expect(
      inputFields(SCHEMA).map(({ name, label, kind, isRequired }) => [name, label, kind, isRequired]),
    ).toEqual([
      ['requestId', '申请编号', 'text', true],
      ['ports', 'ports', 'json', true],
      ['window', 'window', 'text', false],
      ['urgent', 'urgent', 'switch', false],
      ['speed', 'speed', 'choice', false],
    ]);
  });

  it('begins with the least that is required', () => {
    expect(exampleInput(SCHEMA)).toEqual({ requestId: '', ports: [{ mode: 'access', vlan: 2 }] });
    expect(exampleInput({ ...SCHEMA, examples: [{ requestId: 'a' }] })).toEqual({ requestId: 'a' });
    expect(exampleInput(undefined)).toEqual({});
  });

  it('finds the schema where the language keeps it', () => {
    expect(inputSchemaOf({ input: { schema: { document: SCHEMA } } })).toBe(SCHEMA);
    expect(inputSchemaOf({ do: [] })).toBeUndefined();
  });
});
