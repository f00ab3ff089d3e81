import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../shared/icons.tsx';
import { SelectInput, SwitchInput, TagsInput, TextInput } from '../form/inputs.tsx';
import { Labelled } from '../form/value-editor.tsx';
import { FIELD_KINDS, type FormField } from '../model/form-schema.ts';

/** Fields of a form one below the other: each opens to its settings, moves, and goes. A table has columns of its own. */
export function FormDesigner({
  id,
  fields,
  onChange,
}: {
  readonly id: string;
  readonly fields: readonly FormField[];
  readonly onChange: (fields: readonly FormField[]) => void;
}) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<number>();
  const replace = (at: number, field: FormField) =>
    onChange(fields.map((each, index) => (index === at ? field : each)));
  const moveBy = (at: number, by: number) => {
    const next = [...fields];
    const [field] = next.splice(at, 1);
    if (field === undefined) return;
    next.splice(at + by, 0, field);
    setOpen(undefined);
    onChange(next);
  };
  const add = () => {
    const taken = new Set(fields.map(({ name }) => name));
    let at = fields.length + 1;
    while (taken.has(`field${at}`)) at += 1;
    setOpen(fields.length);
    onChange([
      ...fields,
      {
        name: `field${at}`,
        title: '',
        help: '',
        kind: 'text',
        isRequired: false,
        choices: [],
        columns: [],
        schema: { type: 'string' },
      },
    ]);
  };
  return (
    <div className="f-rows">
      {fields.map((field, at) => (
        // The name of a field is edited here, so its place is its identity.
        <div key={at} className="f-rule" data-form-field={field.name}>
          <div className="f-rule-parts">
            <button
              type="button"
              className="f-taken"
              aria-expanded={open === at}
              onClick={() => setOpen(open === at ? undefined : at)}
            >
              <span>
                {field.title === '' ? field.name : field.title}
                {field.isRequired ? ' *' : ''}
              </span>
              <span className="quiet small">{t(`fields.flow.kind.${field.kind}`)}</span>
            </button>
            {open === at ? (
              <FieldSettings id={`${id}-${at}`} field={field} onChange={(next) => replace(at, next)} />
            ) : null}
          </div>
          <span>
            <Tool
              label={t('canvas.form.moveUp')}
              icon="undo"
              isDisabled={at === 0}
              onClick={() => moveBy(at, -1)}
              mark="↑"
            />
            <Tool
              label={t('canvas.form.moveDown')}
              icon="redo"
              isDisabled={at === fields.length - 1}
              onClick={() => moveBy(at, 1)}
              mark="↓"
            />
            <Tool
              label={t('canvas.form.remove')}
              icon="trash"
              isDisabled={false}
              onClick={() => {
                setOpen(undefined);
                onChange(fields.filter((_each, index) => index !== at));
              }}
            />
          </span>
        </div>
      ))}
      <button type="button" className="f-add" onClick={add}>
        <Icon name="plus" />
        {t('fields.flow.addField')}
      </button>
    </div>
  );
}

function Tool({
  label,
  icon,
  mark,
  isDisabled,
  onClick,
}: {
  readonly label: string;
  readonly icon: Parameters<typeof Icon>[0]['name'];
  readonly mark?: string;
  readonly isDisabled: boolean;
  readonly onClick: () => void;
}) {
  return (
    <button
      type="button"
      className="tool"
      aria-label={label}
      title={label}
      disabled={isDisabled}
      onClick={onClick}
    >
      {mark === undefined ? <Icon name={icon} /> : <span aria-hidden="true">{mark}</span>}
    </button>
  );
}

function FieldSettings({
  id,
  field,
  onChange,
}: {
  readonly id: string;
  readonly field: FormField;
  readonly onChange: (field: FormField) => void;
}) {
  const { t } = useTranslation();
  const kinds = field.kind === 'other' ? [...FIELD_KINDS, 'other' as const] : FIELD_KINDS;
  return (
    <div>
      <Labelled id={`${id}-title`} label={t('fields.flow.fieldTitle')}>
        <TextInput
          id={`${id}-title`}
          value={field.title}
          onChange={(next) => onChange({ ...field, title: typeof next === 'string' ? next : '' })}
        />
      </Labelled>
      <Labelled id={`${id}-name`} label={t('fields.flow.fieldName')}>
        <TextInput
          id={`${id}-name`}
          isMono
          value={field.name}
          onChange={(next) => {
            if (typeof next === 'string' && /^[A-Za-z_]\w*$/.test(next)) onChange({ ...field, name: next });
          }}
        />
      </Labelled>
      <Labelled id={`${id}-kind`} label={t('fields.flow.fieldKind')}>
        <SelectInput
          id={`${id}-kind`}
          value={field.kind}
          options={kinds.map((kind) => ({ value: kind, label: t(`fields.flow.kind.${kind}`) }))}
          onChange={(next) => onChange({ ...field, kind: kinds.find((kind) => kind === next) ?? 'text' })}
        />
      </Labelled>
      {field.kind === 'choice' ? (
        <Labelled id={`${id}-choices`} label={t('fields.flow.fieldChoices')}>
          <TagsInput
            id={`${id}-choices`}
            isMany
            suggestions={[]}
            value={[...field.choices]}
            onChange={(next) =>
              onChange({
                ...field,
                choices: Array.isArray(next) ? next.filter((each) => typeof each === 'string') : [],
              })
            }
          />
        </Labelled>
      ) : null}
      {field.kind === 'table' ? (
        <Labelled id={`${id}-columns`} label={t('fields.flow.columns')}>
          <FormDesigner
            id={`${id}-columns`}
            fields={field.columns}
            onChange={(columns) => onChange({ ...field, columns })}
          />
        </Labelled>
      ) : null}
      <Labelled id={`${id}-help`} label={t('fields.flow.fieldHelp')}>
        <TextInput
          id={`${id}-help`}
          value={field.help}
          onChange={(next) => onChange({ ...field, help: typeof next === 'string' ? next : '' })}
        />
      </Labelled>
      <Labelled id={`${id}-required`} label={t('fields.flow.fieldRequired')}>
        <SwitchInput
          id={`${id}-required`}
          value={field.isRequired}
          onChange={(next) => onChange({ ...field, isRequired: next === true })}
        />
      </Labelled>
    </div>
  );
}

/** The form as the person who starts a run sees it. */
export function FormPreview({ fields }: { readonly fields: readonly FormField[] }) {
  const { t } = useTranslation();
  return (
    <section className="f-part" aria-label={t('fields.flow.preview')}>
      <h3>{t('fields.flow.preview')}</h3>
      <div className="a-preview">
        {fields.length === 0 ? <p className="quiet">{t('fields.flow.noFields')}</p> : null}
        {fields.map((field) => (
          <div key={field.name} className="f-field">
            <div className="f-label">
              <span className="f-legend">{field.title === '' ? field.name : field.title}</span>
              {field.isRequired ? <span className="f-need">*</span> : null}
            </div>
            <PreviewInput field={field} />
            {field.help === '' ? null : <span className="f-hint">{field.help}</span>}
          </div>
        ))}
      </div>
    </section>
  );
}

function PreviewInput({ field }: { readonly field: FormField }) {
  const { t } = useTranslation();
  const label = field.title === '' ? field.name : field.title;
  switch (field.kind) {
    case 'switch':
      return (
        <SwitchInput id={`preview-${field.name}`} label={label} value={false} onChange={() => undefined} />
      );
    case 'choice':
      return (
        <SelectInput
          id={`preview-${field.name}`}
          label={label}
          value={field.choices[0]}
          options={field.choices.map((choice) => ({ value: choice, label: choice }))}
          onChange={() => undefined}
        />
      );
    case 'table':
      return (
        <table className="table">
          <thead>
            <tr>
              {field.columns.map((column) => (
                <th key={column.name}>{column.title === '' ? column.name : column.title}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr>
              {field.columns.map((column) => (
                <td key={column.name}>{t(`fields.flow.kind.${column.kind}`)}</td>
              ))}
            </tr>
          </tbody>
        </table>
      );
    default:
      return (
        <input className="c-input" aria-label={label} placeholder={t(`fields.flow.kind.${field.kind}`)} />
      );
  }
}
