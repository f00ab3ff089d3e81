import { CursorError } from './errors.ts';
import type { Page, PageOf } from './types.ts';

const MAX_LIMIT = 200;

/** Where a page starts: behind the row with these two sort values. */
export interface CursorPoint {
  readonly sort: string;
  readonly tie: string;
}

/** Parses the cursor of a page; undefined for the first one. Throws `CursorError`. */
export function cursorPoint(page: Page): CursorPoint | undefined {
  if (page.cursor === undefined || page.cursor === '') return undefined;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(page.cursor, 'base64url').toString());
    if (Array.isArray(parsed) && parsed.length === 2) {
      const [sort, tie]: unknown[] = parsed;
      if (typeof sort === 'string' && typeof tie === 'string') return { sort, tie };
    }
  } catch {
    // Falls through to the one answer for every cursor that is not ours.
  }
  throw new CursorError('the cursor is not one of this list');
}

/** Rows to ask for: one more than the page shows tells whether there is a next page. */
export function rowsToRead(page: Page): number {
  return pageLimit(page) + 1;
}

/** Cuts the extra row off and makes the cursor of the next page. */
export function pageOfRows<Item>(
  items: readonly Item[],
  page: Page,
  pointOf: (item: Item) => CursorPoint,
): PageOf<Item> {
  const limit = pageLimit(page);
  const shown = items.slice(0, limit);
  const last = shown.at(-1);
  if (items.length <= limit || last === undefined) return { items: shown };
  const { sort, tie } = pointOf(last);
  return { items: shown, next: Buffer.from(JSON.stringify([sort, tie])).toString('base64url') };
}

function pageLimit(page: Page): number {
  return Math.min(Math.max(Math.trunc(page.limit), 1), MAX_LIMIT);
}
