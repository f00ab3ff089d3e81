import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../shared/icons.tsx';
import { useDesigner, useFlow, useUi } from './designer-context.ts';
import { everyBlock } from './view-model.ts';

/** Finds steps by name or by anything in them; Enter goes from one to the next. */
export function SearchBox() {
  const { t } = useTranslation();
  const { flow, ui } = useDesigner();
  const isOpen = useUi((state) => state.overlay === 'search');
  const root = useFlow((state) => state.index.root);
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const found =
    text.trim() === ''
      ? []
      : everyBlock(root)
          .filter(({ block }) => matches(block.name, block.task, text.trim().toLowerCase()))
          .map(({ block }) => block.id);
  const show = (ids: readonly string[], next: number) => {
    setAt(next);
    const id = ids[next];
    ui.getState().set({ found: new Set(ids) });
    if (id === undefined) return;
    unfoldTo(id);
    ui.getState().select([id], { show: true });
  };
  const unfoldTo = (id: string) =>
    ui.getState().fold(
      [...flow.getState().index.blocks.keys()].filter((each) => id.startsWith(`${each}/`)),
      false,
    );
  const close = () => {
    setText('');
    ui.getState().set({ overlay: undefined, found: new Set() });
  };
  if (!isOpen) return null;
  return (
    <div className="d-float d-find" role="search">
      <input
        className="c-input"
        autoFocus
        aria-label={t('canvas.tools.searchHere')}
        placeholder={t('canvas.tools.searchHere')}
        value={text}
        onChange={(event) => {
          const next = event.target.value;
          setText(next);
          const ids = everyBlock(root)
            .filter(
              ({ block }) => next.trim() !== '' && matches(block.name, block.task, next.trim().toLowerCase()),
            )
            .map(({ block }) => block.id);
          show(ids, 0);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && found.length > 0)
            show(found, (at + (event.shiftKey ? found.length - 1 : 1)) % found.length);
          if (event.key === 'Escape') {
            event.stopPropagation();
            close();
          }
        }}
      />
      <span className="small quiet" role="status">
        {text.trim() === '' ? '' : t('canvas.tools.found', { count: found.length, at: at + 1 })}
      </span>
      <button type="button" className="tool" aria-label={t('canvas.drawer.close')} onClick={close}>
        <Icon name="cross" />
      </button>
    </div>
  );
}

function matches(name: string, task: object, text: string): boolean {
  return name.toLowerCase().includes(text) || JSON.stringify(task).toLowerCase().includes(text);
}
