import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { changeSentences, diffFlows } from '../../engine/diff/index.ts';
import { parseFlowDocument } from '../../engine/document.ts';
import { useNow } from '../shared/clock.ts';
import { Loading, ProblemNote } from '../shared/parts.tsx';
import { actorText } from '../shared/person.ts';
import { wallTime } from '../shared/time.ts';
import { useDesigner, useFlow } from './designer-context.ts';
import { draftQueries } from './draft-api.ts';
import type { Saver } from './saving.ts';
import { Sheet } from './sheet.tsx';

/** Every saved state of the draft: who saved it when, what has changed since, and the way back to it, which one undo takes back. */
export function HistorySheet({ saver }: { readonly saver: Saver }) {
  const { t } = useTranslation();
  const draftId = useStore(saver.store, (state) => state.draftId);
  return (
    <Sheet title={t('sheets.history.title')} isWide>
      {draftId === undefined ? (
        <p className="quiet">{t('sheets.history.none')}</p>
      ) : (
        <Revisions draftId={draftId} />
      )}
    </Sheet>
  );
}

function Revisions({ draftId }: { readonly draftId: string }) {
  const { t } = useTranslation();
  const nowMs = useNow();
  const [chosen, setChosen] = useState<number>();
  const revisions = useQuery(draftQueries.revisions(draftId));
  if (revisions.error !== null) return <ProblemNote error={revisions.error} />;
  if (revisions.data === undefined) return <Loading rows={6} />;
  const { items } = revisions.data;
  return (
    <div className="s-history">
      <ul aria-label={t('sheets.history.title')}>
        {items.map(({ revision, changedBy, changedAt }) => (
          <li key={revision}>
            <button
              type="button"
              className="q-go"
              aria-pressed={chosen === revision}
              onClick={() => setChosen(revision)}
            >
              <span className="mono">{wallTime(Date.parse(changedAt), nowMs)}</span>
              <span>{actorText(changedBy)}</span>
              <span className="quiet small">{t('sheets.history.revision', { revision })}</span>
            </button>
          </li>
        ))}
      </ul>
      {chosen === undefined ? (
        <p className="quiet">{t('sheets.history.choose')}</p>
      ) : (
        <Revision key={chosen} draftId={draftId} revision={chosen} />
      )}
    </div>
  );
}

function Revision({ draftId, revision }: { readonly draftId: string; readonly revision: number }) {
  const { t, i18n } = useTranslation();
  const { flow, ui } = useDesigner();
  const saved = useQuery(draftQueries.revision(draftId, revision));
  const now = useFlow((state) => state.document);
  const source = saved.data?.source;
  const changes = useMemo(() => {
    const then = source === undefined ? undefined : parseFlowDocument(source).document;
    return then === undefined ? [] : diffFlows(then, now);
  }, [source, now]);
  if (saved.error !== null) return <ProblemNote error={saved.error} />;
  if (source === undefined) return <Loading rows={4} />;
  const language = i18n.language.startsWith('zh') ? 'zh' : 'en';
  return (
    <section aria-label={t('sheets.history.since')}>
      <h3>{t('sheets.history.since')}</h3>
      {changes.length === 0 ? (
        <p className="quiet">{t('sheets.history.same')}</p>
      ) : (
        <ol>
          {changes
            .flatMap((change) => changeSentences(change, language))
            .map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
        </ol>
      )}
      <div className="s-foot">
        <Button
          type="primary"
          onClick={() => {
            flow.getState().replaceText(source);
            ui.getState().set({ overlay: undefined, selected: [], said: t('sheets.history.restored') });
          }}
        >
          {t('sheets.history.restore')}
        </Button>
      </div>
    </section>
  );
}
