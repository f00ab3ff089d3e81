import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams, useSearchParams } from 'react-router';
import { queries } from '../api/queries.ts';
import { Icon } from '../shared/icons.tsx';
import { Loading, ProblemNote } from '../shared/parts.tsx';
import { useRoom } from '../shell/appearance.ts';
import './canvas.css';
import { DesignerContext, useDesigner, useUi } from './designer-context.ts';
import { readJournal } from './drafts.ts';
import { createFlowStore } from './flow-store.ts';
import { useKeys } from './keys.ts';
import { blankFlow } from './model/skeleton.ts';
import { SearchBox } from './search-box.tsx';
import { PaletteList } from './palette.tsx';
import { useJournal } from './saving.ts';
import { Surface } from './surface.tsx';
import { TopBar } from './top-bar.tsx';
import { createUiStore } from './ui-store.ts';
import { insertItem, placeAfterSelection } from './commands.ts';

/** Parts that are read when they are opened for the first time. */
const Drawer = lazy(async () => ({ default: (await import('./drawer/drawer.tsx')).Drawer }));
const Overlays = lazy(async () => ({ default: (await import('./overlays.tsx')).Overlays }));
const OutlinePanel = lazy(async () => ({ default: (await import('./outline-panel.tsx')).OutlinePanel }));
const ProblemsPanel = lazy(async () => ({ default: (await import('./problems-panel.tsx')).ProblemsPanel }));
const YamlPane = lazy(async () => ({ default: (await import('./yaml/yaml-pane.tsx')).YamlPane }));

/** The designer: `/flows/new` begins an empty flow, `/flows/:flowName/edit` opens the draft of one, or makes it from its newest version. */
export function CanvasPage() {
  const { flowName } = useParams();
  return flowName === undefined ? <NewFlow /> : <ExistingFlow key={flowName} flowName={flowName} />;
}

const NEW = 'new-flow';

function NewFlow() {
  const { t } = useTranslation();
  const text = readJournal(NEW)?.text ?? blankFlow(NEW, t('canvas.nameNew'));
  return <Workbench flowName={NEW} text={text} />;
}

function ExistingFlow({ flowName }: { readonly flowName: string }) {
  const flow = useQuery(queries.flow(flowName));
  const version = flow.data?.version ?? '';
  const source = useQuery({ ...queries.flowSource(flowName, version), enabled: version !== '' });
  const error = flow.error ?? source.error;
  if (error !== null) return <ProblemNote error={error} onAgain={() => void flow.refetch()} />;
  if (source.data === undefined) return <Loading rows={12} />;
  return <Workbench flowName={flowName} text={readJournal(flowName)?.text ?? source.data.source} />;
}

/** Stores of one document and everything around them. */
function Workbench({ flowName, text }: { readonly flowName: string; readonly text: string }) {
  const [params] = useSearchParams();
  const room = useRoom();
  const [designer] = useState(() => {
    const flow = createFlowStore(text);
    const id = params.get('step');
    const isThere = id !== null && flow.getState().index.blocks.has(id);
    const ui = createUiStore({
      ...(isThere ? { selected: [id], drawer: 'step' as const, show: { id } } : {}),
      ...(room === 'phone' ? { side: 'outline' as const } : {}),
    });
    return { flow, ui };
  });
  return (
    <DesignerContext value={designer}>
      <Frame flowName={flowName} />
    </DesignerContext>
  );
}

function Frame({ flowName }: { readonly flowName: string }) {
  const designer = useDesigner();
  const { state, saveNow } = useJournal(flowName);
  const side = useUi((ui) => ui.side);
  const isYaml = useUi((ui) => ui.isYaml);
  const isProblems = useUi((ui) => ui.isProblems);
  const drawer = useUi((ui) => ui.drawer);
  const overlay = useUi((ui) => ui.overlay);
  useKeys(saveNow);
  useStepAddress();
  return (
    <div className="designer">
      <TopBar saved={state} onRehearse={undefined} />
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
        {drawer === undefined ? null : (
          <Suspense fallback={<aside className="d-drawer" />}>
            <Drawer />
          </Suspense>
        )}
      </div>
      <Suspense>{isProblems ? <ProblemsPanel /> : <Said />}</Suspense>
      {overlay === undefined || overlay === 'search' ? null : (
        <Suspense>
          <Overlays onSubmit={async () => undefined} />
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

/** The address names the step that is open, so that it can be sent to somebody. */
function useStepAddress(): void {
  const [, setParams] = useSearchParams();
  const focus = useUi((state) => (state.drawer === 'step' ? state.selected.at(-1) : undefined));
  const isFirst = useRef(true);
  useEffect(() => {
    if (isFirst.current) {
      isFirst.current = false;
      return;
    }
    setParams(focus === undefined ? {} : { step: focus }, { replace: true });
  }, [focus, setParams]);
}
