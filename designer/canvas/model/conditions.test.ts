import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../../engine/expression/index.ts';
import { compileRows, type ConditionRow, OPERATORS, readRows, WITHOUT_VALUE } from './conditions.ts';

const field = fc.constantFrom('.status', '$context.plan.devices', '$workflow.input.reason', '.a.b');
const row: fc.Arbitrary<ConditionRow> = fc
  .record({
    field,
    operator: fc.constantFrom(...OPERATORS),
    text: fc.string(),
    number: fc.integer({ min: 1, max: 9_999 }),
  })
  .map(({ field: path, operator, text, number }): ConditionRow => {
    if (WITHOUT_VALUE.has(operator)) return { field: path, operator, value: null };
    return { field: path, operator, value: operator.startsWith('length') ? number : text };
  });

describe('conditions in rows', () => {
  it('become expressions of the language and rows again, whatever is in them', () => {
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 5 }),
        fc.constantFrom('and' as const, 'or' as const),
        (rows, join) => {
          const source = compileRows({ join, rows });
          expect(() => compileExpression(source)).not.toThrow();
          expect(readRows(source)).toEqual({ join: rows.length > 1 ? join : 'and', rows });
        },
      ),
    );
  });

  it('mean what they say', () => {
    const holds = (source: string, input: object) => compileExpression(source).first(input as never);
    const rows = readRows('.n > 3 and (.name | startswith("Gi")) and (.ports | length > 0)');
    expect(rows?.rows.map(({ operator }) => operator)).toEqual(['gt', 'startsWith', 'isNotEmpty']);
    const source = compileRows(rows ?? { join: 'and', rows: [] });
    expect(holds(source, { n: 4, name: 'Gi1/0/1', ports: [1] })).toBe(true);
    expect(holds(source, { n: 4, name: 'Te1', ports: [1] })).toBe(false);
  });

  it('read what shipped flows say and leave the rest as text', () => {
    expect(readRows('$context.approval.decision == "refused"')?.rows).toEqual([
      { field: '$context.approval.decision', operator: 'eq', value: 'refused' },
    ]);
    expect(readRows('.rule == "needs-approval" or .rule == "trading-hours"')?.join).toBe('or');
    expect(readRows('$context.plan.devices | length == 0')?.rows[0]?.operator).toBe('isEmpty');
    for (const source of ['.a == .b', '.a | map(.x) | any', '.a == 1 and .b == 2 or .c', '.entered | not'])
      expect(readRows(source)).toBeUndefined();
  });
});
