import {
  Background,
  BackgroundVariant,
  MiniMap,
  type Node,
  type NodeProps,
  ReactFlow,
  type ReactFlowInstance,
} from '@xyflow/react';
import { memo, useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useMedia } from '../shell/appearance.ts';
import { CANVAS } from '../theme.ts';
import { useDesigner, useFlow, useUi } from './designer-context.ts';
import { putDragged } from './commands.ts';
import { registerCanvas } from './drag.ts';
import { Gap } from './gap.tsx';
import { type Layout, layOut, nearestSlot } from './layout.ts';
import { PalettePopover } from './palette.tsx';
import { type StepNode, StepNodeView } from './step-node.tsx';
import { type FlowIndex, layoutOf } from './view-model.ts';
import { ZoomTools } from './zoom-tools.tsx';

type StartNode = Node<{ readonly height: number }, 'start'>;
type EndNode = Node<Record<string, never>, 'end'>;
type CanvasNode = StepNode | StartNode | EndNode;

const NODE_TYPES = { step: StepNodeView, start: memo(StartView), end: memo(EndView) };
const NO_EDGES: never[] = [];
const MIN_ZOOM = 0.1;
const MAX_ZOOM = 2;
const OPTIONS = { hideAttribution: true };
const MAP = { width: 160, height: 120 };
const mapClass = (node: CanvasNode): string => `map-${node.type}`;
/** Panels have their room by then. */
const SETTLE_MS = 60;
/** How far from a line a dragged step still snaps to it, in canvas units. */
const REACH = 90;

/** Start mark with the line behind the whole flow; it opens the settings of the flow. */
function StartView({ data }: NodeProps<StartNode>) {
  const { t } = useTranslation();
  const { ui } = useDesigner();
  const isEmpty = useFlow((state) => state.index.root.blocks.length === 0);
  const rootId = useFlow((state) => state.index.root.id);
  const isReadOnly = useUi((state) => state.isReadOnly);
  return (
    <div style={{ height: data.height }}>
      <div style={{ position: 'absolute', inset: 0 }}>
        <div className="n-spine" />
      </div>
      <button
        type="button"
        className="n-mark"
        tabIndex={-1}
        disabled={isReadOnly}
        style={{ position: 'relative', display: 'block' }}
        title={t('canvas.startHint')}
        onClick={() => ui.getState().set({ drawer: 'flow', selected: [], lane: undefined })}
      >
        {t('canvas.start')}
      </button>
      <div data-empty={isEmpty} style={{ position: 'relative' }}>
        <Gap laneId={rootId} index={0} />
      </div>
    </div>
  );
}

function EndView() {
  const { t } = useTranslation();
  return <div className="n-mark">{t('canvas.end')}</div>;
}

/** Nodes of React Flow from a layout. Sizes are known, so nothing is measured; outer containers lie under inner ones. */
export function nodesOf(layout: Layout, index: FlowIndex): CanvasNode[] {
  const depthOf = new Map<string, number>([[index.root.id, 0]]);
  const steps = layout.blocks.flatMap((placed): StepNode[] => {
    const entry = index.blocks.get(placed.id);
    if (entry === undefined) return [];
    const depth = (depthOf.get(placed.laneId) ?? 0) + 1;
    for (const lane of placed.lanes) depthOf.set(lane.id, depth);
    const height = placed.box.height + CANVAS.gap;
    return [
      {
        id: placed.id,
        type: 'step',
        position: { x: placed.box.x, y: placed.box.y },
        data: { block: entry.block, placed },
        width: placed.box.width,
        height,
        zIndex: depth,
      },
    ];
  });
  const { start, end } = layout;
  const spine = end.y - start.y;
  return [
    {
      id: 'start',
      type: 'start',
      position: { x: start.x, y: start.y },
      data: { height: spine },
      width: start.width,
      height: spine,
      zIndex: 0,
    },
    ...steps,
    {
      id: 'end',
      type: 'end',
      position: { x: end.x, y: end.y },
      data: {},
      width: end.width,
      height: end.height,
      zIndex: 1,
    },
  ];
}

/** The flow drawn: pan, zoom, map; only what is in view is in the page. */
export function Surface() {
  const { t } = useTranslation();
  const designer = useDesigner();
  const index = useFlow((state) => state.index);
  const folded = useUi((state) => state.folded);
  const isMap = useUi((state) => state.isMap);
  const isReadOnly = useUi((state) => state.isReadOnly);
  const pane = useRef<HTMLDivElement>(null);
  const instance = useRef<ReactFlowInstance<CanvasNode> | undefined>(undefined);
  const layout = useMemo(() => layOut(layoutOf(index.root, folded), CANVAS), [index, folded]);
  const nodes = useMemo(() => nodesOf(layout, index), [layout, index]);
  const latest = useRef(layout);
  useEffect(() => {
    latest.current = layout;
  }, [layout]);
  useEffect(() => {
    if (isReadOnly) return undefined;
    return registerCanvas(
      (clientX, clientY) => {
        const flow = instance.current;
        const room = pane.current?.getBoundingClientRect();
        const isOver =
          room !== undefined &&
          clientX >= room.left &&
          clientX <= room.right &&
          clientY >= room.top &&
          clientY <= room.bottom;
        if (flow === undefined || !isOver) return undefined;
        const point = flow.screenToFlowPosition({ x: clientX, y: clientY });
        return nearestSlot(latest.current.slots, point, REACH);
      },
      (dragged, place) => putDragged(designer, dragged, place),
    );
  }, [designer, isReadOnly]);
  useShown(pane, instance, latest);
  useCentre(pane, instance);
  return (
    <div className="d-canvas" ref={pane} data-nodes={nodes.length}>
      <ReactFlow<CanvasNode>
        nodes={nodes}
        edges={NO_EDGES}
        nodeTypes={NODE_TYPES}
        onInit={(flow) => {
          instance.current = flow;
          begin(pane.current, flow, layout);
          // What was asked for before there was a canvas is asked for again.
          const { show } = designer.ui.getState();
          if (show !== undefined) designer.ui.getState().set({ show: { ...show } });
        }}
        aria-label={t('canvas.tools.canvas')}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        disableKeyboardA11y
        deleteKeyCode={null}
        selectionKeyCode={null}
        multiSelectionKeyCode={null}
        panActivationKeyCode={null}
        panOnScroll
        zoomOnDoubleClick={false}
        minZoom={MIN_ZOOM}
        maxZoom={MAX_ZOOM}
        onlyRenderVisibleElements
        proOptions={OPTIONS}
        onPaneClick={() => designer.ui.getState().clear()}
      >
        <Background variant={BackgroundVariant.Dots} gap={24} size={1.5} />
        {isMap ? (
          <MiniMap
            pannable
            zoomable
            ariaLabel={t('canvas.tools.minimap')}
            nodeBorderRadius={4}
            nodeClassName={mapClass}
            style={MAP}
          />
        ) : null}
        {isReadOnly ? null : <PalettePopover slots={layout.slots} />}
        <ZoomTools />
      </ReactFlow>
    </div>
  );
}

/** Opens at the start of the flow, whole if it fits at a readable size. */
function begin(canvas: HTMLDivElement | null, flow: ReactFlowInstance<CanvasNode>, layout: Layout): void {
  const pane = canvas?.getBoundingClientRect();
  if (pane === undefined) return;
  const margin = 48;
  const fits = Math.min(1, (pane.width - margin) / layout.bounds.width);
  const zoom = Math.max(0.6, fits);
  void flow.setViewport({ x: pane.width / 2, y: margin, zoom });
}

/** Keeps the middle of the canvas in the middle while drawer, text and outline take and give back room. */
function useCentre(
  canvas: React.RefObject<HTMLDivElement | null>,
  instance: React.RefObject<ReactFlowInstance<CanvasNode> | undefined>,
): void {
  useEffect(() => {
    const pane = canvas.current;
    if (pane === null) return undefined;
    let width = pane.getBoundingClientRect().width;
    const observer = new ResizeObserver(() => {
      const next = pane.getBoundingClientRect().width;
      const flow = instance.current;
      if (flow !== undefined && next !== width && next > 0 && width > 0) {
        const { x, y, zoom } = flow.getViewport();
        void flow.setViewport({ x: x + (next - width) / 2, y, zoom });
      }
      width = next;
    });
    observer.observe(pane);
    return () => observer.disconnect();
  }, [canvas, instance]);
}

/** Brings a step into view when the view asks for it: not at all when it is in view already. */
function useShown(
  canvas: React.RefObject<HTMLDivElement | null>,
  instance: React.RefObject<ReactFlowInstance<CanvasNode> | undefined>,
  latest: React.RefObject<Layout>,
): void {
  const show = useUi((state) => state.show);
  const isStill = useMedia('(prefers-reduced-motion: reduce)');
  useEffect(() => {
    const flow = instance.current;
    const placed = show === undefined ? undefined : latest.current.blocks.find(({ id }) => id === show.id);
    if (flow === undefined || placed === undefined) return;
    // After the drawer has taken its room and the middle has moved.
    const timer = setTimeout(() => {
      const pane = canvas.current?.getBoundingClientRect();
      if (pane === undefined) return;
      const { x, y, zoom } = flow.getViewport();
      const left = placed.card.x * zoom + x;
      const top = placed.card.y * zoom + y;
      const margin = 24;
      const isIn =
        left >= margin &&
        top >= margin &&
        left + placed.card.width * zoom <= pane.width - margin &&
        top + placed.card.height * zoom <= pane.height - margin;
      if (isIn) return;
      void flow.setCenter(placed.card.x + placed.card.width / 2, placed.card.y + placed.card.height / 2, {
        zoom,
        duration: isStill ? 0 : 120,
      });
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [show, canvas, instance, latest, isStill]);
}
