import { Background, Controls, type Edge, MiniMap, type Node, ReactFlow } from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { createRoot } from 'react-dom/client';
import { createFlowStore } from '../../../designer/canvas/flow-store.ts';
import { layOut } from '../../../designer/canvas/layout.ts';
import { layoutOf } from '../../../designer/canvas/view-model.ts';
import { CANVAS } from '../../../designer/theme.ts';
import { flowOf } from './flow-of.ts';

/** The same steps at the same places as plain nodes and edges of React Flow, with its own defaults. */
function start(): void {
  const steps = Number(new URLSearchParams(location.search).get('steps'));
  const { index } = createFlowStore(flowOf(steps)).getState();
  const { blocks } = layOut(layoutOf(index.root, new Set()), CANVAS);
  const nodes = blocks.map(
    ({ id, card }): Node => ({
      id,
      position: { x: card.x, y: card.y },
      data: { label: index.blocks.get(id)?.block.name ?? id },
      style: { width: card.width, height: card.height },
    }),
  );
  const edges: Edge[] = [];
  const before = new Map<string, string>();
  for (const { id, laneId } of blocks) {
    const source = before.get(laneId) ?? index.lanes.get(laneId)?.owner?.id;
    if (source !== undefined) edges.push({ id: `${source}>${id}`, source, target: id });
    before.set(laneId, id);
  }
  const root = document.getElementById('root');
  if (root === null) throw new Error('the page has no element #root');
  createRoot(root).render(
    <div style={{ width: '100vw', height: '100vh' }}>
      <ReactFlow
        defaultNodes={nodes}
        defaultEdges={edges}
        defaultViewport={{ x: 720, y: 48, zoom: 1 }}
        minZoom={0.1}
      >
        <Background />
        <MiniMap />
        <Controls />
      </ReactFlow>
    </div>,
  );
}

start();
