import type { IsoDate } from '../calendar/index.ts';

/** Futures exchanges a position may stand on. */
export const EXCHANGES = ['CFFEX', 'SHFE', 'INE', 'DCE', 'CZCE', 'GFEX'] as const;

/** One exchange. */
export type Exchange = (typeof EXCHANGES)[number];

/** A contract in its one spelling, `SHFE.al2110`, and what it is. */
export interface Contract {
  readonly code: string;
  readonly kind: 'future' | 'option' | 'combination';
}

const NAMES: Readonly<Record<string, Exchange>> = {
  CFFEX: 'CFFEX',
  中金所: 'CFFEX',
  中国金融期货交易所: 'CFFEX',
  SHFE: 'SHFE',
  上期所: 'SHFE',
  上海期货交易所: 'SHFE',
  INE: 'INE',
  能源中心: 'INE',
  上期能源: 'INE',
  DCE: 'DCE',
  大商所: 'DCE',
  大连商品交易所: 'DCE',
  CZCE: 'CZCE',
  郑商所: 'CZCE',
  郑州商品交易所: 'CZCE',
  GFEX: 'GFEX',
  广期所: 'GFEX',
  广州期货交易所: 'GFEX',
};

/** The exchange a source means; undefined when nobody knows the name. */
export function exchangeOf(name: string): Exchange | undefined {
  const key = name.trim();
  return NAMES[key] ?? NAMES[key.toUpperCase()];
}

/** CFFEX and CZCE write product letters large, the others small; the wrong case finds nothing at the exchange instead of failing. */
const UPPER: ReadonlySet<Exchange> = new Set(['CFFEX', 'CZCE']);
const SINGLE = /^([A-Za-z]{1,3})(\d{3,4})$/;
const OPTION = /^([A-Za-z]{1,3})(\d{3,4})-?([CPcp])-?(\d{1,6})$/;
const PAIR = /^(?:[A-Za-z]{2,4}\s+)?([A-Za-z]{1,3}\d{3,4})&([A-Za-z]{1,3}\d{3,4})$/;

/**
 * Brings a contract code to its one spelling. CZCE leaves the decade out (`AP111`): it is the one nearest to the trading day, since
 * contracts are listed less than five years ahead. Undefined for a code that is none.
 */
export function normalizeContract(
  exchange: Exchange,
  code: string,
  tradingDay: IsoDate,
): Contract | undefined {
  const text = code.trim();
  const pair = PAIR.exec(text);
  if (pair !== null) {
    const legs = [pair[1], pair[2]].map((leg) => single(exchange, leg ?? '', tradingDay));
    if (legs.some((leg) => leg === undefined)) return undefined;
    return { code: `${exchange}.${legs.join('&')}`, kind: 'combination' };
  }
  const option = OPTION.exec(text);
  if (option !== null) {
    const [, product = '', month = '', right = '', strike = ''] = option;
    const base = single(exchange, `${product}${month}`, tradingDay);
    return base === undefined
      ? undefined
      : { code: `${exchange}.${base}-${right.toUpperCase()}-${Number(strike)}`, kind: 'option' };
  }
  const base = single(exchange, text, tradingDay);
  return base === undefined ? undefined : { code: `${exchange}.${base}`, kind: 'future' };
}

function single(exchange: Exchange, code: string, tradingDay: IsoDate): string | undefined {
  const match = SINGLE.exec(code);
  if (match === null) return undefined;
  const [, product = '', digits = ''] = match;
  const month = Number(digits.slice(-2));
  if (month < 1 || month > 12) return undefined;
  const year = digits.length === 4 ? digits.slice(0, 2) : yearNear(Number(digits[0]), tradingDay);
  return `${UPPER.has(exchange) ? product.toUpperCase() : product.toLowerCase()}${year}${digits.slice(-2)}`;
}

function yearNear(lastDigit: number, tradingDay: IsoDate): string {
  const year = Number(tradingDay.slice(0, 4));
  const candidates = [-10, 0, 10].map((shift) => Math.floor(year / 10) * 10 + shift + lastDigit);
  const nearest = candidates.reduce((best, other) =>
    Math.abs(other - year) < Math.abs(best - year) ? other : best,
  );
  return String(nearest).slice(2);
}
