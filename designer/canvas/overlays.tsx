import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isJsonObject } from '../../domain/json.ts';
import { parseFlowDocument } from '../../engine/document.ts';
import { queries, rowsOf } from '../api/queries.ts';
import { useDesigner, useUi } from './designer-context.ts';
import { ConflictSheet } from './conflict-sheet.tsx';
import { HistorySheet } from './history-sheet.tsx';
import { KEY_SHEET } from './keys.ts';
import type { Saver } from './saving.ts';
import { Sheet } from './sheet.tsx';
import { SubmitSheet } from './submit-sheet.tsx';

/** Whatever lies over the canvas at the moment. */
export function Overlays({ saver }: { readonly saver: Saver }) {
  const overlay = useUi((state) => state.overlay);
  switch (overlay) {
    case 'keys':
      return <KeySheet />;
    case 'import':
      return <ImportSheet />;
    case 'templates':
      return <TemplateSheet />;
    case 'submit':
      return <SubmitSheet saver={saver} />;
    case 'history':
      return <HistorySheet saver={saver} />;
    case 'conflict':
      return <ConflictSheet saver={saver} />;
    default:
      return null;
  }
}

function KeySheet() {
  const { t } = useTranslation();
  return (
    <Sheet title={t('sheets.keys.title')}>
      <dl className="s-keys">
        {KEY_SHEET.map(([keys, name]) => (
          <div key={name}>
            <dt className="mono">{keys}</dt>
            <dd>{t(`sheets.keys.${name}`)}</dd>
          </div>
        ))}
      </dl>
    </Sheet>
  );
}

function ImportSheet() {
  const { t } = useTranslation();
  const { flow, ui } = useDesigner();
  const [text, setText] = useState('');
  const [broken, setBroken] = useState('');
  const apply = () => {
    const { document, problems } = parseFlowDocument(text);
    if (document === undefined) {
      setBroken(t('sheets.importing.broken', { detail: problems[0]?.message ?? '' }));
      return;
    }
    flow.getState().replaceText(text);
    ui.getState().clear();
    ui.getState().set({ overlay: undefined });
  };
  return (
    <Sheet title={t('sheets.importing.title')}>
      <p className="quiet">{t('sheets.importing.text')}</p>
      <textarea
        className="c-input"
        data-mono="true"
        rows={14}
        aria-label={t('sheets.importing.paste')}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <input
        type="file"
        accept=".yaml,.yml,.json"
        aria-label={t('sheets.importing.file')}
        onChange={(event) => {
          void event.target.files?.[0]?.text().then(setText);
        }}
      />
      {broken === '' ? null : (
        <p className="field-error" role="alert">
          {broken}
        </p>
      )}
      <div className="s-foot">
        <Button onClick={() => ui.getState().set({ overlay: undefined })}>
          {t('sheets.importing.cancel')}
        </Button>
        <Button type="primary" disabled={text.trim() === ''} onClick={apply}>
          {t('sheets.importing.apply')}
        </Button>
      </div>
    </Sheet>
  );
}

/** Published flows to begin with: those that are shipped are there from the first day. */
function TemplateSheet() {
  const { t } = useTranslation();
  const { flow, ui } = useDesigner();
  const client = useQueryClient();
  const flows = useInfiniteQuery(queries.flows());
  const use = async (flowName: string, version: string) => {
    const { source } = await client.fetchQuery(queries.flowSource(flowName, version));
    const own = flow.getState().document['document'];
    flow.getState().replaceText(source);
    // A template gives the steps; the flow keeps its own identity.
    for (const field of ['name', 'namespace', 'version', 'title'] as const) {
      const value = isJsonObject(own) ? own[field] : undefined;
      if (typeof value === 'string') flow.getState().edit({ kind: 'set-document', field, value });
    }
    ui.getState().clear();
    ui.getState().set({ overlay: undefined });
  };
  return (
    <Sheet title={t('sheets.templates.title')}>
      <p className="quiet">{t('sheets.templates.text')}</p>
      <div className="s-list">
        {(flows.data === undefined ? [] : rowsOf(flows.data)).map((each) => (
          <button
            key={each.flowName}
            type="button"
            className="f-taken"
            onClick={() => void use(each.flowName, each.version)}
          >
            <span>{each.title}</span>
            <span className="mono quiet small">{each.flowName}</span>
          </button>
        ))}
      </div>
    </Sheet>
  );
}
