import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Json } from '../../../domain/json.ts';
import { Icon } from '../../shared/icons.tsx';
import { DURATION_UNITS, type DurationUnit, joinDuration, splitDuration } from './duration.ts';

/** What every input takes. `onChange(undefined)` takes the value out of the document. */
export interface InputProps {
  readonly id: string;
  readonly value: Json | undefined;
  readonly placeholder?: string;
  readonly label?: string;
  readonly isInvalid?: boolean;
  readonly onChange: (value: Json | undefined) => void;
}

const IDLE_MS = 350;

/**
 * A text while it is typed: handed on when the person pauses, leaves the field or presses Enter, so that one entry is one change of the
 * document. A value that changes from outside replaces what is shown.
 */
export function useDraftText(value: string, commit: (text: string) => void) {
  const [typed, setTyped] = useState<string>();
  const waiting = useRef<string | undefined>(undefined);
  const latest = useRef(commit);
  useEffect(() => {
    latest.current = commit;
  });
  const flush = () => {
    const text = waiting.current;
    waiting.current = undefined;
    setTyped(undefined);
    if (text !== undefined) latest.current(text);
  };
  useEffect(() => {
    if (typed === undefined) return undefined;
    const timer = setTimeout(() => {
      const text = waiting.current;
      waiting.current = undefined;
      if (text !== undefined) latest.current(text);
    }, IDLE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  useEffect(
    () => () => {
      const text = waiting.current;
      waiting.current = undefined;
      if (text !== undefined) latest.current(text);
    },
    [],
  );
  return {
    text: typed ?? value,
    onType: (next: string) => {
      waiting.current = next;
      setTyped(next);
    },
    flush,
  };
}

/** One line of text. An emptied field leaves the document. */
export function TextInput({
  id,
  value,
  placeholder,
  label,
  isInvalid,
  onChange,
  isMono,
}: InputProps & { readonly isMono?: boolean }) {
  const draft = useDraftText(
    typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value),
    (text) => onChange(text === '' ? undefined : text),
  );
  return (
    <input
      id={id}
      className="c-input"
      data-mono={isMono ?? false}
      aria-label={label}
      aria-invalid={isInvalid ?? false}
      placeholder={placeholder}
      value={draft.text}
      onChange={(event) => draft.onType(event.target.value)}
      onBlur={draft.flush}
      onKeyDown={(event) => {
        if (event.key === 'Enter') draft.flush();
      }}
    />
  );
}

/** Several lines. */
export function AreaInput({
  id,
  value,
  placeholder,
  label,
  isInvalid,
  onChange,
  rows = 3,
  isMono,
}: InputProps & { readonly rows?: number; readonly isMono?: boolean }) {
  const draft = useDraftText(typeof value === 'string' ? value : '', (text) =>
    onChange(text === '' ? undefined : text),
  );
  return (
    <textarea
      id={id}
      className="c-input"
      data-mono={isMono ?? false}
      aria-label={label}
      aria-invalid={isInvalid ?? false}
      rows={rows}
      spellCheck={false}
      placeholder={placeholder}
      value={draft.text}
      onChange={(event) => draft.onType(event.target.value)}
      onBlur={draft.flush}
    />
  );
}

/** A number; what is no number is not handed on. */
export function NumberInput({ id, value, placeholder, label, isInvalid, onChange }: InputProps) {
  const draft = useDraftText(typeof value === 'number' ? String(value) : '', (text) => {
    if (text === '') onChange(undefined);
    else if (Number.isFinite(Number(text))) onChange(Number(text));
  });
  return (
    <input
      id={id}
      className="c-input c-number"
      inputMode="decimal"
      aria-label={label}
      aria-invalid={isInvalid === true || (draft.text !== '' && !Number.isFinite(Number(draft.text)))}
      placeholder={placeholder}
      value={draft.text}
      onChange={(event) => draft.onType(event.target.value)}
      onBlur={draft.flush}
    />
  );
}

/** Yes or no. */
export function SwitchInput({ id, value, label, onChange }: InputProps) {
  const { t } = useTranslation();
  const isOn = value === true;
  return (
    <button
      id={id}
      type="button"
      role="switch"
      aria-checked={isOn}
      aria-label={label}
      className="c-switch"
      onClick={() => onChange(!isOn)}
    >
      <span className="c-switch-knob" />
      <span>{t(isOn ? 'canvas.form.yes' : 'canvas.form.no')}</span>
    </button>
  );
}

/** One of some choices. `optional` offers to leave it open, which takes the value out of the document. */
export function SelectInput({
  id,
  value,
  label,
  isInvalid,
  onChange,
  options,
  optional,
}: InputProps & {
  readonly options: ReadonlyArray<{ readonly value: string; readonly label: string }>;
  readonly optional?: string;
}) {
  const current = typeof value === 'string' ? value : '';
  const isKnown = current === '' || options.some((option) => option.value === current);
  return (
    <span className="c-select">
      <select
        id={id}
        className="c-input"
        aria-label={label}
        aria-invalid={isInvalid ?? false}
        value={current}
        onChange={(event) => onChange(event.target.value === '' ? undefined : event.target.value)}
      >
        {optional !== undefined || current === '' ? <option value="">{optional ?? ''}</option> : null}
        {isKnown ? null : <option value={current}>{current}</option>}
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <Icon name="chevron" />
    </span>
  );
}

/** A length of time: an amount and a unit. */
export function DurationInput({ id, value, label, isInvalid, onChange }: InputProps) {
  const { t } = useTranslation();
  const split = splitDuration(value);
  const [unit, setUnit] = useState<DurationUnit>(split?.unit ?? 'minutes');
  const shown = split?.unit ?? unit;
  return (
    <span className="c-row">
      <NumberInput
        id={id}
        {...(label === undefined ? {} : { label })}
        isInvalid={isInvalid === true || (value !== undefined && value !== null && split === undefined)}
        value={split?.amount}
        onChange={(amount) =>
          onChange(typeof amount === 'number' && amount >= 0 ? joinDuration(amount, shown) : undefined)
        }
      />
      <SelectInput
        id={`${id}-unit`}
        label={t('canvas.form.unit')}
        value={shown}
        options={DURATION_UNITS.map((each) => ({ value: each, label: t(`canvas.unit.${each}`) }))}
        onChange={(next) => {
          const chosen = DURATION_UNITS.find((each) => each === next) ?? 'minutes';
          setUnit(chosen);
          if (split !== undefined) onChange(joinDuration(split.amount, chosen));
        }}
      />
    </span>
  );
}

/** Several texts as tokens, with suggestions. Enter or a comma adds, Backspace in the empty field takes the last one out. */
export function TagsInput({
  id,
  value,
  placeholder,
  label,
  isInvalid,
  onChange,
  suggestions,
  isMany,
}: InputProps & {
  readonly suggestions: ReadonlyArray<{ readonly value: string; readonly label: string }>;
  readonly isMany: boolean;
}) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const list = useId();
  const tokens = (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]).map(
    (each) => (typeof each === 'string' ? each : JSON.stringify(each)),
  );
  const hand = (next: readonly string[]) =>
    onChange(next.length === 0 ? undefined : isMany ? [...next] : (next[0] ?? undefined));
  const add = (entry: string) => {
    const token = suggestions.find((each) => each.label === entry)?.value ?? entry.trim();
    setText('');
    if (token !== '' && !tokens.includes(token)) hand(isMany ? [...tokens, token] : [token]);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if ((event.key === 'Enter' || event.key === ',') && text.trim() !== '') {
      event.preventDefault();
      add(text);
    } else if (event.key === 'Backspace' && text === '' && tokens.length > 0) hand(tokens.slice(0, -1));
  };
  return (
    <span className="c-input c-tags" data-invalid={isInvalid ?? false}>
      {tokens.map((token) => (
        <span key={token} className="c-tag">
          {suggestions.find((each) => each.value === token)?.label ?? token}
          <button
            type="button"
            aria-label={t('canvas.form.takeOut', { what: token })}
            onClick={() => hand(tokens.filter((each) => each !== token))}
          >
            <Icon name="cross" />
          </button>
        </span>
      ))}
      <input
        id={id}
        aria-label={label}
        list={list}
        placeholder={tokens.length === 0 ? placeholder : ''}
        value={text}
        onChange={(event) => {
          const next = event.target.value;
          if (suggestions.some((each) => each.label === next)) add(next);
          else setText(next);
        }}
        onBlur={() => {
          if (text.trim() !== '') add(text);
        }}
        onKeyDown={onKeyDown}
      />
      <datalist id={list}>
        {suggestions
          .filter((each) => !tokens.includes(each.value))
          .map((each) => (
            <option key={each.value} value={each.label} />
          ))}
      </datalist>
    </span>
  );
}

/** Any value as JSON text; half a value stays in the field and is not handed on. */
export function JsonInput({
  id,
  value,
  label,
  isInvalid,
  onChange,
  rows = 4,
}: InputProps & { readonly rows?: number }) {
  const { t } = useTranslation();
  const [isBroken, setBroken] = useState(false);
  const draft = useDraftText(value === undefined ? '' : JSON.stringify(value, null, 2), (text) => {
    if (text.trim() === '') {
      setBroken(false);
      onChange(undefined);
      return;
    }
    try {
      const parsed = JSON.parse(text) as Json;
      setBroken(false);
      onChange(parsed);
    } catch {
      setBroken(true);
    }
  });
  return (
    <>
      <textarea
        id={id}
        className="c-input"
        data-mono="true"
        aria-label={label}
        aria-invalid={isBroken || (isInvalid ?? false)}
        rows={rows}
        spellCheck={false}
        value={draft.text}
        onChange={(event) => draft.onType(event.target.value)}
        onBlur={draft.flush}
      />
      {isBroken ? (
        <span className="field-error" role="alert">
          {t('canvas.form.notJson')}
        </span>
      ) : null}
    </>
  );
}
