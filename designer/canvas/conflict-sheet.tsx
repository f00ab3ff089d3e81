import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { type DiffLine, diffLines } from '../../domain/line-diff.ts';
import { useDesigner, useFlow } from './designer-context.ts';
import type { Saver } from './saving.ts';
import { Sheet } from './sheet.tsx';

/** Two texts of one draft beside each other, with what differs marked; the person decides which one stays. */
export function ConflictSheet({ saver }: { readonly saver: Saver }) {
  const { t } = useTranslation();
  const { flow, ui } = useDesigner();
  const mine = useFlow((state) => state.text);
  const conflict = useStore(saver.store, (state) => state.conflict);
  if (conflict === undefined) return null;
  const lines = diffLines(conflict.source, mine);
  const decide = (choice: 'mine' | 'theirs') => {
    if (choice === 'theirs') flow.getState().replaceText(conflict.source);
    saver.resolve(choice);
    ui.getState().set({ overlay: undefined });
  };
  return (
    <Sheet title={t('sheets.conflict.title')} isWide>
      <p className="quiet">{t('sheets.conflict.text', { name: conflict.changedBy })}</p>
      <div className="s-columns">
        <MarkedText label={conflict.changedBy} lines={lines.filter(({ mark }) => mark !== '+')} />
        <MarkedText label={t('sheets.conflict.yours')} lines={lines.filter(({ mark }) => mark !== '-')} />
      </div>
      <div className="s-foot">
        <Button onClick={() => decide('theirs')}>{t('sheets.conflict.theirs')}</Button>
        <Button onClick={() => decide('mine')}>{t('sheets.conflict.mine')}</Button>
      </div>
    </Sheet>
  );
}

const MARKS = { '-': 'removed', '+': 'added', ' ': undefined } as const;

function MarkedText({ label, lines }: { readonly label: string; readonly lines: readonly DiffLine[] }) {
  return (
    <section aria-label={label}>
      <h3>{label}</h3>
      <div className="code diff" role="group" aria-label={label} tabIndex={0}>
        {lines.map((line, at) => (
          // Lines of one text never change place.
          <div key={at} data-mark={MARKS[line.mark]}>
            {line.text === '' ? ' ' : line.text}
          </div>
        ))}
      </div>
    </section>
  );
}
