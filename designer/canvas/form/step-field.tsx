import { useTranslation } from 'react-i18next';
import { isJsonObject, type Json } from '../../../domain/json.ts';
import type { Problem } from '../../../engine/types.ts';
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
    case 'json':
      return <JsonInput {...plain} />;
    default:
      return <TextInput {...input} />;
  }
}

/** A reference to a secret: its name is chosen, its value never comes near the page. */
export function SecretInput(input: InputProps) {
  const { t } = useTranslation();
  const { suggestions } = useSurroundings();
  return <SelectInput {...input} options={suggestions.secrets} optional={t('canvas.form.secretName')} />;
}
