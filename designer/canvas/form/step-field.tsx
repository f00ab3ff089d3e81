import { useTranslation } from 'react-i18next';
import { isJsonObject, type Json, type JsonObject } from '../../../domain/json.ts';
import type { Problem } from '../../../engine/types.ts';
import { Icon } from '../../shared/icons.tsx';
import { useSurroundings } from './available.ts';
import {
  AreaInput,
  DurationInput,
  type InputProps,
  JsonInput,
  NumberInput,
  SelectInput,
  SwitchInput,
  TagsInput,
  TextInput,
} from './inputs.tsx';
import { MapInput } from './map-input.tsx';
import type { FieldSpec } from './step-fields.ts';
import { ValueField } from './value-editor.tsx';

/** Words for choices that a step type leaves as names. */
const CHOICE_WORDS = {
  any: 'any',
  all: 'all',
  'at-least': 'atLeast',
  expire: 'expire',
  remind: 'remind',
  escalate: 'escalate',
  raw: 'raw',
  content: 'content',
  response: 'response',
} as const;

const isWorded = (choice: string): choice is keyof typeof CHOICE_WORDS => Object.hasOwn(CHOICE_WORDS, choice);

/** One field of a step's form. */
export function StepField({
  id,
  spec,
  value,
  problems,
  onChange,
}: {
  readonly id: string;
  readonly spec: FieldSpec;
  readonly value: Json | undefined;
  readonly problems: readonly Problem[];
  readonly onChange: (value: Json | undefined) => void;
}) {
  const { t, i18n } = useTranslation();
  const words = (pair: { readonly zh: string; readonly en: string }) =>
    i18n.language === 'en' ? pair.en : pair.zh;
  const fallback = spec.fallback === undefined ? '' : choiceWords(spec.fallback);
  function choiceWords(choice: Json): string {
    const text = typeof choice === 'string' ? choice : JSON.stringify(choice);
    return isWorded(text) ? t(`canvas.choice.${CHOICE_WORDS[text]}`) : text;
  }
  return (
    <ValueField
      id={id}
      label={words(spec.label)}
      help={words(spec.help)}
      {...(spec.unit === undefined ? {} : { unit: words(spec.unit) })}
      isRequired={spec.isRequired}
      problems={problems}
      value={value}
      onChange={onChange}
      literal={
        <LiteralInput
          spec={spec}
          id={id}
          value={value}
          placeholder={
            spec.placeholder !== '' || fallback === ''
              ? spec.placeholder
              : t('canvas.form.default', { value: fallback })
          }
          isInvalid={problems.some(({ severity }) => severity === 'error')}
          onChange={onChange}
          choiceWords={choiceWords}
        />
      }
    />
  );
}

function LiteralInput({
  spec,
  choiceWords,
  ...input
}: InputProps & {
  readonly spec: FieldSpec;
  readonly choiceWords: (choice: Json) => string;
}) {
  const { t } = useTranslation();
  const { suggestions } = useSurroundings();
  const { placeholder = '', ...plain } = input;
  const tags = (kind: 'people' | 'devices' | 'windows', hint: string) => (
    <TagsInput
      {...plain}
      placeholder={placeholder === '' ? hint : placeholder}
      suggestions={suggestions[kind]}
      isMany={spec.isMany}
    />
  );
  switch (spec.widget) {
    case 'number':
      return <NumberInput {...input} />;
    case 'switch':
      return <SwitchInput {...input} value={input.value ?? spec.fallback} />;
    case 'select':
      return (
        <SelectInput
          {...plain}
          options={spec.choices.map((choice) => ({ value: choice, label: choiceWords(choice) }))}
          {...(spec.isRequired
            ? {}
            : { optional: spec.fallback === undefined ? t('canvas.form.optional') : placeholder })}
        />
      );
    case 'people':
      return tags('people', t('canvas.form.people'));
    case 'device':
      return tags('devices', t('canvas.form.device'));
    case 'window':
      return tags('windows', t('canvas.form.window'));
    case 'list':
      return <TagsInput {...input} suggestions={[]} isMany />;
    case 'duration':
      return <DurationInput {...input} />;
    case 'secret':
      return <SecretInput {...plain} />;
    case 'textarea':
      return <AreaInput {...input} />;
    case 'map':
      return isJsonObject(input.value) || input.value === undefined ? (
        <MapInput {...plain} />
      ) : (
        <JsonInput {...plain} />
      );
    case 'rows':
      return <RowsInput {...plain} spec={spec} />;
    case 'json':
      return <JsonInput {...plain} />;
    default:
      return <TextInput {...input} />;
  }
}

/** A list of small forms, one below the other: added, moved and taken out. What is no such list is edited as it is. */
function RowsInput({ id, value, onChange, spec, ...plain }: InputProps & { readonly spec: FieldSpec }) {
  const { t, i18n } = useTranslation();
  if (value !== undefined && !(Array.isArray(value) && value.every(isJsonObject)))
    return <JsonInput {...plain} id={id} value={value} onChange={onChange} />;
  const rows = (value ?? []) as readonly JsonObject[];
  const word = i18n.language === 'en' ? spec.label.en : spec.label.zh;
  const put = (next: readonly JsonObject[]) => onChange(next.length === 0 ? undefined : [...next]);
  const change = (at: number, name: string, next: Json | undefined) =>
    put(
      rows.map((row, index) => {
        if (index !== at) return row;
        const { [name]: _old, ...rest } = row;
        return next === undefined ? rest : { ...rest, [name]: next };
      }),
    );
  const move = (at: number) => {
    const next = [...rows];
    next.splice(at - 1, 0, ...next.splice(at, 1));
    put(next);
  };
  return (
    <div className="f-rows" id={id} role="group" aria-label={word}>
      {rows.map((row, at) => (
        // Rows have no name; their place is what they are.
        <div key={at} className="f-rule" role="group" aria-label={`${word} ${at + 1}`}>
          <div className="f-rule-parts">
            <span className="small quiet">{`${word} ${at + 1}`}</span>
            {spec.row.map((field) => (
              <StepField
                key={field.name}
                id={`${id}-${at}-${field.name}`}
                spec={field}
                value={row[field.name]}
                problems={[]}
                onChange={(next) => change(at, field.name, next)}
              />
            ))}
          </div>
          <span>
            <button
              type="button"
              className="tool"
              disabled={at === 0}
              aria-label={t('canvas.form.moveUp')}
              title={t('canvas.form.moveUp')}
              onClick={() => move(at)}
            >
              ↑
            </button>
            <button
              type="button"
              className="tool"
              disabled={at === rows.length - 1}
              aria-label={t('canvas.form.moveDown')}
              title={t('canvas.form.moveDown')}
              onClick={() => move(at + 1)}
            >
              ↓
            </button>
            <button
              type="button"
              className="tool"
              aria-label={t('canvas.form.takeOut', { what: `${word} ${at + 1}` })}
              title={t('canvas.form.takeOut', { what: `${word} ${at + 1}` })}
              onClick={() => put(rows.filter((_row, index) => index !== at))}
            >
              <Icon name="trash" />
            </button>
          </span>
        </div>
      ))}
      <button type="button" className="tool" onClick={() => put([...rows, {}])}>
        <Icon name="plus" />
        {t('canvas.form.addEntry', { what: word })}
      </button>
    </div>
  );
}

/** A reference to a secret: its name is chosen, its value never comes near the page. */
export function SecretInput(input: InputProps) {
  const { t } = useTranslation();
  const { suggestions } = useSurroundings();
  return <SelectInput {...input} options={suggestions.secrets} optional={t('canvas.form.secretName')} />;
}
