import { lazy, Suspense, useEffect, useState } from 'react';
import { isTyping } from '../shared/table.tsx';

const Palette = lazy(async () => ({ default: (await import('./palette.tsx')).Palette }));
const ShortcutSheet = lazy(async () => ({ default: (await import('./palette.tsx')).ShortcutSheet }));

/** What floats over every page: Ctrl/⌘+K finds, `?` shows the keys. Read when it is opened for the first time. */
export function Floating() {
  const [open, setOpen] = useState<'palette' | 'keys'>();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        setOpen('palette');
      } else if (event.key === '?' && !isTyping(event)) setOpen('keys');
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  if (open === undefined) return null;
  const close = () => setOpen(undefined);
  return (
    <Suspense>
      {open === 'palette' ? <Palette onClose={close} /> : <ShortcutSheet onClose={close} />}
    </Suspense>
  );
}
