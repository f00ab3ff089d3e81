import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { momentsOf, pictureOf, type StepPicture, type StepRun } from '../../engine/picture/index.ts';
import { parseFlowDocument } from '../../engine/document.ts';
import { queries } from '../api/queries.ts';
import type { Run, Step } from '../api/types.ts';
import { DesignerContext } from '../canvas/designer-context.ts';
import { createFlowStore } from '../canvas/flow-store.ts';
import { Surface } from '../canvas/surface.tsx';
import { type CardMark, createUiStore } from '../canvas/ui-store.ts';
import { useNow } from '../shared/clock.ts';
import { Loading, Note } from '../shared/parts.tsx';
import { lengthOfTime } from '../shared/time.ts';
import { PICTURE_STATES } from './picture-words.ts';
import { Scrub } from './scrub.tsx';
import { DrawnStep } from './drawn-step.tsx';
import '../canvas/canvas.css';
import './drawn.css';

/** How a run canvas is given to its page. */
export interface RunCanvasProps {
  readonly run: Run;
  readonly rows: readonly Step[];
  /** Pointer of the chosen step. */
  readonly step: string | undefined;
  readonly onStep: (pointer: string | undefined) => void;
  /** Shown while no step is chosen. */
  readonly whole: ReactNode;
}

/** A run drawn over the version of the flow that ran, with the chosen step beside it and a way back through time below. */
export function RunCanvas(props: RunCanvasProps) {
  const { t } = useTranslation();
  const { flowName, flowVersion } = props.run;
  const source = useQuery(queries.flowSource(flowName, flowVersion));
  if (source.error !== null) {
    return (
      <Note icon="cross" tone="problem">
        <p>{t('drawn.noSource')}</p>
      </Note>
    );
  }
  if (source.data === undefined) return <Loading rows={12} />;
  return <Drawn {...props} source={source.data.source} />;
}

const isLive = ({ status }: Run): boolean => ['accepted', 'running', 'waiting'].includes(status);

function Drawn({ run, rows, step, onStep, whole, source }: RunCanvasProps & { readonly source: string }) {
  const { t } = useTranslation();
  const nowMs = useNow();
  const [designer] = useState(() => ({
    flow: createFlowStore(source),
    ui: createUiStore({
      isReadOnly: true,
      ...(step === undefined ? {} : { selected: [step] }),
      // Opens where the run stands, not at its beginning.
      show: { id: step ?? rows.findLast(({ status }) => status !== 'skipped')?.pointer ?? '' },
    }),
  }));
  const { ui } = designer;
  const picked = useStore(ui, (state) => state.picked);
  const selected = useStore(ui, (state) => state.selected.at(-1));
  const [at, setAt] = useState<number>();
  const document = useMemo(() => parseFlowDocument(source).document ?? {}, [source]);
  const runs = useMemo(() => rows.map(stepRun), [rows]);
  // Steps that another run carried out lie before this one.
  const moments = useMemo(() => momentsOf(rows.filter(({ keptOf }) => keptOf === null).map(stepRun)), [rows]);
  const atMs = at === undefined ? undefined : moments[at];
  // What runs grows longer by the second; what has ended does not.
  const endedAtMs = run.endedAt === null ? null : Date.parse(run.endedAt);
  const tick = atMs ?? endedAtMs ?? nowMs;
  const picture = useMemo(
    () => pictureOf(document, runs, { status: run.status, endedAtMs }, { atMs, nowMs: tick, picked }),
    [document, runs, run.status, endedAtMs, atMs, tick, picked],
  );
  useEffect(() => {
    ui.getState().set({ marks: marksOf(picture, rows, t) });
  }, [picture, rows, ui, t]);
  // The address follows the canvas, never the other way round.
  const told = useRef(onStep);
  useEffect(() => {
    told.current = onStep;
  }, [onStep]);
  useEffect(
    () =>
      ui.subscribe((state, before) => {
        const next = state.selected.at(-1);
        if (next !== before.selected.at(-1)) told.current(next);
      }),
    [ui],
  );
  const chosen = selected === undefined ? undefined : picture.get(selected);
  const block = designer.flow.getState().index.blocks.get(selected ?? '')?.block;
  return (
    <>
      <div className="d-body">
        <DesignerContext value={designer}>
          <Surface />
        </DesignerContext>
        <aside className="d-drawer drawn-detail" aria-label={t('run.details')}>
          {chosen === undefined || block === undefined ? (
            <>
              <p className="quiet">{t('drawn.choose')}</p>
              {whole}
            </>
          ) : (
            <DrawnStep run={run} rows={rows} block={block} picture={chosen} atMs={atMs} />
          )}
        </aside>
      </div>
      <Scrub moments={moments} at={at} isLive={isLive(run)} onAt={setAt} />
    </>
  );
}

function stepRun(step: Step): StepRun {
  return {
    ...step,
    startedAtMs: Date.parse(step.startedAt),
    endedAtMs: step.endedAt === null ? null : Date.parse(step.endedAt),
  };
}

function marksOf(
  picture: ReadonlyMap<string, StepPicture>,
  rows: readonly Step[],
  t: TFunction,
): ReadonlyMap<string, CardMark> {
  const marks = new Map<string, CardMark>();
  const kept = new Set(rows.filter(({ keptOf }) => keptOf !== null).map(({ sequence }) => sequence));
  for (const [pointer, { state, attempts, lengthMs, rounds }] of picture) {
    if (state === 'none') {
      marks.set(pointer, { meta: t('drawn.state.none') });
      continue;
    }
    const last = attempts.at(-1);
    const isKept = last !== undefined && kept.has(last.sequence);
    const tries = attempts.length > 1 ? ` ×${attempts.length}` : '';
    marks.set(pointer, {
      state: PICTURE_STATES[state],
      ...(state === 'skipped' || lengthMs === undefined
        ? {}
        : { meta: isKept ? t('restart.keptMark') : `${lengthOfTime(t, lengthMs)}${tries}` }),
      ...(rounds === undefined ? {} : { rounds }),
    });
  }
  return marks;
}
