import { useReactFlow } from '@xyflow/react';
import { useTranslation } from 'react-i18next';
import { useEffect } from 'react';
import { Icon } from '../shared/icons.tsx';
import { useDesigner, useUi } from './designer-context.ts';

/** Asked for by keys, carried out where the viewport is known. */
export type ZoomStep = 'in' | 'out' | 'fit';

const EVENT = 'afterbell-zoom';

/** Zooms the canvas that is shown. */
export function zoomCanvas(step: ZoomStep): void {
  document.dispatchEvent(new CustomEvent<ZoomStep>(EVENT, { detail: step }));
}

/** Zoom, fit and map, lower left. */
export function ZoomTools() {
  const { t } = useTranslation();
  const flow = useReactFlow();
  const { ui } = useDesigner();
  const isMap = useUi((state) => state.isMap);
  useEffect(() => {
    const onZoom = (event: Event) => {
      const step = (event as CustomEvent<ZoomStep>).detail;
      if (step === 'in') void flow.zoomIn();
      else if (step === 'out') void flow.zoomOut();
      else void flow.fitView({ padding: 0.1, maxZoom: 1 });
    };
    document.addEventListener(EVENT, onZoom);
    return () => document.removeEventListener(EVENT, onZoom);
  }, [flow]);
  const tool = (
    label: string,
    icon: Parameters<typeof Icon>[0]['name'],
    onClick: () => void,
    pressed?: boolean,
  ) => (
    <button
      type="button"
      className="tool"
      title={label}
      aria-label={label}
      aria-pressed={pressed}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
  return (
    <div className="d-float d-zoom">
      {tool(t('canvas.tools.zoomOut'), 'dash', () => void flow.zoomOut())}
      {tool(t('canvas.tools.zoomIn'), 'plus', () => void flow.zoomIn())}
      {tool(t('canvas.tools.fit'), 'fit', () => zoomCanvas('fit'))}
      {tool(t('canvas.tools.minimap'), 'map', () => ui.getState().set({ isMap: !isMap }), isMap)}
    </div>
  );
}
