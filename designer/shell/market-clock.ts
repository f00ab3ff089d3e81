import type { TFunction } from 'i18next';
import {
  CalendarYearError,
  MARKET_TIME_ZONE,
  type MarketClock,
  marketClock,
  type Session,
  wallClock,
} from '../../domain/calendar/index.ts';

const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/** The parts of the clock in the corner: the trading day, and the session that is open or comes next. */
export function clockTexts(t: TFunction, nowMs: number): { readonly day: string; readonly session: string } {
  let clock: MarketClock;
  try {
    clock = marketClock(nowMs);
  } catch (error) {
    if (!(error instanceof CalendarYearError)) throw error;
    return { day: t('clock.noCalendar', { year: error.year }), session: '' };
  }
  const { tradingDay, isTradingDay, open, next } = clock;
  const weekday = t(`clock.weekday.${WEEKDAYS[new Date(`${tradingDay}T00:00:00Z`).getUTCDay()] ?? 'sun'}`);
  const isCurrent = isTradingDay || open !== null;
  const day = t(isCurrent ? 'clock.tradingDay' : 'clock.lastTradingDay', { date: tradingDay, weekday });
  return { day, session: sessionText(t, nowMs, open, next) };
}

function sessionText(t: TFunction, nowMs: number, open: Session | null, next: Session | null): string {
  const shown = open ?? next;
  if (shown === null) return '';
  const at = wallClock(open === null ? shown.opensAtMs : shown.closesAtMs, MARKET_TIME_ZONE);
  const today = wallClock(nowMs, MARKET_TIME_ZONE).date;
  const time = at.date === today ? at.time : `${at.date.slice(5)} ${at.time}`;
  return t(open === null ? 'clock.next' : 'clock.open', {
    market: shown.market,
    session: t(`clock.${shown.kind}`),
    time,
  });
}
