import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { JsonObject } from '../../domain/json.ts';
import { diffFlows, type FlowChange, stepPairs } from '../../engine/diff/index.ts';
import { parseFlowDocument } from '../../engine/document.ts';
import { DesignerContext } from '../canvas/designer-context.ts';
import { createFlowStore } from '../canvas/flow-store.ts';
import { Surface } from '../canvas/surface.tsx';
import { createUiStore } from '../canvas/ui-store.ts';
import { ChangeList } from '../reviews/changes.tsx';
import { changeMarks } from './change-marks.ts';
import '../canvas/canvas.css';
import './compare.css';

/** Two versions of a flow. Sources are YAML; `before` is null for a first version. */
export interface VersionsProps {
  readonly before: { readonly source: string; readonly version: string } | null;
  readonly after: { readonly source: string; readonly version: string };
}

/**
 * Two versions drawn beside each other with what changed between them in words. A step chosen in one is chosen in the other; a chosen sentence
 * brings its step into view on both sides.
 */
export function VersionsCanvas({ before, after }: VersionsProps) {
  const { t } = useTranslation();
  const compared = useMemo(() => compare(before?.source, after.source), [before?.source, after.source]);
  const { earlier, later, changes, pairs } = compared;
  const [[old, now]] = useState(() => {
    const first = firstChanged(changes, pairs);
    return [
      createDesigner((before ?? after).source, first.before),
      createDesigner(after.source, first.after),
    ] as const;
  });
  useEffect(() => {
    const marks = changeMarks(earlier, later, changes, pairs, (change) => t(`drawn.change.${change}`));
    old.ui.getState().set({ marks: marks.before });
    now.ui.getState().set({ marks: marks.after });
  }, [earlier, later, changes, pairs, old, now, t]);
  useEffect(() => {
    const back = new Map([...pairs].map(([from, to]) => [to, from]));
    const stops = [
      follow(old, now, (pointer) => pairs.get(pointer)),
      follow(now, old, (pointer) => back.get(pointer)),
    ];
    return () => stops.forEach((stop) => stop());
  }, [old, now, pairs]);
  const choose = (pointer: string, isOld: boolean) =>
    (isOld ? old : now).ui.getState().select([pointer], { show: true });
  return (
    <div className="compare">
      <div className="compare-changes">
        <ChangeList changes={changes} isFirst={before === null} onChoose={choose} />
        {changes.length === 0 ? null : <p className="quiet small">{t('drawn.compare.hint')}</p>}
      </div>
      <div className="compare-panes">
        {before === null ? null : (
          <Pane designer={old} title={t('drawn.compare.before', { version: before.version })} />
        )}
        <Pane designer={now} title={t('drawn.compare.after', { version: after.version })} />
      </div>
    </div>
  );
}

type Designer = ReturnType<typeof createDesigner>;

function createDesigner(source: string, shown: string | undefined) {
  const show = shown === undefined ? {} : { show: { id: shown } };
  return {
    flow: createFlowStore(source),
    ui: createUiStore({ isReadOnly: true, isMap: false, ...show }),
  };
}

/** Where both sides open: at the first step that changed. */
function firstChanged(changes: readonly FlowChange[], pairs: ReadonlyMap<string, string>) {
  for (const change of changes) {
    if (change.kind === 'flow') continue;
    if (change.kind === 'removed') return { before: change.pointer, after: undefined };
    const old = [...pairs].find(([, now]) => now === change.pointer)?.[0];
    return { before: old, after: change.pointer };
  }
  return { before: undefined, after: undefined };
}

function compare(before: string | undefined, after: string) {
  const later: JsonObject = parseFlowDocument(after).document ?? {};
  const earlier = before === undefined ? undefined : parseFlowDocument(before).document;
  return {
    later,
    earlier,
    changes: earlier === undefined ? [] : diffFlows(earlier, later),
    pairs: earlier === undefined ? new Map<string, string>() : stepPairs(earlier, later),
  };
}

/** Chooses in one version what is chosen in the other; nothing where there is no such step. */
function follow(leader: Designer, other: Designer, pairOf: (pointer: string) => string | undefined) {
  return leader.ui.subscribe((state, before) => {
    const chosen = state.selected.at(-1);
    if (chosen === before.selected.at(-1)) return;
    const pair = chosen === undefined ? undefined : pairOf(chosen);
    if (other.ui.getState().selected.at(-1) !== pair)
      other.ui.getState().select(pair === undefined ? [] : [pair], { show: true });
  });
}

function Pane({ designer, title }: { readonly designer: Designer; readonly title: string }) {
  return (
    <section className="compare-pane" aria-label={title}>
      <h3>{title}</h3>
      <DesignerContext value={designer}>
        <Surface />
      </DesignerContext>
    </section>
  );
}
