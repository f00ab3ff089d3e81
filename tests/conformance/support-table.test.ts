import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { supportRows } from '../../cli/support-rows.ts';
import { refusalOf, withSupportTable } from '../../cli/support-table.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(`${ROOT}${path}`, 'utf8');

/** What each sample that is not executed is refused for. The code decides; this list is the promise it is held to. */
const PROMISED: Readonly<Record<string, string>> = {
  'scripts from an address': 'external-resource',
  '`call: asyncapi`': 'asyncapi-not-supported',
  '`call: grpc`': 'grpc-not-supported',
  '`call: a2a`': 'a2a-not-supported',
  '`call: mcp`': 'mcp-not-supported',
  '`run: container`': 'container-not-supported',
  'functions from other catalogues': 'remote-catalog',
  '`schedule` with `after`, or on all of several events': 'schedule-not-supported',
  'schemas from an address': 'external-resource',
  'loose mode': 'loose-mode',
  'other expression languages': 'expression-language',
  '`$secrets` in expressions': 'secret-in-expression',
};

/** What is executed only where it is switched on. */
const SWITCHED = new Set(['`run: shell`', '`run: script` in JavaScript', '`run: script` in Python']);

describe('support table of the flow language', () => {
  it.each(supportRows.map((row) => [row.what, row] as const))(
    '%s',
    (what, { document, proof, isSwitched }) => {
      const promised = PROMISED[what];
      expect(refusalOf(document)).toEqual(promised === undefined ? [] : [promised]);
      expect(isSwitched === true).toBe(SWITCHED.has(what));
      if (SWITCHED.has(what)) expect(refusalOf(document, {})).toEqual(['script-not-enabled']);
      expect(read(proof.file), `${proof.file} has “${proof.name}”`).toContain(proof.name);
    },
  );

  it('is in the page as `npm run docs` writes it', () => {
    const page = read('docs/flow-language.md');
    expect(withSupportTable(page)).toBe(page);
  });
});
