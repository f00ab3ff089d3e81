import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams, useSearchParams } from 'react-router';
import { useStore } from 'zustand';
import { queries } from '../api/queries.ts';
import { usePerson } from '../session/session.tsx';
import { Icon } from '../shared/icons.tsx';
import { Loading, ProblemNote } from '../shared/parts.tsx';
import { readPageTexts } from '../i18n/index.ts';
import { useRoom } from '../shell/appearance.ts';
import './canvas.css';
import './palette.css';
import './drawer.css';
import { DesignerContext, useDesigner, useUi } from './designer-context.ts';
import { draftApi, draftQueries } from './draft-api.ts';
import { createJournal } from './drafts.ts';
import { createFlowStore, documentValue, type FlowStore } from './flow-store.ts';
import { useKeys } from './keys.ts';
import { blankFlow } from './model/skeleton.ts';
import { SearchBox } from './search-box.tsx';
import { PaletteList } from './palette.tsx';
import { createSaver, type DraftPort, type Saver } from './saving.ts';
import { Surface } from './surface.tsx';
import { TopBar } from './top-bar.tsx';
import { createUiStore } from './ui-store.ts';
import { insertItem, placeAfterSelection } from './commands.ts';

/** Parts that are read when they are opened for the first time. */
const Drawer = lazy(async () => {
  const [drawer] = await Promise.all([import('./drawer/drawer.tsx'), readPageTexts('fields')]);
  return { default: drawer.Drawer };
});
const Overlays = lazy(async () => {
  const [overlays] = await Promise.all([import('./overlays.tsx'), readPageTexts('sheets')]);
  return { default: overlays.Overlays };
});
const OutlinePanel = lazy(async () => ({ default: (await import('./outline-panel.tsx')).OutlinePanel }));
const ProblemsPanel = lazy(async () => {
  const [panel] = await Promise.all([import('./problems-panel.tsx'), readPageTexts('fields')]);
  return { default: panel.ProblemsPanel };
});
const RehearsalPane = lazy(async () => {
  const [pane] = await Promise.all([import('./rehearsal/rehearsal-pane.tsx'), readPageTexts('trials')]);
  return { default: pane.RehearsalPane };
});
const YamlPane = lazy(async () => ({ default: (await import('./yaml/yaml-pane.tsx')).YamlPane }));

/**
 * The designer: `/flows/new` begins an empty flow, `/flows/:flowName/edit` opens the person's draft of a flow, or begins one from its newest
 * version; `?draft=` names a draft, `?step=` a step, `?pins=` a run to rehearse with. A draft is made with the first change.
 */
export function CanvasPage() {
  const { flowName } = useParams();
  const [params] = useSearchParams();
  // Asked once: the address gets the id of a draft that is made here.
  const [draftId] = useState(() => params.get('draft'));
  if (draftId !== null) return <OpenDraft key={draftId} draftId={draftId} />;
  return flowName === undefined ? <NewFlow /> : <ExistingFlow key={flowName} flowName={flowName} />;
}

const journal = createJournal(localStorage);

function NewFlow() {
  const { t } = useTranslation();
  const [source] = useState(() => blankFlow(`flow-${Date.now().toString(36)}`, t('canvas.nameNew')));
  return <Workbench flowName={null} source={source} draftId={undefined} revision={0} />;
}

function ExistingFlow({ flowName }: { readonly flowName: string }) {
  const { personId } = usePerson();
  const drafts = useQuery(draftQueries.list());
  const flow = useQuery(queries.flow(flowName));
  const version = flow.data?.version ?? '';
  const source = useQuery({ ...queries.flowSource(flowName, version), enabled: version !== '' });
  const error = drafts.error ?? flow.error ?? source.error;
  if (error !== null) return <ProblemNote error={error} onAgain={() => void flow.refetch()} />;
  if (drafts.data === undefined || source.data === undefined) return <Loading rows={12} />;
  const own = drafts.data.items.find((draft) => draft.flowName === flowName && draft.owner === personId);
  if (own !== undefined) return <OpenDraft draftId={own.draftId} />;
  return <Workbench flowName={flowName} source={source.data.source} draftId={undefined} revision={0} />;
}

function OpenDraft({ draftId }: { readonly draftId: string }) {
  const draft = useQuery(draftQueries.draft(draftId));
  if (draft.error !== null) return <ProblemNote error={draft.error} onAgain={() => void draft.refetch()} />;
  if (draft.data === undefined) return <Loading rows={12} />;
  const { flowName, source, revision } = draft.data;
  return <Workbench flowName={flowName} source={source} draftId={draftId} revision={revision} />;
}

interface Begin {
  readonly flowName: string | null;
  readonly source: string;
  readonly draftId: string | undefined;
  readonly revision: number;
}

/** Stores and saving of one document. What an earlier page could not save any more is put back as a change that can be undone. */
function openDesigner(
  { flowName, source, draftId, revision }: Begin,
  params: URLSearchParams,
  isPhone: boolean,
) {
  const step = params.get('step');
  const key = flowName === null ? 'new' : `flow:${flowName}`;
  const kept = journal.read(draftId ?? key);
  const flow = createFlowStore(source);
  const index = flow.getState().index;
  const isThere = step !== null && index.blocks.has(step);
  const ui = createUiStore({
    ...(isThere ? { selected: [step], drawer: 'step' as const, show: { id: step } } : {}),
    ...(isPhone ? { side: 'outline' as const } : {}),
    ...(params.has('pins') ? { isRehearsal: true } : {}),
  });
  const port: DraftPort = {
    create: (text) => draftApi.create(flowName, nameOf(flow), text),
    save: draftApi.save,
    read: draftApi.read,
  };
  const saver = createSaver(port, journal, {
    text: source,
    draftId,
    revision: kept?.revision ?? revision,
    key,
  });
  if (kept !== undefined) {
    flow.getState().replaceText(kept.text);
    saver.changed(kept.text);
  }
  return { flow, ui, saver };
}

function nameOf(flow: FlowStore): string {
  const { document } = flow.getState();
  const title =
    documentValue(document, ['document', 'title']) ?? documentValue(document, ['document', 'name']);
  return typeof title === 'string' && title !== '' ? title.slice(0, 120) : 'draft';
}

function Workbench(begin: Begin) {
  const [params] = useSearchParams();
  const room = useRoom();
  const [{ flow, ui, saver }] = useState(() => openDesigner(begin, params, room === 'phone'));
  const [designer] = useState(() => ({ flow, ui }));
  useSaving(flow, saver);
  useRules(flow);
  return (
    <DesignerContext value={designer}>
      <Frame saver={saver} />
    </DesignerContext>
  );
}

/**
 * Scripts are no problem where an administrator has switched them on. What knows cron expressions is read when the flow has a schedule of
 * its own, which few have.
 */
function useRules(flow: FlowStore): void {
  const { data } = useQuery(queries.scriptSwitch());
  const scripts = data?.isOn === true;
  const hasSchedule = useStore(flow, ({ document }) => document['schedule'] !== undefined);
  useEffect(() => {
    flow.getState().allow({ scripts });
    if (!hasSchedule) return undefined;
    let isOver = false;
    void import('../../domain/calendar/schedule-rule.ts').then(({ cronFault }) => {
      if (!isOver) flow.getState().allow({ scripts, cronFault });
    });
    return () => {
      isOver = true;
    };
  }, [flow, scripts, hasSchedule]);
}

/** Every change goes to the saver; what is not saved goes when the page is hidden or left. */
function useSaving(flow: FlowStore, saver: Saver): void {
  useEffect(() => {
    const unsubscribe = flow.subscribe((state, before) => {
      if (state.text !== before.text) saver.changed(state.text);
    });
    const onHide = () => void saver.flush();
    document.addEventListener('visibilitychange', onHide);
    return () => {
      unsubscribe();
      document.removeEventListener('visibilitychange', onHide);
      void saver.flush();
    };
  }, [flow, saver]);
}

function Frame({ saver }: { readonly saver: Saver }) {
  const designer = useDesigner();
  const side = useUi((ui) => ui.side);
  const isYaml = useUi((ui) => ui.isYaml);
  const isProblems = useUi((ui) => ui.isProblems);
  const isRehearsal = useUi((ui) => ui.isRehearsal);
  const drawer = useUi((ui) => ui.drawer);
  const overlay = useUi((ui) => ui.overlay);
  const saveNow = useCallback(() => void saver.flush(), [saver]);
  useKeys(saveNow);
  useAddress(saver);
  return (
    <div className="designer" data-rehearsal={isRehearsal}>
      <TopBar
        saver={saver}
        onRehearse={() =>
          designer.ui.getState().set({ isRehearsal: !isRehearsal, marks: new Map(), drawer: undefined })
        }
      />
      <div className="d-body">
        {side === 'outline' ? (
          <Suspense fallback={<div className="d-side" />}>
            <OutlinePanel />
          </Suspense>
        ) : null}
        {side === 'palette' ? (
          <div className="d-side">
            <PaletteList
              onClose={() => designer.ui.getState().set({ side: undefined })}
              onChoose={(item) => insertItem(designer, item, placeAfterSelection(designer))}
            />
          </div>
        ) : null}
        <Surface />
        <CanvasTools />
        {isYaml ? (
          <Suspense
            fallback={
              <div className="y-pane">
                <Loading />
              </div>
            }
          >
            <YamlPane />
          </Suspense>
        ) : null}
        {isRehearsal ? (
          <Suspense fallback={<aside className="d-drawer" />}>
            <RehearsalPane saver={saver} />
          </Suspense>
        ) : null}
        {drawer === undefined || isRehearsal ? null : (
          <Suspense fallback={<aside className="d-drawer" />}>
            <Drawer />
          </Suspense>
        )}
      </div>
      <Suspense>{isProblems ? <ProblemsPanel /> : <Said />}</Suspense>
      {overlay === undefined || overlay === 'search' ? null : (
        <Suspense>
          <Overlays saver={saver} />
        </Suspense>
      )}
    </div>
  );
}

/** Buttons over the canvas, upper left, and the search. */
function CanvasTools() {
  const { t } = useTranslation();
  const { ui } = useDesigner();
  const side = useUi((state) => state.side);
  const toggle = (next: 'palette' | 'outline') => () =>
    ui.getState().set({ side: side === next ? undefined : next });
  return (
    <div className="d-over">
      <div className="d-float d-tools">
        <button type="button" className="tool" aria-pressed={side === 'palette'} onClick={toggle('palette')}>
          <Icon name="plus" />
          {t('canvas.palette.open')}
        </button>
        <button type="button" className="tool" aria-pressed={side === 'outline'} onClick={toggle('outline')}>
          <Icon name="list" />
          {t('canvas.bar.outline')}
        </button>
      </div>
      <SearchBox />
    </div>
  );
}

/** What just happened, for ears and eyes, a few seconds long. */
function Said() {
  const { ui } = useDesigner();
  const said = useUi((state) => state.said);
  useEffect(() => {
    if (said === '') return undefined;
    const timer = setTimeout(() => ui.getState().set({ said: '' }), 4_000);
    return () => clearTimeout(timer);
  }, [said, ui]);
  return (
    <div className="d-said" role="status" aria-live="polite" data-shown={said !== ''}>
      {said}
    </div>
  );
}

/** The address names the draft and the step that is open, so that it can be sent to somebody and survives a reload. */
function useAddress(saver: Saver): void {
  const [, setParams] = useSearchParams();
  const draftId = useStore(saver.store, (state) => state.draftId);
  const step = useUi((state) => (state.drawer === 'step' ? state.selected.at(-1) : undefined));
  const before = useRef({ draftId, step });
  useEffect(() => {
    if (before.current.draftId === draftId && before.current.step === step) return;
    before.current = { draftId, step };
    setParams(
      { ...(draftId === undefined ? {} : { draft: draftId }), ...(step === undefined ? {} : { step }) },
      { replace: true },
    );
  }, [draftId, step, setParams]);
}
