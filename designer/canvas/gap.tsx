import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../shared/icons.tsx';
import { useDesigner, useUi } from './designer-context.ts';

/** Element id of the “+” of a place. */
export function plusId(laneId: string, index: number): string {
  return `plus${laneId}#${index}`;
}

/** The line between two steps: “+” appears on hover and focus; while something is dragged it shows where it can be put. */
export const Gap = memo(function Gap({ laneId, index }: { readonly laneId: string; readonly index: number }) {
  const { t } = useTranslation();
  const { ui } = useDesigner();
  const isReadOnly = useUi((state) => state.isReadOnly);
  const isOpen = useUi(({ inserting }) => inserting?.laneId === laneId && inserting.index === index);
  const drop = useUi((state) =>
    state.dragging === undefined
      ? undefined
      : state.drop?.laneId === laneId && state.drop.index === index
        ? 'here'
        : 'near',
  );
  if (isReadOnly) return <div className="n-gap" />;
  return (
    <div className="n-gap" data-drop={drop}>
      <button
        id={plusId(laneId, index)}
        type="button"
        className="n-plus nopan"
        tabIndex={-1}
        data-open={isOpen}
        aria-haspopup="dialog"
        aria-label={t('canvas.palette.insertAt')}
        title={t('canvas.palette.insertAt')}
        onPointerDown={(event) => event.stopPropagation()}
        onClick={(event) => {
          event.stopPropagation();
          ui.getState().insertAt(isOpen ? undefined : { laneId, index });
        }}
      >
        <Icon name="plus" />
      </button>
    </div>
  );
});
