import type { Node, NodeProps } from '@xyflow/react';
import { type KeyboardEvent, memo, type MouseEvent, type PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../shared/icons.tsx';
import { State } from '../shared/state.tsx';
import { CANVAS } from '../theme.ts';
import { useDesigner, useFlow, useUi } from './designer-context.ts';
import { startDrag } from './drag.ts';
import { Gap } from './gap.tsx';
import type { PlacedBlock, PlacedLane, Rect } from './layout.ts';
import { StepIcon } from './step-icons.tsx';
import type { CardMark } from './ui-store.ts';
import type { BlockView, LaneView } from './view-model.ts';
import { doesWords, laneWords } from './words.ts';
import { useConditionWords } from './form/condition-words.ts';

/** A step with the line after it. */
export type StepNode = Node<{ readonly block: BlockView; readonly placed: PlacedBlock }, 'step'>;

/** Card of a step; a container also draws its frame, the headings of its lanes and the lines between them. */
export const StepNodeView = memo(function StepNodeView({ data: { block, placed } }: NodeProps<StepNode>) {
  const { box, card, frame } = placed;
  return (
    <div style={{ width: box.width, height: box.height + CANVAS.gap }}>
      {frame === undefined ? null : <Frame block={block} placed={placed} frame={frame} />}
      <div style={{ marginLeft: card.x - box.x, width: card.width }}>
        <Card block={block} />
      </div>
      <div style={{ position: 'absolute', top: box.height, left: card.x - box.x }}>
        <Gap laneId={placed.laneId} index={placed.index + 1} />
      </div>
    </div>
  );
});

const Card = memo(function Card({ block }: { readonly block: BlockView }) {
  const { t, i18n } = useTranslation();
  const designer = useDesigner();
  const isSelected = useUi((state) => state.selected.includes(block.id));
  const isFocus = useUi((state) => state.selected.at(-1) === block.id);
  const isMoving = useUi((state) => state.dragging?.ids.includes(block.id) === true);
  const isFound = useUi((state) => state.found.has(block.id));
  const mark = useUi((state) => state.marks.get(block.id));
  const isReadOnly = useUi((state) => state.isReadOnly);
  const keptBy = useFlow((state) => state.index.keptBy);
  const does = doesWords(block, t, i18n.language, keptBy);
  const onClick = (event: MouseEvent) => {
    const { ui } = designer;
    if (ui.getState().isReadOnly) ui.getState().select([block.id]);
    else if (event.ctrlKey || event.metaKey) ui.getState().toggle(block.id);
    else if (event.shiftKey) ui.getState().select(rangeTo(designer, block.id));
    else ui.getState().select([block.id], { open: true, show: true });
  };
  return (
    <div
      // Two versions may stand on one page; only the one that is edited is reached by id.
      {...(isReadOnly ? {} : { id: cardId(block.id) })}
      role="button"
      tabIndex={isFocus || isReadOnly ? 0 : -1}
      className="n-card nopan"
      data-step={block.id}
      data-selected={isSelected}
      data-moving={isMoving}
      data-found={isFound}
      data-off={block.isOff}
      data-change={mark?.change}
      data-run={mark?.state}
      data-logic={block.definition === undefined}
      aria-pressed={isSelected}
      onClick={onClick}
      onKeyDown={(event: KeyboardEvent) => {
        if (!isReadOnly || (event.key !== 'Enter' && event.key !== ' ')) return;
        event.preventDefault();
        designer.ui.getState().select([block.id]);
      }}
      onPointerDown={(event: PointerEvent) => {
        const { selected } = designer.ui.getState();
        if (isReadOnly) return;
        startDrag(event, designer, {
          ids: selected.includes(block.id) ? selected : [block.id],
          label: block.name,
        });
      }}
    >
      <span className="n-icon">
        <StepIcon icon={block.definition?.icon} kind={block.kind} />
      </span>
      <span className="n-words">
        <span className="n-name">{block.name}</span>
        <span className="n-does">{does}</span>
        {block.isOff ? <span className="skip">{t('canvas.step.off')}</span> : null}
      </span>
      {mark === undefined ? <Marks block={block} /> : <MarkView block={block} mark={mark} />}
    </div>
  );
});

function MarkView({
  block,
  mark: { state, word, meta },
}: {
  readonly block: BlockView;
  readonly mark: CardMark;
}) {
  return (
    <span className="n-mark-run">
      {state === undefined ? null : <State name={state} {...(word === undefined ? {} : { word })} />}
      {meta === undefined ? null : <span className="small quiet mono">{meta}</span>}
      {block.lanes.length === 0 ? <Rounds block={block} /> : null}
    </span>
  );
}

/** Element id of a step's card, so that the keyboard finds it. */
export function cardId(blockId: string): string {
  return `step${blockId}`;
}

function rangeTo({ ui, flow }: ReturnType<typeof useDesigner>, id: string): readonly string[] {
  const { blocks } = flow.getState().index;
  const anchor = blocks.get(ui.getState().selected[0] ?? '');
  const target = blocks.get(id);
  if (anchor === undefined || target === undefined || anchor.lane.id !== target.lane.id) return [id];
  const [from, to] = [anchor.index, target.index].toSorted((left, right) => left - right);
  const range = anchor.lane.blocks.slice(from, (to ?? 0) + 1).map((block) => block.id);
  return anchor.index <= target.index ? range : range.toReversed();
}

function Marks({ block }: { readonly block: BlockView }) {
  const { t } = useTranslation();
  const { ui } = useDesigner();
  const problems = useFlow((state) => state.problemsOf.get(block.id));
  const isFolded = useUi((state) => state.folded.has(block.id));
  const isError = problems?.some(({ severity }) => severity === 'error') === true;
  return (
    <span className="n-marks">
      {problems === undefined ? null : (
        <span
          className="n-badge"
          data-severity={isError ? 'error' : 'warning'}
          title={problems.map(({ message }) => message).join('\n')}
        >
          <Icon name="warning" />
          <span>{problems.length}</span>
          <span className="skip">{t('canvas.step.problems', { count: problems.length })}</span>
        </span>
      )}
      {block.definition?.controlled === true ? (
        <span title={t('canvas.step.controlled')}>
          <Icon name="lock" />
          <span className="skip">{t('canvas.step.controlled')}</span>
        </span>
      ) : null}
      {block.lanes.length === 0 ? null : (
        <button
          type="button"
          className="c-plain"
          tabIndex={-1}
          aria-label={t(isFolded ? 'canvas.step.unfold' : 'canvas.step.fold')}
          title={t(isFolded ? 'canvas.step.unfold' : 'canvas.step.fold')}
          onPointerDown={(event) => event.stopPropagation()}
          onClick={(event) => {
            event.stopPropagation();
            ui.getState().fold([block.id], !isFolded);
          }}
        >
          <Icon name={isFolded ? 'plus' : 'dash'} />
        </button>
      )}
    </span>
  );
}

function Frame({
  block,
  placed,
  frame,
}: {
  readonly block: BlockView;
  readonly placed: PlacedBlock;
  readonly frame: Rect;
}) {
  const { t } = useTranslation();
  const at = relativeTo(placed.box);
  const axis = placed.card.x - placed.box.x + placed.card.width / 2;
  return (
    <>
      <Wire x={axis} y={CANVAS.cardHeight} height={CANVAS.lead} />
      <div className="n-frame" style={at(frame)}>
        <span className="n-frame-label">
          {t(`canvas.step.frame.${block.frame ?? 'call'}`)}
          <Rounds block={block} />
        </span>
      </div>
      <Buses placed={placed} frame={frame} />
      {block.lanes.map((lane, index) => {
        const place = placed.lanes[index];
        return place === undefined ? null : <LaneHead key={lane.id} lane={lane} rect={at(place)} />;
      })}
    </>
  );
}

/** Picks a round of a loop that ran. */
function Rounds({ block }: { readonly block: BlockView }) {
  const { t } = useTranslation();
  const { ui } = useDesigner();
  const rounds = useUi((state) => state.marks.get(block.id)?.rounds);
  if (rounds === undefined) return null;
  const { at, count } = rounds;
  const pick = (next: number) =>
    ui.setState(({ picked }) => ({ picked: new Map(picked).set(block.id, next) }));
  return (
    <span className="n-rounds nopan">
      <button
        type="button"
        className="tool"
        disabled={at === 0}
        aria-label={t('drawn.roundBefore')}
        onClick={() => pick(at - 1)}
      >
        ‹
      </button>
      <span className="mono">{t('drawn.round', { at: at + 1, count })}</span>
      <button
        type="button"
        className="tool"
        disabled={at === count - 1}
        aria-label={t('drawn.roundAfter')}
        onClick={() => pick(at + 1)}
      >
        ›
      </button>
    </span>
  );
}

type Box = { readonly left: number; readonly top: number; readonly width: number; readonly height: number };

function relativeTo(origin: Rect): (rect: Rect) => Box {
  return ({ x, y, width, height }) => ({ left: x - origin.x, top: y - origin.y, width, height });
}

/** Lines that part to the lanes at the top of a frame and come together at its bottom. */
function Buses({ placed, frame }: { readonly placed: PlacedBlock; readonly frame: Rect }) {
  const { box, lanes } = placed;
  const centre = (lane: PlacedLane) => lane.x + lane.width / 2 - box.x;
  const first = lanes[0];
  const last = lanes.at(-1);
  if (first === undefined || last === undefined) return null;
  const half = CANVAS.framePad / 2;
  const top = frame.y - box.y;
  const bottom = top + frame.height;
  const axis = placed.card.x - box.x + placed.card.width / 2;
  return (
    <>
      <Wire x={axis} y={top} height={half} />
      <Wire x={axis} y={bottom - half} height={half} />
      <Across from={Math.min(axis, centre(first))} to={Math.max(axis, centre(last))} y={top + half} />
      <Across from={Math.min(axis, centre(first))} to={Math.max(axis, centre(last))} y={bottom - half} />
      {lanes.map((lane) => (
        <Wire key={lane.id} x={centre(lane)} y={top + half} height={frame.height - CANVAS.framePad} />
      ))}
    </>
  );
}

const THICK = 2;

function Wire({ x, y, height }: { readonly x: number; readonly y: number; readonly height: number }) {
  return <div className="n-wire" style={{ left: x - THICK / 2, top: y, width: THICK, height }} />;
}

function Across({ from, to, y }: { readonly from: number; readonly to: number; readonly y: number }) {
  return (
    <div
      className="n-wire"
      style={{ left: from - THICK / 2, top: y - THICK / 2, width: to - from + THICK, height: THICK }}
    />
  );
}

function LaneHead({ lane, rect }: { readonly lane: LaneView; readonly rect: Box }) {
  const { t } = useTranslation();
  const { ui } = useDesigner();
  const conditionWords = useConditionWords();
  const isSelected = useUi((state) => state.lane === lane.id);
  const isReadOnly = useUi((state) => state.isReadOnly);
  const words = laneWords(lane, t, conditionWords);
  const open = () => ui.getState().selectLane(lane.id);
  return (
    <>
      <div
        className="n-lane-head"
        style={{ left: rect.left, top: rect.top, width: rect.width, height: CANVAS.laneHead }}
      >
        <button
          type="button"
          className="n-lane-word nopan"
          title={words}
          tabIndex={-1}
          data-lane={lane.id}
          aria-pressed={isSelected}
          disabled={isReadOnly}
          onClick={open}
          onKeyDown={(event: KeyboardEvent) => {
            if (event.key === 'Enter') open();
          }}
        >
          {words}
        </button>
      </div>
      <div
        style={{
          position: 'absolute',
          left: rect.left + (rect.width - CANVAS.cardWidth) / 2,
          top: rect.top + CANVAS.laneHead,
        }}
        data-empty={lane.blocks.length === 0}
      >
        <Gap laneId={lane.id} index={0} />
      </div>
    </>
  );
}
