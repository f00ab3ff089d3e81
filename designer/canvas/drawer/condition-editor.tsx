import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Json } from '../../../domain/json.ts';
import { unwrapExpression } from '../../../engine/expression/index.ts';
import { Icon } from '../../shared/icons.tsx';
import { useSurroundings } from '../form/available.ts';
import { AreaInput, SelectInput } from '../form/inputs.tsx';
import { PlainValue } from '../form/map-input.tsx';
import { FieldPicker, findAvailable } from '../form/picker.tsx';
import {
  compileRows,
  type ConditionRow,
  type ConditionRows,
  OPERATORS,
  readRows,
  WITHOUT_VALUE,
} from '../model/conditions.ts';

/** A condition in rows of field, comparison and value; what has no rows is edited as an expression. */
export function ConditionEditor({
  id,
  value,
  onChange,
}: {
  readonly id: string;
  /** As written in the document, with `${ }`. */
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const { t } = useTranslation();
  const source = unwrapExpression(value) ?? value;
  const read = readRows(source);
  const [isText, setText] = useState(false);
  const write = (next: string) => onChange(`\${ ${next} }`);
  if (read === undefined || isText)
    return (
      <div>
        {read === undefined ? <span className="f-hint">{t('canvas.condition.notRows')}</span> : null}
        <AreaInput
          id={id}
          isMono
          label={t('canvas.form.expression')}
          value={source}
          onChange={(text) => {
            if (typeof text === 'string') write(text);
          }}
        />
        {read === undefined ? null : (
          <button type="button" className="f-mode" onClick={() => setText(false)}>
            {t('canvas.condition.asRows')}
          </button>
        )}
      </div>
    );
  return (
    <div className="f-rows">
      <Rows id={id} value={read} onChange={(next) => write(compileRows(next))} />
      <button type="button" className="f-mode" onClick={() => setText(true)}>
        {t('canvas.condition.asText')}
      </button>
    </div>
  );
}

function Rows({
  id,
  value: { join, rows },
  onChange,
}: {
  readonly id: string;
  readonly value: ConditionRows;
  readonly onChange: (value: ConditionRows) => void;
}) {
  const { t } = useTranslation();
  const [isAdding, setAdding] = useState(rows.length === 0);
  const replace = (at: number, row: ConditionRow | undefined) =>
    onChange({ join, rows: rows.flatMap((each, index) => (index === at ? (row ?? []) : each)) });
  return (
    <>
      {rows.length < 2 ? null : (
        <SelectInput
          id={`${id}-join`}
          label={t('canvas.condition.operator')}
          value={join}
          options={(['and', 'or'] as const).map((each) => ({
            value: each,
            label: t(each === 'and' ? 'canvas.condition.all' : 'canvas.condition.any'),
          }))}
          onChange={(next) => onChange({ join: next === 'or' ? 'or' : 'and', rows })}
        />
      )}
      {rows.map((row, at) => (
        // Rows have no identity but their place.
        <Row key={at} id={`${id}-${at}`} row={row} onChange={(next) => replace(at, next)} />
      ))}
      {isAdding ? (
        <FieldPicker
          onPick={(entry) => {
            setAdding(false);
            onChange({
              join,
              rows: [...rows, { field: entry.source, operator: 'eq', value: firstValue(entry.sample) }],
            });
          }}
        />
      ) : (
        <button type="button" className="f-add" onClick={() => setAdding(true)}>
          <Icon name="plus" />
          {t('canvas.condition.add')}
        </button>
      )}
    </>
  );
}

function firstValue(sample: Json | undefined): Json {
  return typeof sample === 'string' || typeof sample === 'number' || typeof sample === 'boolean'
    ? sample
    : '';
}

function Row({
  id,
  row,
  onChange,
}: {
  readonly id: string;
  readonly row: ConditionRow;
  readonly onChange: (row: ConditionRow | undefined) => void;
}) {
  const { t } = useTranslation();
  const { available } = useSurroundings();
  const [isPicking, setPicking] = useState(false);
  const known = findAvailable(available, row.field);
  return (
    <div className="f-rule">
      <div className="f-rule-parts">
        <button
          type="button"
          className="f-taken"
          aria-label={`${t('canvas.condition.field')}: ${known?.label ?? row.field}`}
          onClick={() => setPicking(!isPicking)}
        >
          <span>{known === undefined ? row.field : `${known.from} · ${known.label}`}</span>
          <Icon name="chevron" />
        </button>
        {isPicking ? (
          <FieldPicker
            onPick={(entry) => {
              setPicking(false);
              onChange({ ...row, field: entry.source });
            }}
          />
        ) : null}
        <SelectInput
          id={`${id}-operator`}
          label={t('canvas.condition.operator')}
          value={row.operator}
          options={OPERATORS.map((operator) => ({
            value: operator,
            label: t(`canvas.condition.op.${operator}`),
          }))}
          onChange={(next) => {
            const operator = OPERATORS.find((each) => each === next) ?? 'eq';
            onChange({ ...row, operator, value: valueFor(operator, row.value) });
          }}
        />
        {WITHOUT_VALUE.has(row.operator) ? null : (
          <PlainValue
            id={`${id}-value`}
            label={t('canvas.condition.value')}
            value={row.value}
            onChange={(next) => onChange({ ...row, value: valueFor(row.operator, next ?? '') })}
          />
        )}
      </div>
      <button
        type="button"
        className="tool"
        aria-label={t('canvas.form.remove')}
        title={t('canvas.form.remove')}
        onClick={() => onChange(undefined)}
      >
        <Icon name="trash" />
      </button>
    </div>
  );
}

/** A value that the comparison can take. */
function valueFor(operator: (typeof OPERATORS)[number], value: Json): Json {
  if (WITHOUT_VALUE.has(operator)) return null;
  if (operator === 'lengthGt' || operator === 'lengthEq')
    return typeof value === 'number' && value > 0 ? Math.round(value) : 1;
  return value ?? '';
}
