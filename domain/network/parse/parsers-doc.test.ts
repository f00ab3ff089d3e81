import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { isJsonObject, type Json } from '../../json.ts';
import { PARSERS, parseSchemas, plainCommand } from './registry.ts';

const rows = readFileSync(new URL('../../../docs/network/parsers.md', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) =>
    line.split(' | ').map((cell) => [...cell.matchAll(/`([^`]+)`/g)].map((found) => found[1] ?? '')),
  );

it('the document names every row type with its fields, and nothing else', () => {
  const documented = Object.fromEntries(rows.map(([, , type, fields]) => [type?.[0] ?? '', fields ?? []]));
  const fieldsOf = (schema: Json): string[] =>
    isJsonObject(schema) && isJsonObject(schema.properties ?? null)
      ? Object.keys(schema.properties as object)
      : [];
  expect(documented).toEqual(
    Object.fromEntries(Object.entries(parseSchemas).map(([type, schema]) => [type, fieldsOf(schema)])),
  );
});

it('every documented command finds the parser of its row type', () => {
  for (const [platform, command, type] of rows) {
    const plain = plainCommand(
      platform?.[0] ?? '',
      (command?.[0] ?? '').replace(/\[(interface )?X\]/, '$1GE1/0/1').replace('BRIDGE', 'br0'),
    );
    const parser = PARSERS.find((found) => found.platform === platform?.[0] && found.command.test(plain));
    expect(parser?.rowType, plain).toBe(type?.[0]);
  }
});

it('every field says what it is', () => {
  for (const [type, schema] of Object.entries(parseSchemas))
    for (const [field, member] of Object.entries(
      isJsonObject(schema.properties ?? null) ? (schema.properties as object) : {},
    ))
      expect((member as { description?: string }).description, `${type}.${field}`).toBeTruthy();
});
