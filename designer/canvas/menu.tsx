import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { Icon, type IconName } from '../shared/icons.tsx';

/** One entry of a menu; `undefined` draws a line. */
export interface MenuEntry {
  readonly label: string;
  readonly icon?: IconName;
  readonly keys?: string;
  readonly isDisabled?: boolean;
  readonly onChoose: () => void;
}

/** A button with a menu under it: arrows move, Enter chooses, Escape closes, a click elsewhere closes. */
export function Menu({
  label,
  entries,
  children,
}: {
  readonly label: string;
  readonly entries: ReadonlyArray<MenuEntry | undefined>;
  readonly children: ReactNode;
}) {
  const [isOpen, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!isOpen) return undefined;
    const onDown = (event: Event) => {
      if (event.target instanceof Node && box.current?.contains(event.target) !== true) setOpen(false);
    };
    document.addEventListener('pointerdown', onDown);
    box.current?.querySelector<HTMLElement>('.m-item:not(:disabled)')?.focus();
    return () => document.removeEventListener('pointerdown', onDown);
  }, [isOpen]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (!isOpen) return;
    event.stopPropagation();
    const items = [...(box.current?.querySelectorAll<HTMLElement>('.m-item:not(:disabled)') ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      items[(at + step + items.length) % items.length]?.focus();
    } else if (event.key === 'Escape') {
      setOpen(false);
      box.current?.querySelector('button')?.focus();
    }
  };
  return (
    <div className="m-anchor" ref={box} onKeyDown={onKeyDown}>
      <button
        type="button"
        className="tool"
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-label={label}
        title={label}
        onClick={() => setOpen(!isOpen)}
      >
        {children}
      </button>
      {isOpen ? (
        <div className="m-pop" role="menu" aria-label={label}>
          {entries.map((entry, at) =>
            entry === undefined ? (
              // Lines have no identity of their own.
              <div key={`line ${at}`} className="m-line" role="separator" />
            ) : (
              <button
                key={entry.label}
                type="button"
                role="menuitem"
                className="m-item"
                disabled={entry.isDisabled}
                onClick={() => {
                  setOpen(false);
                  entry.onChoose();
                }}
              >
                {entry.icon === undefined ? null : <Icon name={entry.icon} />}
                <span>{entry.label}</span>
                {entry.keys === undefined ? null : <span className="m-key">{entry.keys}</span>}
              </button>
            ),
          )}
        </div>
      ) : null}
    </div>
  );
}
