import { addDays, type IsoDate, instantOf, wallClock, weekdayOf } from './civil.ts';
import {
  isTradingDay,
  MARKET_TIME_ZONE,
  type Market,
  nextTradingDay,
  previousTradingDay,
  publishedYears,
} from './days.ts';

/** A continuous trading session. `tradingDay` is the day its trades belong to. Instants in epoch milliseconds. */
export interface Session {
  readonly market: Market;
  readonly kind: 'day' | 'night';
  readonly tradingDay: IsoDate;
  readonly opensAtMs: number;
  readonly closesAtMs: number;
}

interface Hours {
  readonly day: ReadonlyArray<readonly [string, string]>;
  /** Latest close over the products of the market; products may close earlier. */
  readonly night?: readonly [string, string];
}

const STOCKS: Hours = {
  day: [
    ['09:30', '11:30'],
    ['13:00', '15:00'],
  ],
};
const COMMODITIES: Hours['day'] = [
  ['09:00', '10:15'],
  ['10:30', '11:30'],
  ['13:30', '15:00'],
];

/** Trading hours by market (exchange trading rules). Night sessions of SHFE and INE metals run to 02:30, of DCE and CZCE to 23:00. */
const HOURS: Readonly<Record<Market, Hours>> = {
  SSE: STOCKS,
  SZSE: STOCKS,
  BSE: STOCKS,
  CFFEX: {
    day: [
      ['09:30', '11:30'],
      ['13:00', '15:15'],
    ],
  },
  SHFE: { day: COMMODITIES, night: ['21:00', '02:30'] },
  INE: { day: COMMODITIES, night: ['21:00', '02:30'] },
  DCE: { day: COMMODITIES, night: ['21:00', '23:00'] },
  CZCE: { day: COMMODITIES, night: ['21:00', '23:00'] },
  GFEX: { day: COMMODITIES },
};

/**
 * The sessions whose trades belong to a trading day, in order: the night session of the evening before first, where there is
 * one. Empty on a day without trading.
 */
export function sessionsOf(market: Market, tradingDay: IsoDate): Session[] {
  if (!isTradingDay(market, tradingDay)) return [];
  const { day, night } = HOURS[market];
  const daySessions = day.map(([opens, closes]) =>
    sessionOn(market, 'day', tradingDay, tradingDay, opens, closes),
  );
  const eve = night === undefined ? undefined : nightEve(market, tradingDay);
  if (night === undefined || eve === undefined) return daySessions;
  return [sessionOn(market, 'night', tradingDay, eve, night[0], night[1]), ...daySessions];
}

/**
 * The evening on which the night session of a trading day is held: that of the day before, of Friday for a Monday. None when that
 * day is a public holiday (exchanges hold no night session on the eve of a holiday) or lies before the first published year.
 */
function nightEve(market: Market, tradingDay: IsoDate): IsoDate | undefined {
  const eve = weekdayOf(tradingDay) === 1 ? addDays(tradingDay, -3) : addDays(tradingDay, -1);
  const isPublished = publishedYears().includes(Number(eve.slice(0, 4)));
  return isPublished && isTradingDay(market, eve) ? eve : undefined;
}

function sessionOn(
  market: Market,
  kind: Session['kind'],
  tradingDay: IsoDate,
  date: IsoDate,
  opens: string,
  closes: string,
): Session {
  const endDate = closes < opens ? addDays(date, 1) : date;
  return {
    market,
    kind,
    tradingDay,
    opensAtMs: instantOf(date, opens, MARKET_TIME_ZONE),
    closesAtMs: instantOf(endDate, closes, MARKET_TIME_ZONE),
  };
}

/** What the clock in the corner of every page shows. */
export interface MarketClock {
  /** The trading day that is under way or was the last one; the night session already belongs to the next. */
  readonly tradingDay: IsoDate;
  readonly isTradingDay: boolean;
  /** The session under way over the given markets, the one that closes last. */
  readonly open: Session | null;
  /** The next session to open; null when the calendar ends before it. */
  readonly next: Session | null;
}

/** The market clock at an instant, over a stock and a futures exchange unless others are given. */
export function marketClock(nowMs: number, markets: readonly Market[] = ['SSE', 'SHFE']): MarketClock {
  const today = wallClock(nowMs, MARKET_TIME_ZONE).date;
  const tradesToday = isTradingDay('SSE', today);
  const last = tradesToday ? today : previousTradingDay('SSE', today);
  const upcoming = upcomingDays(last);
  const sessions = markets.flatMap((market) => upcoming.flatMap((day) => sessionsOf(market, day)));
  const running = sessions.filter((session) => session.opensAtMs <= nowMs && nowMs < session.closesAtMs);
  const later = sessions
    .filter((session) => session.opensAtMs > nowMs)
    .sort((left, right) => left.opensAtMs - right.opensAtMs);
  const open = running.sort((left, right) => right.closesAtMs - left.closesAtMs)[0] ?? null;
  return {
    tradingDay: open?.kind === 'night' ? open.tradingDay : last,
    isTradingDay: tradesToday,
    open,
    next: later[0] ?? null,
  };
}

function upcomingDays(last: IsoDate): IsoDate[] {
  try {
    return [last, nextTradingDay('SSE', last)];
  } catch {
    // The last trading day of the last published year: what follows is not known.
    return [last];
  }
}
