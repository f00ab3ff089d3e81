import type { TFunction } from 'i18next';
import type { Json } from '../../domain/json.ts';
import type { Trigger } from '../api/types.ts';

const DAYS = ['trading-days', 'office-days', 'every-day'] as const;

/** The settings of a trigger as lines of words; what has no words of its own is shown as it is. */
export function settingRows(t: TFunction, row: Trigger): ReadonlyArray<readonly [string, string]> {
  const { settings } = row;
  if (row.kind !== 'schedule' || settings['cron'] !== undefined || settings['everySeconds'] !== undefined)
    return Object.entries(settings).map(([key, value]) => [key, shown(value)] as const);
  const days = DAYS.find((word) => word === settings['days']) ?? 'trading-days';
  const overlap = settings['overlap'] === 'allow' ? 'allow' : 'skip';
  const market = typeof settings['market'] === 'string' ? settings['market'] : 'SSE';
  return [
    [
      t('triggers.days'),
      days === 'trading-days'
        ? `${t(`triggers.dayWords.${days}`)} · ${market}`
        : t(`triggers.dayWords.${days}`),
    ],
    [t('triggers.at'), shown(settings['at'] ?? '')],
    ...(settings['dayOffset'] === -1 ? [[t('triggers.forDay'), t('triggers.offset')] as const] : []),
    [t('triggers.overlap'), t(`triggers.overlapWords.${overlap}`)],
    [t('triggers.catchUp'), shown(settings['catchUpMinutes'] ?? 30)],
  ];
}

function shown(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
