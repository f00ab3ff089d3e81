import { useMutation } from '@tanstack/react-query';
import { Button, Drawer, Input, InputNumber, Segmented, Select, Switch } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Json } from '../../domain/json.ts';
import { parseFlowDocument } from '../../engine/document.ts';
import { ApiError, api } from '../api/client.ts';
import { ProblemNote } from '../shared/parts.tsx';
import { newRequestKey } from '../shared/request-key.ts';
import { exampleInput, type InputField, inputFields, inputSchemaOf } from './input-fields.ts';
import { choiceText, inputOf, parseJson, typedOf, WHOLE_NAME } from './typed-input.ts';

/** Starts a run of one version from its page. */
export function StartDrawer({
  flowName,
  version,
  source,
  isOpen,
  onClose,
}: {
  readonly flowName: string;
  readonly version: string;
  readonly source: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Drawer
      open={isOpen}
      onClose={onClose}
      destroyOnHidden
      size="large"
      title={t('start.title', { flow: flowName, version })}
    >
      {isOpen ? <Form flowName={flowName} version={version} source={source} /> : null}
    </Drawer>
  );
}

interface Started {
  readonly flowName: string;
  readonly version: string;
  readonly source: string;
}

/** What the form holds and does: one key per request, one view at a time, faults at their fields. */
function useStartForm({ flowName, version, source }: Started) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [schema] = useState(() => inputSchemaOf(parseFlowDocument(source).document));
  const fields = inputFields(schema);
  const [form, setForm] = useState(() => typedOf(exampleInput(schema), fields));
  /** The whole input as text while it is written as JSON; undefined while the form is filled in. */
  const [whole, setWhole] = useState(() =>
    fields.length === 0 ? JSON.stringify(exampleInput(schema), null, 2) : undefined,
  );
  const [businessKey, setBusinessKey] = useState('');
  const [key, setKey] = useState(newRequestKey);
  const [faults, setFaults] = useState<readonly string[]>([]);
  const start = useMutation({
    mutationFn: (input: Json) => api.startRun({ flow: flowName, version, businessKey, input }, key),
    onSuccess: ({ runId }) => navigate(`/runs/${runId}`),
  });
  /** Another request is another run: it gets a key of its own. */
  const change = (apply: () => void) => {
    apply();
    setKey(newRequestKey());
    start.reset();
  };
  /** The input as it stands; undefined, with the fault shown, when a part of it is no JSON. */
  const readInput = (): Json | undefined => {
    if (whole !== undefined) {
      const parsed = parseJson(whole);
      setFaults(parsed === undefined ? [WHOLE_NAME] : []);
      return parsed;
    }
    const { input, broken } = inputOf(form.typed, fields, form.others);
    setFaults(broken);
    return broken.length === 0 ? input : undefined;
  };
  const onView = (view: 'form' | 'json') => {
    const input = readInput();
    if (input === undefined) return;
    setWhole(view === 'json' ? JSON.stringify(input, null, 2) : undefined);
    if (view === 'form') setForm(typedOf(input, fields));
  };
  const onSubmit = () => {
    const input = readInput();
    if (input !== undefined) start.mutate(input);
  };
  const faultAt = (name: string) => (faults.includes(name) ? t('start.notJson') : faultOf(start.error, name));
  return {
    fields,
    typed: form.typed,
    whole,
    businessKey,
    start,
    faultAt,
    onView,
    onSubmit,
    onBusinessKey: (text: string) => change(() => setBusinessKey(text)),
    onWhole: (text: Json) => change(() => setWhole(typeof text === 'string' ? text : '')),
    onField: (name: string, value: Json) =>
      change(() => setForm({ ...form, typed: { ...form.typed, [name]: value } })),
  };
}

function Form(started: Started) {
  const { t } = useTranslation();
  const form = useStartForm(started);
  const { fields, typed, whole, start, faultAt } = form;
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        form.onSubmit();
      }}
    >
      <div className="field">
        <label htmlFor="start-key">{t('start.businessKey')}</label>
        <Input
          id="start-key"
          maxLength={200}
          value={form.businessKey}
          onChange={(event) => form.onBusinessKey(event.target.value)}
        />
        <span className="small quiet">{t('start.businessKeyHelp')}</span>
      </div>
      {fields.length === 0 ? null : (
        <div className="field">
          <Segmented
            aria-label={t('start.view')}
            value={whole === undefined ? 'form' : 'json'}
            onChange={form.onView}
            options={[
              { value: 'form' as const, label: t('start.asForm') },
              { value: 'json' as const, label: t('start.asJson') },
            ]}
          />
        </div>
      )}
      {whole !== undefined ? (
        <Field
          field={{ ...WHOLE, help: fields.length === 0 ? '' : t('start.viewHelp') }}
          value={whole}
          fault={faultAt(WHOLE_NAME)}
          onChange={form.onWhole}
        />
      ) : (
        fields.map((field) => (
          <Field
            key={field.name}
            field={field}
            value={typed[field.name]}
            fault={faultAt(field.name)}
            onChange={(value) => form.onField(field.name, value)}
          />
        ))
      )}
      {start.error === null ? null : <ProblemNote error={start.error} />}
      <Button type="primary" htmlType="submit" loading={start.isPending}>
        {t('start.start')}
      </Button>
    </form>
  );
}

/** Stands for the whole input, as of a flow that does not say what it takes. */
const WHOLE: InputField = {
  name: WHOLE_NAME,
  label: 'input',
  help: '',
  isRequired: true,
  kind: 'json',
  choices: [],
};

function Field({
  field,
  value,
  fault,
  onChange,
}: {
  readonly field: InputField;
  readonly value: Json | undefined;
  readonly fault: string;
  readonly onChange: (value: Json) => void;
}) {
  const { t } = useTranslation();
  const id = `start-input-${field.name}`;
  const text = typeof value === 'string' ? value : '';
  return (
    <div className="field">
      <label htmlFor={id}>
        {field.label}
        {field.isRequired ? '' : ` ${t('start.optional')}`}
      </label>
      {field.kind === 'switch' ? (
        <Switch id={id} checked={value === true} onChange={onChange} />
      ) : field.kind === 'number' ? (
        <InputNumber
          id={id}
          value={typeof value === 'number' ? value : null}
          onChange={(number) => onChange(number ?? '')}
        />
      ) : field.kind === 'choice' ? (
        <Select
          id={id}
          allowClear={!field.isRequired}
          value={text === '' ? undefined : text}
          onChange={(choice: string | undefined) => onChange(choice ?? '')}
          options={field.choices.map((choice) => ({ value: choiceText(choice), label: choiceText(choice) }))}
        />
      ) : field.kind === 'json' ? (
        <Input.TextArea
          id={id}
          className="mono"
          spellCheck={false}
          autoSize={{ minRows: 4, maxRows: 24 }}
          value={text}
          onChange={(event) => onChange(event.target.value)}
        />
      ) : (
        <Input id={id} value={text} onChange={(event) => onChange(event.target.value)} />
      )}
      {field.help === '' ? null : <span className="small quiet">{field.help}</span>}
      {fault === '' ? null : (
        <span className="field-error" role="alert">
          {fault}
        </span>
      )}
    </div>
  );
}

/** What the server says of one part of the input, or of something inside it. */
function faultOf(error: Error | null, name: string): string {
  if (!(error instanceof ApiError)) return '';
  const at = name === WHOLE_NAME ? '/input' : `/input/${name}`;
  return error.problems
    .filter(({ pointer }) => pointer === at || pointer.startsWith(`${at}/`))
    .map(({ pointer, message }) => `${pointer.slice('/input/'.length)}: ${message}`)
    .join('; ');
}
