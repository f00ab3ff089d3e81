import { useTranslation } from 'react-i18next';
import { unwrapExpression } from '../../../engine/expression/index.ts';
import { readRows, WITHOUT_VALUE } from '../model/conditions.ts';

/** Says a condition in words; one that has no rows is said as it is written. */
export function useConditionWords(): (when: string) => string {
  const { t } = useTranslation();
  return (when) => {
    const source = unwrapExpression(when) ?? when;
    const read = readRows(source);
    if (read === undefined) return source;
    if (read.rows.length === 0) return t('canvas.condition.unset');
    return read.rows
      .map(({ field, operator, value }) => {
        const name = field.replace(/^\$(?:context|workflow\.input)\./, '').replace(/^\./, '');
        const shown = WITHOUT_VALUE.has(operator)
          ? ''
          : typeof value === 'string'
            ? value
            : JSON.stringify(value);
        return `${name} ${t(`canvas.condition.op.${operator}`)} ${shown}`.trim();
      })
      .join(` ${t(`canvas.condition.${read.join}`)} `);
  };
}
