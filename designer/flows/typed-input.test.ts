import { describe, expect, it } from 'vitest';
import { inputFields } from './input-fields.ts';
import { inputOf, parseJson, typedOf } from './typed-input.ts';

const fields = inputFields({
  type: 'object',
  required: ['requestId', 'ports'],
  properties: {
    requestId: { type: 'string' },
    ports: { type: 'array' },
    speed: { enum: ['auto', 1000] },
    note: { type: 'string' },
    urgent: { type: 'boolean' },
  },
});

describe('what is typed into the form of a start', () => {
  it('goes from an input to the form and back without a change', () => {
    const input = {
      requestId: 'r-1',
      ports: [{ vlan: 20 }],
      speed: 1000,
      urgent: false,
      extra: { kept: [1] },
    };
    const { typed, others } = typedOf(input, fields);
    expect(typed['speed']).toBe('1000');
    expect(others).toEqual({ extra: { kept: [1] } });
    expect(inputOf(typed, fields, others)).toEqual({ input, broken: [] });
  });

  it('leaves empty optional parts out and keeps empty required ones for the check to name', () => {
    const { input } = inputOf({ requestId: '', ports: '[]', note: '', speed: '' }, fields, {});
    expect(input).toEqual({ requestId: '', ports: [] });
  });

  it('names every part that is no JSON', () => {
    expect(inputOf({ requestId: 'r', ports: '[{' }, fields, {})).toEqual({
      input: { requestId: 'r' },
      broken: ['ports'],
    });
    expect(parseJson('{"a":1}')).toEqual({ a: 1 });
    expect(parseJson('null')).toBeNull();
    expect(parseJson('')).toBeUndefined();
  });
});
