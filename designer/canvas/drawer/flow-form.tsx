import { useTranslation } from 'react-i18next';
import { isJsonObject } from '../../../domain/json.ts';
import { inputSchemaOf } from '../../flows/input-fields.ts';
import { useDesigner, useFlow } from '../designer-context.ts';
import { documentValue } from '../flow-store.ts';
import { AreaInput, TextInput } from '../form/inputs.tsx';
import { Labelled } from '../form/value-editor.tsx';
import { readForm, writeForm } from '../model/form-schema.ts';
import { FormDesigner, FormPreview } from './form-designer.tsx';

/** Settings of the flow itself, and the form its runs are started with. */
export function FlowForm() {
  const { t } = useTranslation();
  const { flow } = useDesigner();
  const document = useFlow((state) => state.document);
  const problems = useFlow((state) => state.problems);
  const setDocument = (field: 'title' | 'name' | 'version' | 'namespace' | 'summary', value: string) => {
    flow.getState().edit({ kind: 'set-document', field, value }, `document ${field}`);
  };
  const line = (name: 'title' | 'name' | 'version' | 'namespace', label: string, help?: string) => (
    <Labelled
      id={`flow-${name}`}
      label={label}
      {...(help === undefined ? {} : { help })}
      isRequired={name !== 'title'}
      problems={problems.filter(({ pointer }) => pointer === `/document/${name}`)}
    >
      <TextInput
        id={`flow-${name}`}
        isMono={name !== 'title'}
        value={documentValue(document, ['document', name])}
        onChange={(next) => setDocument(name, typeof next === 'string' ? next : '')}
      />
    </Labelled>
  );
  const schema = inputSchemaOf(document);
  const fields = readForm(schema);
  return (
    <>
      {line('title', t('fields.flow.title'))}
      {line('name', t('fields.flow.name'), t('fields.flow.nameHelp'))}
      {line('version', t('fields.flow.version'))}
      {line('namespace', t('fields.flow.namespace'))}
      <Labelled id="flow-summary" label={t('fields.flow.summary')}>
        <AreaInput
          id="flow-summary"
          value={documentValue(document, ['document', 'summary'])}
          onChange={(next) => setDocument('summary', typeof next === 'string' ? next : '')}
        />
      </Labelled>
      <section className="f-part" aria-label={t('fields.flow.startForm')}>
        <h3>{t('fields.flow.startForm')}</h3>
        <p className="w-help">{t('fields.flow.startFormHelp')}</p>
        {fields === undefined ? (
          <p className="w-help">{t('fields.flow.otherSchema')}</p>
        ) : (
          <>
            <FormDesigner
              id="start"
              fields={fields}
              onChange={(next) => {
                if (next.length === 0 && !isJsonObject(schema)) return;
                flow
                  .getState()
                  .edit(
                    { kind: 'set-input-schema', schema: next.length === 0 ? null : writeForm(schema, next) },
                    'start form',
                  );
              }}
            />
            <FormPreview fields={fields} />
          </>
        )}
      </section>
    </>
  );
}
