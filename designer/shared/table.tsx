import { Button } from 'antd';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { PAGE_SIZE } from '../api/client.ts';

/** A column. `key` names it; `narrow: false` hides it on a telephone; `mono` for numbers, ids and times. */
export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  readonly mono?: boolean;
  readonly narrow?: boolean;
  readonly grows?: boolean;
}

/**
 * Rows of one list. Each row has an address, which its first cell links to: Tab, j/k and the arrows move between rows, Enter
 * opens, a click anywhere on the row opens too.
 */
export function Table<Row>({
  label,
  columns,
  rows,
  rowKey,
  to,
}: {
  readonly label: string;
  readonly columns: ReadonlyArray<Column<Row>>;
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly to?: (row: Row) => string;
}) {
  const body = useRef<HTMLTableSectionElement>(null);
  useRowKeys(body);
  return (
    <div className="table-frame">
      <table className="table" aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.key} data-narrow={column.narrow ?? true} data-grows={column.grows ?? false}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          {rows.map((row) => (
            <tr key={rowKey(row)} data-linked={to !== undefined}>
              {columns.map((column, index) => (
                <td
                  key={column.key}
                  data-narrow={column.narrow ?? true}
                  data-mono={column.mono ?? false}
                  data-grows={column.grows ?? false}
                >
                  {index === 0 && to !== undefined ? (
                    <Link className="row-link" data-row to={to(row)}>
                      {column.cell(row)}
                    </Link>
                  ) : (
                    column.cell(row)
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The button under a list that has more; keeps its place while reading. */
export function More({
  isMore,
  isReading,
  onMore,
}: {
  readonly isMore: boolean;
  readonly isReading: boolean;
  readonly onMore: () => void;
}) {
  const { t } = useTranslation();
  if (!isMore) return null;
  return (
    <div className="more">
      <Button loading={isReading} onClick={onMore}>
        {t('common.more', { count: PAGE_SIZE })}
      </Button>
    </div>
  );
}

/** True while keys belong to a field or to something that floats. */
export function isTyping(event: KeyboardEvent): boolean {
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target.closest('input, textarea, select, [role="dialog"], [role="combobox"]') !== null
  );
}

const MOVES: Readonly<Record<string, number>> = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

/** j/k and the arrows move the focus between the elements marked `data-row` of a list. */
export function useRowKeys(container: { readonly current: HTMLElement | null }): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const move = MOVES[event.key];
      if (move === undefined || event.metaKey || event.ctrlKey || event.altKey || isTyping(event)) return;
      const links = [...(container.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])];
      const focused = links.findIndex((link) => link === document.activeElement);
      const next = links[focused < 0 ? (move > 0 ? 0 : links.length - 1) : focused + move];
      if (next === undefined) return;
      event.preventDefault();
      next.focus();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [container]);
}
