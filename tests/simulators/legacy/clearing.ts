import type { Book, Position } from './positions.ts';
import { type Asked, escapeHtml, type Login, sendHtml, sendTo, Sessions, startWeb } from './web.ts';

/** How the clearing system behaves. */
export interface ClearingOptions {
  readonly port: number;
  readonly login: Login;
  /** Asked at every page. */
  readonly book: () => Book;
  readonly expireAfterClicks?: number;
  /** 20 unless given. */
  readonly rowsPerPage?: number;
}

const SIDES = { long: 'B', short: 'S' } as const;
const HEDGES = { speculation: '1', arbitrage: '2', hedge: '3' } as const;
const COLUMNS = [
  '序号',
  '客户号',
  '市场',
  '合约代码',
  '买卖方向',
  '投保标志',
  '昨持仓',
  '今持仓',
  '持仓合计',
  '开仓价',
  '结算价',
  '保证金',
];

/** The clearing system: one endless table in pages, built of tables in tables. */
export async function startClearing(options: ClearingOptions): ReturnType<typeof startWeb> {
  const sessions = new Sessions(20 * 60_000, options.expireAfterClicks);
  const { login } = options;
  return startWeb(options.port, sessions, (asked, response) => {
    if (asked.path === '/signin') {
      const isRight = asked.form.get('u') === login.username && asked.form.get('p') === login.password;
      if (isRight) sendTo(response, '/positions?page=1', sessions.open(login.username));
      else sendHtml(response, signInPage('用户名或密码不正确'));
      return;
    }
    if (asked.session === undefined) sendHtml(response, signInPage(asked.path === '/' ? '' : '登录已失效'));
    else sendHtml(response, positionsPage(asked, options));
  });
}

function signInPage(message: string): string {
  return `<html><head><title>结算系统</title></head><body><form method="post" action="/signin">
<label for="u">用户名</label><input id="u" name="u"><label for="p">密码</label><input id="p" name="p" type="password">
<button>进入</button></form><div class="err">${escapeHtml(message)}</div></body></html>`;
}

function positionsPage(asked: Asked, options: ClearingOptions): string {
  const book = options.book();
  const rowsPerPage = options.rowsPerPage ?? 20;
  const pages = Math.max(1, Math.ceil(book.rows.length / rowsPerPage));
  const page = Math.min(pages, Math.max(1, Number(asked.query.get('page') ?? 1) || 1));
  const from = (page - 1) * rowsPerPage;
  const rows = book.rows.slice(from, from + rowsPerPage).map((row, index) => rowOf(from + index + 1, row));
  const next = page < pages ? `<a href="/positions?page=${page + 1}">下一页</a>` : '<span>下一页</span>';
  return `<html><head><title>结算系统 持仓</title></head><body><table width="100%"><tr><td>
<b>客户持仓</b>　结算日期：<span id="day">${book.tradingDay}</span></td></tr><tr><td>
<table border="1" class="grid" summary="持仓"><tr>${COLUMNS.map((name) => `<th>${name}</th>`).join('')}</tr>
${rows.join('\n')}
<tr><td colspan="${COLUMNS.length}">第 ${page} 页 / ${pages} 页 ${next}</td></tr></table></td></tr>
<tr><td id="totals">共 ${book.totals.rows} 条，买 ${book.totals.longLots} 手，卖 ${book.totals.shortLots} 手</td></tr></table></body></html>`;
}

/** Contract codes are upper case here, whatever the exchange writes. */
function rowOf(number: number, row: Position): string {
  const cells = [
    number,
    row.account,
    row.exchange,
    row.contract.toUpperCase(),
    SIDES[row.side],
    HEDGES[row.hedge],
    row.yesterday,
    row.today,
    row.yesterday + row.today,
    row.openPrice,
    row.settlementPrice,
    row.margin,
  ];
  return `<tr>${cells.map((cell) => `<td nowrap>${escapeHtml(cell)}</td>`).join('')}</tr>`;
}
