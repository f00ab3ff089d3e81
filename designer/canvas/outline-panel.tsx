import { useTranslation } from 'react-i18next';
import { Icon } from '../shared/icons.tsx';
import { useDesigner, useFlow, useUi } from './designer-context.ts';
import { useConditionWords } from './form/condition-words.ts';
import { StepIcon } from './step-icons.tsx';
import type { BlockView, LaneView } from './view-model.ts';
import { laneWords } from './words.ts';

/** The flow as a tree of names: the form of the canvas for screen readers, keyboards and small screens. */
export function OutlinePanel() {
  const { t } = useTranslation();
  const root = useFlow((state) => state.index.root);
  const hasSelection = useUi((state) => state.selected.length > 0);
  return (
    <div className="d-side" style={{ width: 'var(--width-outline)' }}>
      <ul className="o-tree" role="tree" aria-label={t('canvas.bar.outline')} aria-multiselectable="true">
        {root.blocks.map((block, at) => (
          <StepItem key={block.id} block={block} level={1} isEntry={!hasSelection && at === 0} />
        ))}
      </ul>
    </div>
  );
}

function StepItem({
  block,
  level,
  isEntry,
}: {
  readonly block: BlockView;
  readonly level: number;
  readonly isEntry: boolean;
}) {
  const { t } = useTranslation();
  const { ui } = useDesigner();
  const isSelected = useUi((state) => state.selected.includes(block.id));
  const isFocus = useUi((state) => state.selected.at(-1) === block.id);
  const isFolded = useUi((state) => state.folded.has(block.id));
  const problems = useFlow((state) => state.problemsOf.get(block.id));
  return (
    <li role="none">
      <button
        type="button"
        role="treeitem"
        className="o-item"
        tabIndex={isFocus || isEntry ? 0 : -1}
        aria-level={level}
        aria-selected={isSelected}
        {...(block.lanes.length === 0 ? {} : { 'aria-expanded': !isFolded })}
        style={{ paddingLeft: `calc(var(--space-3) * ${level})` }}
        onClick={() => ui.getState().select([block.id], { open: true, show: true })}
      >
        <StepIcon icon={block.definition?.icon} kind={block.kind} />
        <span>{block.name}</span>
        {problems === undefined ? null : (
          <span className="n-badge">
            <Icon name="warning" />
            {problems.length}
            <span className="skip">{t('canvas.step.problems', { count: problems.length })}</span>
          </span>
        )}
      </button>
      {block.lanes.length === 0 || isFolded ? null : (
        <ul role="group">
          {block.lanes.map((lane) => (
            <LaneItem key={lane.id} lane={lane} level={level + 1} />
          ))}
        </ul>
      )}
    </li>
  );
}

function LaneItem({ lane, level }: { readonly lane: LaneView; readonly level: number }) {
  const { t } = useTranslation();
  const { ui } = useDesigner();
  const words = laneWords(lane, t, useConditionWords());
  const isSelected = useUi((state) => state.lane === lane.id);
  return (
    <li role="none">
      <button
        type="button"
        role="treeitem"
        className="o-item o-lane"
        tabIndex={-1}
        aria-level={level}
        aria-selected={isSelected}
        aria-expanded
        style={{ paddingLeft: `calc(var(--space-3) * ${level})` }}
        onClick={() => ui.getState().selectLane(lane.id)}
      >
        <span>{words}</span>
      </button>
      <ul role="group">
        {lane.blocks.map((block) => (
          <StepItem key={block.id} block={block} level={level + 1} isEntry={false} />
        ))}
      </ul>
    </li>
  );
}
