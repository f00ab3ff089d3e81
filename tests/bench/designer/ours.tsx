import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import '../../../designer/base.css';
import '../../../designer/canvas/canvas.css';
import { DesignerContext } from '../../../designer/canvas/designer-context.ts';
import { createFlowStore } from '../../../designer/canvas/flow-store.ts';
import { Surface } from '../../../designer/canvas/surface.tsx';
import { createUiStore } from '../../../designer/canvas/ui-store.ts';
import { startTexts } from '../../../designer/i18n/index.ts';
import { paint } from '../../../designer/shell/appearance.ts';
import { flowOf } from './flow-of.ts';

/** The canvas as shipped, on a generated flow, without a server. */
async function start(): Promise<void> {
  await startTexts();
  paint('light', 'wide');
  const steps = Number(new URLSearchParams(location.search).get('steps'));
  const designer = { flow: createFlowStore(flowOf(steps)), ui: createUiStore() };
  const root = document.getElementById('root');
  if (root === null) throw new Error('the page has no element #root');
  createRoot(root).render(
    <QueryClientProvider client={new QueryClient()}>
      <DesignerContext value={designer}>
        <div className="designer">
          <header className="d-bar" />
          <div className="d-body">
            <Surface />
          </div>
        </div>
      </DesignerContext>
    </QueryClientProvider>,
  );
}

void start();
