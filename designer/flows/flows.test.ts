import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseFlowDocument } from '../../engine/document.ts';
import en from '../i18n/en/flows.ts';
import zh from '../i18n/zh-CN/flows.ts';
import { exampleInput } from './example-input.ts';
import { schemaOf } from './input-schema.ts';
import { yamlTokens } from './yaml-tokens.ts';

const shipped = readFileSync(new URL('../../flows/switch-port-provisioning.yaml', import.meta.url), 'utf8');

describe('the input to start from', () => {
  it('holds what the shipped flow requires', () => {
    expect(exampleInput(schemaOf(parseFlowDocument(shipped)))).toEqual({
      requestId: '',
      reason: '',
      ports: [{ device: '', port: '', mode: 'access', adminUp: false }],
    });
  });

  it('takes the examples of the schema first', () => {
    const schema = { type: 'object', examples: [{ day: '2026-11-23' }], required: ['day'] };
    expect(exampleInput(schema)).toEqual({ day: '2026-11-23' });
  });

  it('is an empty object without a schema', () => {
    expect(exampleInput(schemaOf({ document: {} }))).toEqual({});
  });
});

describe('the colouring of YAML', () => {
  it('never changes a line', () => {
    for (const line of shipped.split('\n')) {
      expect(
        yamlTokens(line)
          .map((token) => token.text)
          .join(''),
      ).toBe(line);
    }
  });

  it('knows keys, expressions and comments, and a # inside quotes is none', () => {
    expect(yamlTokens('  - when: "${ .a }" # why').map((token) => token.kind)).toEqual([
      'plain',
      'key',
      'expression',
      'comment',
    ]);
    expect(yamlTokens('title: "a # b"').map((token) => token.kind)).toEqual(['key', 'string']);
  });
});

it('has the same words in both languages', () => {
  expect(Object.keys(zh)).toEqual(Object.keys(en));
});
