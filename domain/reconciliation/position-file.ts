import type { IsoDate } from '../calendar/index.ts';
import { type Exchange, exchangeOf, normalizeContract } from './contract.ts';
import { MONEY_SCALE, parseDecimal, PRICE_SCALE } from './decimal.ts';
import { hedgeOf, type Position, sideOf } from './position.ts';

/** Columns a position file may have. */
export type PositionField =
  | 'account'
  | 'exchange'
  | 'contract'
  | 'side'
  | 'hedge'
  | 'quantity'
  | 'today'
  | 'yesterday'
  | 'openPrice'
  | 'settlementPrice'
  | 'margin'
  | 'tradingDay';

/** Headings by field, as public statements and CTP write them. Columns are found by heading, never by position. */
export const HEADINGS: Readonly<Record<PositionField, readonly string[]>> = {
  account: ['资金账号', '客户号', '投资者代码', '账号', 'account', 'investorid'],
  exchange: ['交易所', '交易所代码', 'exchange', 'exchangeid'],
  contract: ['合约', '合约代码', '品种合约', 'contract', 'instrument', 'instrumentid'],
  side: ['买卖', '买/卖', '多空', '持仓方向', '方向', 'side', 'direction', 'posidirection'],
  hedge: ['投保', '投/保', '投机套保', '投机/套保', 'hedge', 'hedgeflag'],
  quantity: ['手数', '持仓量', '总持仓', '持仓', 'quantity', 'position', 'lots'],
  today: ['今仓', '今日持仓', 'today', 'todayposition'],
  yesterday: ['昨仓', '上日持仓', '昨日持仓', 'yesterday'],
  openPrice: ['开仓价', '开仓均价', '持仓均价', 'openprice', 'price'],
  settlementPrice: ['结算价', '今结算', '今日结算价', 'settlementprice', 'settlement'],
  margin: ['保证金', '交易保证金', 'margin', 'usemargin'],
  tradingDay: ['交易日', '日期', '成交日期', 'tradingday', 'date'],
};

const REQUIRED: readonly PositionField[] = ['account', 'exchange', 'contract', 'side', 'quantity'];

/** A row that cannot be read, with its place: lines count from 1, the heading included. */
export interface RowFault {
  readonly line: number;
  readonly column: string;
  readonly value: string;
  readonly rule: string;
}

/** What a file says. */
export interface PositionFile {
  readonly positions: readonly Position[];
  /** The one trading day of all rows; null when the file does not tell. */
  readonly tradingDay: IsoDate | null;
  /** Rows the trailer promises; null without a trailer. */
  readonly promisedRows: number | null;
  readonly faults: readonly RowFault[];
}

const TRAILER = /^(?:共|合计|total)\s*:?\s*(\d+)\s*(?:条|行|rows?|records?)$/i;

/**
 * Reads the rows of a position file. `given` maps a field to the heading this source uses where it is none of ours. Every fault is told,
 * up to 100; a row with a fault gives no position. Missing headings throw nothing: they are faults of line 1.
 */
export function readPositions(
  rows: ReadonlyArray<readonly string[]>,
  tradingDay: IsoDate,
  given: Readonly<Partial<Record<PositionField, string>>> = {},
): PositionFile {
  const reader = new PositionReader(rows[0] ?? [], tradingDay, given);
  for (const [index, row] of rows.slice(1).entries()) reader.read(row, index + 2);
  return reader.file();
}

const MOST_FAULTS = 100;

class PositionReader {
  private readonly at: Partial<Record<PositionField, number>> = {};
  private readonly heads: readonly string[];
  private readonly expectedDay: IsoDate;
  private readonly positions: Position[] = [];
  private readonly faults: RowFault[] = [];
  private readonly days = new Set<string>();
  private promisedRows: number | null = null;

  constructor(
    heads: readonly string[],
    tradingDay: IsoDate,
    given: Readonly<Partial<Record<PositionField, string>>>,
  ) {
    this.heads = heads.map((head) => head.trim());
    this.expectedDay = tradingDay;
    for (const [field, names] of Object.entries(HEADINGS) as [PositionField, readonly string[]][]) {
      const wanted = given[field] === undefined ? names : [given[field]];
      const found = this.heads.findIndex((head) =>
        wanted.some((name) => name.toLowerCase() === head.toLowerCase().replaceAll(/\s/g, '')),
      );
      if (found >= 0) this.at[field] = found;
      else if (REQUIRED.includes(field))
        this.fault(1, field, this.heads.join(','), `needs a column headed ${wanted.join(' or ')}`);
    }
  }

  read(row: readonly string[], line: number): void {
    const filled = row.map((cell) => cell.trim()).filter((cell) => cell !== '');
    if (filled.length === 0 || this.isTrailer(filled)) return;
    const before = this.faults.length;
    const exchange = this.exchange(row, line);
    const position: Position = {
      account: this.required(row, 'account', line),
      contract: exchange === undefined ? '' : this.contract(row, exchange, line),
      side: this.word(row, 'side', line, sideOf) ?? 'long',
      hedge:
        this.at.hedge === undefined
          ? 'speculation'
          : (this.word(row, 'hedge', line, hedgeOf) ?? 'speculation'),
      quantity: this.lots(row, 'quantity', line) ?? 0,
      today: this.lots(row, 'today', line),
      yesterday: this.lots(row, 'yesterday', line),
      openPrice: this.decimal(row, 'openPrice', line, PRICE_SCALE),
      settlementPrice: this.decimal(row, 'settlementPrice', line, PRICE_SCALE),
      margin: this.decimal(row, 'margin', line, MONEY_SCALE),
    };
    const day = this.cell(row, 'tradingDay');
    if (day !== '')
      this.days.add(day.replaceAll(/[/.]/g, '-').replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3'));
    if (this.faults.length === before) this.positions.push(position);
  }

  file(): PositionFile {
    const [day, ...others] = [...this.days];
    if (others.length > 0)
      this.fault(1, 'tradingDay', [...this.days].join(', '), 'all rows are of one trading day');
    if (this.promisedRows !== null && this.promisedRows !== this.positions.length)
      this.fault(
        1,
        'trailer',
        String(this.promisedRows),
        `the trailer promises ${this.promisedRows} rows, ${this.positions.length} were read`,
      );
    return {
      positions: this.positions,
      tradingDay: day ?? null,
      promisedRows: this.promisedRows,
      faults: this.faults,
    };
  }

  private isTrailer(filled: readonly string[]): boolean {
    const match = TRAILER.exec(filled.join(' '));
    if (match === null) return false;
    this.promisedRows = Number(match[1]);
    return true;
  }

  private exchange(row: readonly string[], line: number): Exchange | undefined {
    const name = this.required(row, 'exchange', line);
    const exchange = exchangeOf(name);
    if (exchange === undefined && name !== '') this.fault(line, 'exchange', name, 'is no futures exchange');
    return exchange;
  }

  private contract(row: readonly string[], exchange: Exchange, line: number): string {
    const code = this.required(row, 'contract', line);
    const contract = code === '' ? undefined : normalizeContract(exchange, code, this.expectedDay);
    if (contract === undefined && code !== '')
      this.fault(line, 'contract', code, `is no contract of ${exchange}`);
    return contract?.code ?? '';
  }

  private word<Word>(
    row: readonly string[],
    field: 'side' | 'hedge',
    line: number,
    read: (text: string) => Word | undefined,
  ): Word | undefined {
    const text = this.required(row, field, line);
    const word = read(text);
    if (word === undefined && text !== '') this.fault(line, field, text, 'is a word nobody knows');
    return word;
  }

  private lots(
    row: readonly string[],
    field: 'quantity' | 'today' | 'yesterday',
    line: number,
  ): number | null {
    const text = this.cell(row, field);
    if (text === '') {
      if (field === 'quantity' && this.at.quantity !== undefined)
        this.fault(line, field, '', 'must be given');
      return null;
    }
    const lots = parseDecimal(text, 0);
    if (lots === undefined || lots < 0) this.fault(line, field, text, 'must be a whole number of lots');
    return lots ?? null;
  }

  private decimal(row: readonly string[], field: PositionField, line: number, scale: number): number | null {
    const text = this.cell(row, field);
    if (text === '' || text === '-') return null;
    const value = parseDecimal(text, scale);
    if (value === undefined)
      this.fault(line, field, text, `must be a decimal with at most ${scale} digits after the point`);
    return value ?? null;
  }

  private required(row: readonly string[], field: PositionField, line: number): string {
    const text = this.cell(row, field);
    if (text === '' && this.at[field] !== undefined) this.fault(line, field, '', 'must be given');
    return text;
  }

  private cell(row: readonly string[], field: PositionField): string {
    const at = this.at[field];
    return at === undefined ? '' : (row[at] ?? '').trim();
  }

  private fault(line: number, field: string, value: string, rule: string): void {
    const at = this.at[field as PositionField];
    const column = at === undefined ? field : (this.heads[at] ?? field);
    if (this.faults.length < MOST_FAULTS) this.faults.push({ line, column, value: value.slice(0, 60), rule });
  }
}
