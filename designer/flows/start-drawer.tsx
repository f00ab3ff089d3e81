import { useMutation } from '@tanstack/react-query';
import { Button, Drawer, Input, InputNumber, Select, Switch } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { parseFlowDocument } from '../../engine/document.ts';
import { ApiError, api } from '../api/client.ts';
import { ProblemNote } from '../shared/parts.tsx';
import { exampleInput, type InputField, inputFields, inputSchemaOf } from './input-fields.ts';

/** What the person has typed: JSON parts as text, so that half a value is not lost. */
type Typed = Readonly<Record<string, Json>>;

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

function Form({
  flowName,
  version,
  source,
}: {
  readonly flowName: string;
  readonly version: string;
  readonly source: string;
}) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [schema] = useState(() => inputSchemaOf(parseFlowDocument(source).document));
  const fields = inputFields(schema);
  const [typed, setTyped] = useState<Typed>(() => typedOf(exampleInput(schema), fields));
  const [businessKey, setBusinessKey] = useState('');
  const [key, setKey] = useState(newKey);
  const [faults, setFaults] = useState<readonly string[]>([]);
  const start = useMutation({
    mutationFn: (input: Json) => api.startRun({ flow: flowName, version, businessKey, input }, key),
    onSuccess: ({ runId }) => navigate(`/runs/${runId}`),
  });
  /** Another request is another run: it gets a key of its own. */
  const change = (apply: () => void) => {
    apply();
    setKey(newKey());
    start.reset();
  };
  const onSubmit = () => {
    const { input, broken } = inputOf(typed, fields);
    setFaults(broken);
    if (broken.length === 0) start.mutate(input);
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <div className="field">
        <label htmlFor="start-key">{t('start.businessKey')}</label>
        <Input
          id="start-key"
          maxLength={200}
          value={businessKey}
          onChange={(event) => change(() => setBusinessKey(event.target.value))}
        />
        <span className="small quiet">{t('start.businessKeyHelp')}</span>
      </div>
      {(fields.length === 0 ? [WHOLE] : fields).map((field) => (
        <Field
          key={field.name}
          field={field}
          value={typed[field.name]}
          fault={faults.includes(field.name) ? t('start.notJson') : faultOf(start.error, field.name)}
          onChange={(value) => change(() => setTyped({ ...typed, [field.name]: value }))}
        />
      ))}
      {start.error === null ? null : <ProblemNote error={start.error} />}
      <Button type="primary" htmlType="submit" loading={start.isPending}>
        {t('start.start')}
      </Button>
    </form>
  );
}

/** Stands for the whole input of a flow that does not say what it takes. */
const WHOLE: InputField = {
  name: '',
  label: 'input',
  help: '',
  isRequired: false,
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
          options={field.choices.map((choice) => ({ value: shown(choice), label: shown(choice) }))}
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

function shown(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function typedOf(example: Json, fields: readonly InputField[]): Typed {
  if (fields.length === 0) return { '': JSON.stringify(example, null, 2) };
  if (!isJsonObject(example)) return {};
  return Object.fromEntries(
    fields.flatMap((field) => {
      const value = example[field.name];
      if (value === undefined) return [];
      return [[field.name, field.kind === 'json' ? JSON.stringify(value, null, 2) : value]];
    }),
  );
}

/** The input as it is sent: empty optional parts are left out; `broken` names the parts that are not JSON. */
function inputOf(typed: Typed, fields: readonly InputField[]): { input: Json; broken: string[] } {
  const broken: string[] = [];
  const parse = (name: string, text: Json | undefined): Json => {
    try {
      return JSON.parse(typeof text === 'string' ? text : 'null') as Json;
    } catch {
      broken.push(name);
      return null;
    }
  };
  if (fields.length === 0) return { input: parse('', typed['']), broken };
  const input: JsonObject = {};
  for (const field of fields) {
    const value = typed[field.name];
    if (value === undefined || (value === '' && !field.isRequired)) continue;
    if (field.kind === 'json') input[field.name] = parse(field.name, value);
    else if (field.kind === 'choice')
      input[field.name] = field.choices.find((choice) => shown(choice) === value) ?? value;
    else input[field.name] = value;
  }
  return { input, broken };
}

/** What the server says of one part of the input, or of something inside it. */
function faultOf(error: Error | null, name: string): string {
  if (!(error instanceof ApiError)) return '';
  const at = `/input/${name}`;
  const fault = error.problems.find(({ pointer }) => pointer === at || pointer.startsWith(`${at}/`));
  return fault === undefined ? '' : `${fault.pointer.slice('/input/'.length)}: ${fault.message}`;
}

/** Random, and not a browser `randomUUID`, which plain HTTP on another host does not offer. */
function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}
