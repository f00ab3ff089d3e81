export { addDays, type IsoDate, instantOf, wallClock } from './civil.ts';
export {
  CalendarYearError,
  isMarket,
  isOfficeDay,
  isTradingDay,
  lastCompletedTradingDays,
  MARKET_TIME_ZONE,
  MARKETS,
  type Market,
  nextTradingDay,
  previousTradingDay,
  previousTradingDays,
  publishedYears,
} from './days.ts';
export { type MarketClock, marketClock, type Session, sessionsOf } from './sessions.ts';
export { isWindowOpen, nextWindow, type WindowRule, type WindowSpan, windowAt } from './windows.ts';
