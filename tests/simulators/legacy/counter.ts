import type { Book, Position } from './positions.ts';
import { encodeGbk } from './gbk.ts';
import { type Asked, escapeHtml, type Login, sendHtml, sendTo, Sessions, startWeb } from './web.ts';

/** How the counter system behaves. */
export interface CounterOptions {
  readonly port: number;
  readonly login: Login;
  /** Asked at every page. */
  readonly book: () => Book;
  /** The session ends once after this many requests. */
  readonly expireAfterClicks?: number;
  /** The newer release: the query button lost its id and is found by its words only. */
  readonly isRedrawn?: boolean;
}

const SIDES = { long: '买', short: '卖' } as const;
const HEDGES = { speculation: '投机', arbitrage: '套利', hedge: '套保' } as const;
const HEADER = '交易日,资金账号,交易所,合约,买卖,投保,昨仓,今仓,总持仓,开仓均价,结算价,占用保证金';

/** The counter system: a frameset in a frameset, sessions that end by themselves, and a GBK file behind a button. */
export async function startCounter(options: CounterOptions): ReturnType<typeof startWeb> {
  const sessions = new Sessions(20 * 60_000, options.expireAfterClicks);
  const { login } = options;
  return startWeb(options.port, sessions, (asked, response) => {
    if (asked.path === '/login') {
      const isRight = asked.form.get('opid') === login.username && asked.form.get('oppwd') === login.password;
      if (isRight) sendTo(response, '/main', sessions.open(login.username));
      else sendHtml(response, loginPage(asked.form.has('opid') ? '操作员或口令错误' : ''));
      return;
    }
    if (asked.session === undefined) {
      sendHtml(response, loginPage(asked.path === '/' ? '' : '会话超时，请重新登录'));
      return;
    }
    const book = options.book();
    if (asked.path === '/export') {
      response.writeHead(200, {
        'content-type': 'application/octet-stream',
        'content-disposition': `attachment; filename="position_${book.tradingDay.replaceAll('-', '')}.csv"`,
      });
      response.end(encodeGbk(renderCounterCsv(book)));
      return;
    }
    sendHtml(response, pageOf(asked, book, options.isRedrawn === true));
  });
}

/** The file of the counter: header, rows, and a last line that says how many rows there are. */
export function renderCounterCsv({ tradingDay, rows, totals }: Book): string {
  const lines = rows.map((row) => rowOf(tradingDay, row).join(','));
  return [HEADER, ...lines, `合计,${totals.rows},条`, ''].join('\r\n');
}

function rowOf(tradingDay: string, row: Position): Array<string | number> {
  return [
    tradingDay.replaceAll('-', ''),
    row.account,
    row.exchange,
    row.contract,
    SIDES[row.side],
    HEDGES[row.hedge],
    row.yesterday,
    row.today,
    row.yesterday + row.today,
    row.openPrice,
    row.settlementPrice,
    row.margin,
  ];
}

function loginPage(message: string): string {
  return `<html><head><title>集中交易柜台</title></head><body bgcolor="#d4d0c8"><center>
<form method="post" action="/login" target="_top"><table border="1"><tr><td colspan="2"><b>操作员登录</b></td></tr>
<tr><td>操作员</td><td><input name="opid" size="12"></td></tr>
<tr><td>口令</td><td><input name="oppwd" type="password" size="12"></td></tr>
<tr><td colspan="2"><input type="submit" value="登 录"></td></tr></table></form>
<font color="red" id="msg">${escapeHtml(message)}</font></center></body></html>`;
}

function pageOf(asked: Asked, book: Book, isRedrawn: boolean): string {
  switch (asked.path) {
    case '/main':
      return `<html><head><title>集中交易柜台</title></head><frameset rows="40,*">
<frame name="top" src="/top"><frame name="work" src="/work"></frameset></html>`;
    case '/top':
      return `<html><body bgcolor="#336699"><font color="white">操作员 ${escapeHtml(asked.session?.username ?? '')}　结算日 ${book.tradingDay}</font></body></html>`;
    case '/work':
      return `<html><frameset cols="160,*"><frame name="menu" src="/menu"><frame name="content" src="/welcome"></frameset></html>`;
    case '/menu':
      return `<html><body><a href="/query" target="content">持仓查询</a><br><a href="/welcome" target="content">首页</a></body></html>`;
    case '/query':
      return queryPage(asked, book, isRedrawn);
    default:
      return '<html><body>欢迎</body></html>';
  }
}

function queryPage(asked: Asked, book: Book, isRedrawn: boolean): string {
  const day = asked.form.get('day');
  const id = isRedrawn ? '' : ' id="btnQuery"';
  const form = `<form method="post" action="/query">结算日 <input name="day" value="${escapeHtml(day ?? '')}">
<input type="submit"${id} value="查 询"></form>`;
  if (day === null) return `<html><body>${form}</body></html>`;
  if (day !== book.tradingDay) return `<html><body>${form}<p id="none">该日无数据</p></body></html>`;
  return `<html><body>${form}<p id="found">共 ${book.totals.rows} 条，买 ${book.totals.longLots} 手，卖 ${book.totals.shortLots} 手</p>
<form action="/export"><input type="submit" id="btnExport" value="导出CSV"></form></body></html>`;
}
