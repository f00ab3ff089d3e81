import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isJsonObject, type Json, type JsonObject } from '../../../domain/json.ts';
import { unwrapExpression } from '../../../engine/expression/index.ts';
import { Icon } from '../../shared/icons.tsx';
import type { InputProps } from './inputs.tsx';
import { JsonInput, TextInput } from './inputs.tsx';
import { ValueField } from './value-editor.tsx';

/** Names and values in rows; each value is filled in or taken from an earlier result. */
export function MapInput({ id, value, onChange }: InputProps) {
  const { t } = useTranslation();
  const members = isJsonObject(value) ? value : {};
  const [fresh, setFresh] = useState('');
  const rename = (name: string, next: string) => {
    if (next === '' || next === name || Object.hasOwn(members, next)) return;
    onChange(
      Object.fromEntries(Object.entries(members).map(([key, each]) => [key === name ? next : key, each])),
    );
  };
  const put = (name: string, next: Json | undefined) => onChange({ ...members, [name]: next ?? '' });
  const remove = (name: string) => {
    const rest: JsonObject = { ...members };
    delete rest[name];
    onChange(Object.keys(rest).length === 0 ? undefined : rest);
  };
  const add = () => {
    const name = fresh.trim();
    if (name === '' || Object.hasOwn(members, name)) return;
    setFresh('');
    put(name, '');
  };
  return (
    <div className="f-rows">
      {Object.entries(members).map(([name, each]) => (
        <div key={name} className="f-rule">
          <div className="f-rule-parts">
            <TextInput
              id={`${id}-${name}-name`}
              label={t('canvas.form.name')}
              value={name}
              onChange={(next) => rename(name, typeof next === 'string' ? next : '')}
            />
            <ValueField
              id={`${id}-${name}`}
              label={t('canvas.form.value')}
              value={each}
              onChange={(next) => put(name, next)}
              literal={<PlainValue id={`${id}-${name}`} value={each} onChange={(next) => put(name, next)} />}
            />
          </div>
          <button
            type="button"
            className="tool"
            aria-label={t('canvas.form.takeOut', { what: name })}
            title={t('canvas.form.takeOut', { what: name })}
            onClick={() => remove(name)}
          >
            <Icon name="trash" />
          </button>
        </div>
      ))}
      <div className="f-rule">
        <input
          id={id}
          className="c-input"
          aria-label={t('canvas.form.name')}
          placeholder={t('canvas.form.name')}
          value={fresh}
          onChange={(event) => setFresh(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            add();
          }}
        />
        <button type="button" className="f-add" onClick={add}>
          <Icon name="plus" />
          {t('canvas.form.addRow')}
        </button>
      </div>
    </div>
  );
}

/** A text, number or yes/no in one line; lists and objects as JSON. A text that reads as a number or yes/no becomes one. */
export function PlainValue({ id, value, onChange }: InputProps) {
  const isDeep = typeof value === 'object' && value !== null;
  if (isDeep) return <JsonInput id={id} value={value} onChange={onChange} />;
  return (
    <TextInput
      id={id}
      value={value}
      onChange={(next) => onChange(typeof next === 'string' ? plainOf(next) : next)}
    />
  );
}

function plainOf(text: string): Json {
  if (unwrapExpression(text) !== undefined) return text;
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?\d{1,15}(\.\d{1,9})?$/.test(text) && String(Number(text)) === text ? Number(text) : text;
}
