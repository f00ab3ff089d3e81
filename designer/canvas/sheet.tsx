import { type ReactNode, useEffect, useRef } from 'react';
import { useDesigner } from './designer-context.ts';

/** A sheet in the middle of the page: Escape and a press beside it close; the focus stays inside and goes back afterwards. */
export function Sheet({
  title,
  isWide = false,
  children,
}: {
  readonly title: string;
  readonly isWide?: boolean;
  readonly children: ReactNode;
}) {
  const { ui } = useDesigner();
  const box = useRef<HTMLDialogElement>(null);
  const close = () => ui.getState().set({ overlay: undefined });
  useEffect(() => {
    const dialog = box.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={box}
      className="s-sheet"
      data-wide={isWide}
      aria-modal="true"
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      onPointerDown={(event) => {
        if (event.target === box.current) close();
      }}
    >
      <div className="s-body">
        <h2>{title}</h2>
        {children}
      </div>
    </dialog>
  );
}
