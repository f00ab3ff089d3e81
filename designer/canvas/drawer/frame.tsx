import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../shared/icons.tsx';
import { useDesigner, useFlow } from '../designer-context.ts';
import { type FormSurroundings, type Suggestions, Surroundings } from '../form/available.ts';
import { focusCard } from '../keys.ts';
import { availableTo } from '../model/scope.ts';

/** Head, body and close of a drawer. */
export function DrawerFrame({
  icon,
  title,
  tabs,
  children,
}: {
  readonly icon?: ReactNode;
  readonly title: ReactNode;
  readonly tabs?: ReactNode;
  readonly children: ReactNode;
}) {
  const { t } = useTranslation();
  const { ui } = useDesigner();
  return (
    <aside className="d-drawer" aria-label={t('canvas.title')}>
      <div className="w-head">
        <span className="n-icon">{icon}</span>
        <div className="n-words">{title}</div>
        <button
          type="button"
          className="tool"
          aria-label={t('canvas.drawer.close')}
          title={t('canvas.drawer.close')}
          onClick={() => {
            ui.getState().set({ drawer: undefined });
            focusCard(ui.getState().selected.at(-1));
          }}
        >
          <Icon name="cross" />
        </button>
      </div>
      {tabs}
      <div className="w-body">{children}</div>
    </aside>
  );
}

/** What the fields of one step can take from before it. */
export function StepSurroundings({
  blockId,
  suggestions,
  children,
}: {
  readonly blockId: string;
  readonly suggestions: Suggestions;
  readonly children: ReactNode;
}) {
  const { t } = useTranslation();
  const document = useFlow((state) => state.document);
  const index = useFlow((state) => state.index);
  const value = useMemo((): FormSurroundings => {
    const words = {
      input: t('canvas.scope.input'),
      previous: t('canvas.scope.previous'),
      whole: t('canvas.scope.whole'),
      item: t('canvas.scope.item'),
      position: t('canvas.scope.position'),
      error: t('canvas.scope.error'),
    };
    return { available: availableTo(document, index, blockId, words), suggestions };
  }, [document, index, blockId, suggestions, t]);
  return <Surroundings value={value}>{children}</Surroundings>;
}
