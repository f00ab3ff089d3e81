import { useInfiniteQuery } from '@tanstack/react-query';
import { Checkbox, Select } from 'antd';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { BREAK_CLASSES, BREAK_STATUSES } from '../../domain/reconciliation/breaks.ts';
import { queries, rowsOf } from '../api/queries.ts';
import type { Break } from '../api/types.ts';
import { usePerson } from '../session/session.tsx';
import { Empty, Loading, PageHead, ProblemNote } from '../shared/parts.tsx';
import { State } from '../shared/state.tsx';
import { type Column, More, Table } from '../shared/table.tsx';
import type { StateName } from '../theme.ts';
import { SignOffs } from './sign-offs.tsx';

/** The break desk: what does not agree, oldest first, and the days that wait for signatures. */
export function BreakList() {
  const { t } = useTranslation();
  const person = usePerson();
  const [params, setParams] = useSearchParams();
  const status = ['open', ...BREAK_STATUSES].find((word) => word === params.get('status')) ?? 'open';
  const breakClass = BREAK_CLASSES.find((word) => word === params.get('class')) ?? '';
  const isMine = params.get('mine') === '1';
  const set = (name: string, value: string) => {
    const next = new URLSearchParams(params);
    if (value === '') next.delete(name);
    else next.set(name, value);
    setParams(next, { replace: true });
  };
  const breaks = useInfiniteQuery(
    queries.breaks({ status, class: breakClass, owner: isMine ? person.username : '' }),
  );
  return (
    <>
      <PageHead title={t('reconciliation.title')} />
      <SignOffs />
      <div className="filters">
        <Select
          aria-label={t('reconciliation.status')}
          value={status}
          onChange={(value) => set('status', value)}
          options={(['open', ...BREAK_STATUSES] as const).map((word) => ({
            value: word,
            label: t(`reconciliation.statuses.${word}`),
          }))}
        />
        <Select
          aria-label={t('reconciliation.class')}
          value={breakClass}
          onChange={(value) => set('class', value)}
          options={[
            { value: '', label: t('reconciliation.anyClass') },
            ...BREAK_CLASSES.map((word) => ({ value: word, label: t(`reconciliation.classes.${word}`) })),
          ]}
        />
        <Checkbox checked={isMine} onChange={(event) => set('mine', event.target.checked ? '1' : '')}>
          {t('reconciliation.mine')}
        </Checkbox>
      </div>
      {breaks.error !== null ? (
        <ProblemNote error={breaks.error} onAgain={() => void breaks.refetch()} />
      ) : breaks.data === undefined ? (
        <Loading />
      ) : rowsOf(breaks.data).length === 0 ? (
        <Empty icon="check" title={t('reconciliation.empty')} text={t('reconciliation.emptyText')} />
      ) : (
        <Table
          label={t('reconciliation.title')}
          columns={columnsOf(t)}
          rows={rowsOf(breaks.data)}
          rowKey={(row) => row.breakId}
          to={(row) => `/breaks/${row.breakId}`}
        />
      )}
      <More
        isMore={breaks.hasNextPage}
        isReading={breaks.isFetchingNextPage}
        onMore={() => void breaks.fetchNextPage()}
      />
    </>
  );
}

function columnsOf(t: TFunction): Array<Column<Break>> {
  return [
    { key: 'what', title: t('reconciliation.what'), cell: (row) => row.key, mono: true, grows: true },
    {
      key: 'class',
      title: t('reconciliation.class'),
      cell: (row) => t(`reconciliation.classes.${row.class}`),
    },
    { key: 'status', title: t('reconciliation.status'), cell: (row) => <BreakState row={row} /> },
    { key: 'age', title: t('reconciliation.age'), cell: (row) => ageText(t, row), mono: true },
    {
      key: 'owner',
      title: t('reconciliation.owner'),
      cell: (row) => row.owner ?? t('reconciliation.nobody'),
      narrow: false,
    },
  ];
}

/** `3 trading days`, or today. */
export function ageText(t: TFunction, { ageInTradingDays: count }: Pick<Break, 'ageInTradingDays'>): string {
  return count === 0 ? t('reconciliation.ageToday') : t('reconciliation.ageDays', { count });
}

const STATES: Readonly<Record<Break['status'], StateName>> = {
  new: 'late',
  known: 'late',
  reopened: 'late',
  assigned: 'running',
  explained: 'waiting',
  'proposed-close': 'needsPerson',
  closed: 'done',
};

/** Standing of a break with its own word. */
export function BreakState({ row }: { readonly row: Pick<Break, 'status'> }) {
  const { t } = useTranslation();
  return <State name={STATES[row.status]} word={t(`reconciliation.statuses.${row.status}`)} />;
}
