import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { changes, type InterpreterChange } from './changes.ts';

const FOLDER = fileURLToPath(new URL('./', import.meta.url));
const code = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'changes.ts')
  .map((file) => readFileSync(`${FOLDER}${file}`, 'utf8'))
  .join('\n');
const all: readonly InterpreterChange[] = changes;

describe('changes of the interpreter', () => {
  it('are numbered without a gap, dated in order, and give their reason', () => {
    expect(all.map(({ number }) => number)).toEqual(all.map((_change, index) => index + 1));
    const dates = all.map(({ date }) => date);
    expect(dates).toEqual(dates.toSorted());
    for (const { date, what, why } of all) {
      expect(date).toMatch(/^\d{4}-\d{2}-\d{2}$/);
      expect(what.length).toBeGreaterThan(20);
      expect(why.length).toBeGreaterThan(20);
    }
  });

  it('with a mark are asked for in the code, each by its own', () => {
    const marks = all.flatMap(({ patch }) => patch ?? []);
    expect(new Set(marks).size).toBe(marks.length);
    for (const mark of marks) expect(code).toContain(`isChanged('${mark}')`);
  });

  it('are made nowhere else: no other workflow code marks a history', () => {
    expect(code).not.toMatch(/\b(?:patched|deprecatePatch)\(/);
  });
});
