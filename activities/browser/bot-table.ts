import type { Locator, Page } from 'playwright';
import type { BotAction, BotFact } from '../../domain/reconciliation/bot-script.ts';
import { BotFault, BotRefused } from './bot-failures.ts';
import { renderTableCsv } from './bot-evidence.ts';
import { findNow, type Located } from './locate.ts';

type ExtractTable = Extract<BotAction, { op: 'extractTable' }>;

/** What reading a table needs of the bot around it. Times in milliseconds. */
export interface TableReader {
  readonly page: Page;
  readonly timeoutMs: number;
  readonly maxRows: number;
  readonly maxPages: number;
  find(target: ExtractTable['target']): Promise<Located>;
  /** Throws when the session has expired. */
  watch(): Promise<void>;
}

interface PageOfTable {
  readonly rows: string[][];
  /** Text of the whole table: tells one page from the next. */
  readonly mark: string;
}

const POLL_MS = 120;

/**
 * Reads a table over all its pages, columns by their header. Throws `BotRefused` when a column is gone, `BotFault` when the page
 * counts other rows than were read or a next page does not come.
 */
export async function extractTable(
  reader: TableReader,
  step: ExtractTable,
): Promise<{ csv: string; rows: number; facts: Record<string, string> }> {
  const rows: string[][] = [];
  let current = await readPage((await reader.find(step.target)).locator, step);
  let pages = 1;
  for (;;) {
    rows.push(...current.rows);
    if (rows.length > reader.maxRows)
      throw new BotRefused('too-many-rows', `the table has more than ${reader.maxRows} rows`);
    const next = step.next === undefined ? undefined : await findNow(reader.page, step.next);
    if (next === undefined || (await isDisabled(next.locator))) break;
    pages += 1;
    if (pages > reader.maxPages)
      throw new BotRefused('too-many-pages', `the table has more than ${reader.maxPages} pages`);
    await next.locator.click({ timeout: reader.timeoutMs });
    current = await readNextPage(reader, step, current.mark);
  }
  await checkCount(reader, step, rows.length);
  const facts = await readFacts(reader, step.facts);
  const added = step.factColumns ?? [];
  const csv = renderTableCsv(
    [...step.columns.map((column) => column.name), ...added],
    rows.map((row) => [...row, ...added.map((name) => facts[name] ?? '')]),
  );
  return { csv, rows: rows.length, facts };
}

async function readPage(table: Locator, step: ExtractTable): Promise<PageOfTable> {
  const cells = await table.evaluate((element) =>
    Array.from(element.querySelectorAll('tr'), (row) =>
      Array.from(row.querySelectorAll('th, td'), (cell) =>
        (cell as HTMLElement).innerText.replace(/\s+/g, ' ').trim(),
      ),
    ),
  );
  const headerAt = cells.findIndex((row) => step.columns.every((column) => row.includes(column.header)));
  const header = cells[headerAt];
  if (header === undefined) {
    const seen = cells.flat();
    const missing = step.columns.filter((column) => !seen.includes(column.header));
    throw new BotRefused(
      'column-missing',
      `the table has no column ${missing.map((column) => `“${column.header}”`).join(', ')}`,
    );
  }
  const places = step.columns.map((column) => header.indexOf(column.header));
  const rows = cells
    .slice(headerAt + 1)
    .filter((row) => row.length === header.length)
    .map((row) => places.map((place) => row[place] ?? ''));
  return { rows, mark: JSON.stringify(cells) };
}

/** The next page is there when the table reads differently: a click alone proves nothing. */
async function readNextPage(reader: TableReader, step: ExtractTable, before: string): Promise<PageOfTable> {
  const startedAt = performance.now();
  for (;;) {
    const found = await findNow(reader.page, step.target);
    const page =
      found === undefined
        ? undefined
        : await readPage(found.locator, step).catch((error: unknown) => {
            if (error instanceof BotRefused) throw error;
            return undefined;
          });
    if (page !== undefined && page.mark !== before) return page;
    await reader.watch();
    if (performance.now() - startedAt > reader.timeoutMs)
      throw new BotFault('page-missing', `the next page of the table did not come in ${reader.timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function isDisabled(link: Locator): Promise<boolean> {
  return link.evaluate(
    (element) =>
      element.matches(':disabled, [aria-disabled="true"], .disabled') ||
      (element.tagName === 'A' && !element.hasAttribute('href')),
  );
}

/** What the page says beside its data. Throws `BotRefused` where it does not say it. */
export async function readFacts(
  reader: Pick<TableReader, 'find'>,
  facts: readonly BotFact[] = [],
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const { name, target, pattern } of facts) found[name] = await readFact(reader, target, pattern);
  return found;
}

async function readFact(
  reader: Pick<TableReader, 'find'>,
  target: ExtractTable['target'],
  pattern: string,
): Promise<string> {
  const text = (await (await reader.find(target)).locator.textContent()) ?? '';
  const found = new RegExp(pattern, 'u').exec(text)?.[1];
  if (found === undefined) throw new BotRefused('fact-missing', `“${text.trim()}” does not match ${pattern}`);
  return found;
}

async function checkCount(reader: TableReader, step: ExtractTable, rows: number): Promise<void> {
  if (step.expectRows === undefined) return;
  const told = await readFact(reader, step.expectRows.target, step.expectRows.pattern);
  if (Number(told) !== rows) throw new BotFault('row-count', `the page says ${told} rows, ${rows} were read`);
}
