import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Json } from '../../../domain/json.ts';
import { type Available, useSurroundings } from './available.ts';

const LONGEST_SAMPLE = 60;

/** A sample value in one line. */
export function sampleText(value: Json | undefined): string {
  if (value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > LONGEST_SAMPLE ? `${text.slice(0, LONGEST_SAMPLE)}…` : text;
}

/** The entry an expression stands for, undefined for an expression of one's own. */
export function findAvailable(available: readonly Available[], source: string): Available | undefined {
  return available.find((each) => each.source === source.trim());
}

/** Earlier results by step, with names and sample values; no path is ever typed. */
export function FieldPicker({
  onPick,
  onWrite,
}: {
  readonly onPick: (entry: Available) => void;
  /** Offers to write an expression instead. */
  readonly onWrite?: (source: string) => void;
}) {
  const { t } = useTranslation();
  const { available } = useSurroundings();
  const [text, setText] = useState('');
  const words = text.toLowerCase();
  const shown = available.filter(({ label, from, source }) =>
    `${label} ${from} ${source}`.toLowerCase().includes(words),
  );
  const origins = [...new Set(shown.map(({ from }) => from))];
  return (
    <div className="f-picker" role="group" aria-label={t('canvas.form.choose')}>
      {available.length === 0 ? (
        <p className="f-hint p-search">{t('canvas.form.nothingBefore')}</p>
      ) : (
        <>
          <div className="p-search">
            <input
              className="c-input"
              autoFocus
              aria-label={t('canvas.form.searchFields')}
              placeholder={t('canvas.form.searchFields')}
              value={text}
              onChange={(event) => setText(event.target.value)}
              onKeyDown={(event) => {
                const first = shown[0];
                if (event.key === 'Enter' && first !== undefined) {
                  event.preventDefault();
                  onPick(first);
                }
              }}
            />
          </div>
          <div className="f-picker-list">
            {origins.map((origin) => (
              <div key={origin}>
                <p className="p-group">{origin}</p>
                {shown
                  .filter(({ from }) => from === origin)
                  .map((entry) => (
                    <button key={entry.source} type="button" className="f-pick" onClick={() => onPick(entry)}>
                      <span>{entry.label}</span>
                      <span title={sampleText(entry.sample)}>{sampleText(entry.sample)}</span>
                    </button>
                  ))}
              </div>
            ))}
          </div>
        </>
      )}
      {onWrite === undefined ? null : (
        <div className="p-search">
          <button type="button" className="f-mode" onClick={() => onWrite('.')}>
            {t('canvas.form.writeExpression')}
          </button>
        </div>
      )}
    </div>
  );
}
