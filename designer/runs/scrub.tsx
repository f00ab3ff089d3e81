import { useTranslation } from 'react-i18next';
import { useNow } from '../shared/clock.ts';
import { wallTime } from '../shared/time.ts';

/**
 * Goes back through a run, moment by moment: the left and right keys move by one. `at` is the position of the moment that is shown,
 * undefined for now (or the end, when the run is over).
 */
export function Scrub({
  moments,
  at,
  isLive,
  onAt,
}: {
  readonly moments: readonly number[];
  readonly at: number | undefined;
  readonly isLive: boolean;
  readonly onAt: (at: number | undefined) => void;
}) {
  const { t } = useTranslation();
  const nowMs = useNow();
  const last = moments.length - 1;
  const shown = at ?? last;
  const time = moments[shown];
  if (time === undefined) return <div className="drawn-scrub" />;
  const go = (next: number) => onAt(next >= last ? undefined : Math.max(0, next));
  const words =
    at === undefined
      ? t(isLive ? 'drawn.now' : 'drawn.end')
      : t('drawn.moment', { at: shown + 1, count: moments.length });
  return (
    <div className="drawn-scrub" data-past={at !== undefined}>
      <button
        type="button"
        className="tool"
        aria-label={t('drawn.momentBefore')}
        title={t('drawn.momentBefore')}
        disabled={shown === 0}
        onClick={() => go(shown - 1)}
      >
        ‹
      </button>
      <input
        type="range"
        min={0}
        max={last}
        value={shown}
        aria-label={t('drawn.scrub')}
        aria-valuetext={`${wallTime(time, nowMs)} ${words}`}
        title={t('drawn.scrubHint')}
        onChange={(event) => go(Number(event.target.value))}
      />
      <button
        type="button"
        className="tool"
        aria-label={t('drawn.momentAfter')}
        title={t('drawn.momentAfter')}
        disabled={at === undefined}
        onClick={() => go(shown + 1)}
      >
        ›
      </button>
      <span className="mono">
        {at === undefined && isLive ? wallTime(nowMs, nowMs) : wallTime(time, nowMs)}
      </span>
      <span className="quiet">{words}</span>
      {at === undefined ? null : (
        <button type="button" className="tool" onClick={() => onAt(undefined)}>
          {t(isLive ? 'drawn.now' : 'drawn.end')}
        </button>
      )}
    </div>
  );
}
