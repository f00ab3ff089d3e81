import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { rowsOf } from '../api/queries.ts';
import { useNow } from '../shared/clock.ts';
import { Empty, Loading, PageHead, ProblemNote, Section } from '../shared/parts.tsx';
import { State } from '../shared/state.tsx';
import { type Column, More, Table } from '../shared/table.tsx';
import { relativeTime } from '../shared/time.ts';
import { type CallTask, deskQueries } from './desk-api.ts';
import { stepText, TASK_STATES } from './words.ts';

/** What a representative has to call, and what anybody may take. */
export function CallQueue() {
  const { t } = useTranslation();
  const mine = useInfiniteQuery(deskQueries.tasks({ mine: 'true' }));
  const pool = useInfiniteQuery(deskQueries.tasks({ pool: 'true', status: 'open' }));
  if (mine.error !== null) return <ProblemNote error={mine.error} onAgain={() => void mine.refetch()} />;
  const own = mine.data === undefined ? undefined : rowsOf(mine.data).filter(isToDo);
  const free = pool.data === undefined ? [] : rowsOf(pool.data);
  return (
    <>
      <PageHead
        title={t('outreach.title')}
        actions={<Link to="/calls/board">{t('outreach.toBoard')}</Link>}
      />
      {own === undefined ? (
        <Loading />
      ) : own.length === 0 && free.length === 0 ? (
        <Empty icon="phone" title={t('outreach.empty')} text={t('outreach.emptyText')} />
      ) : (
        <>
          {own.length === 0 ? null : (
            <Section title={t('outreach.mine')}>
              <TaskTable label={t('outreach.mine')} rows={own} />
            </Section>
          )}
          {free.length === 0 ? null : (
            <Section title={t('outreach.pool')}>
              <TaskTable label={t('outreach.pool')} rows={free} />
            </Section>
          )}
        </>
      )}
      <More
        isMore={mine.hasNextPage}
        isReading={mine.isFetchingNextPage}
        onMore={() => void mine.fetchNextPage()}
      />
    </>
  );
}

const isToDo = (task: CallTask): boolean => task.status === 'open' || task.status === 'calling';

function TaskTable({ label, rows }: { readonly label: string; readonly rows: readonly CallTask[] }) {
  const { t } = useTranslation();
  const nowMs = useNow();
  const columns: Array<Column<CallTask>> = [
    {
      key: 'customer',
      title: t('outreach.customer'),
      cell: (task) => task.customerId,
      mono: true,
      grows: true,
    },
    { key: 'step', title: t('outreach.step'), cell: (task) => stepText(t, task.step) },
    {
      key: 'grade',
      title: t('outreach.grade'),
      cell: (task) => `${t(`outreach.grades.${task.grade}`)} · ${t('outreach.score', { score: task.score })}`,
      narrow: false,
    },
    {
      key: 'status',
      title: t('runs.status'),
      cell: (task) => <State name={TASK_STATES[task.status]} word={t(`outreach.status.${task.status}`)} />,
    },
    {
      key: 'due',
      title: t('outreach.due'),
      cell: (task) => relativeTime(t, Date.parse(task.dueAt), nowMs),
      mono: true,
    },
    {
      key: 'calls',
      title: t('outreach.calls'),
      cell: (task) => t('outreach.callCount', { count: task.calls }),
      mono: true,
      narrow: false,
    },
  ];
  return (
    <Table
      label={label}
      columns={columns}
      rows={rows}
      rowKey={(task) => task.taskId}
      to={(task) => `/calls/${task.taskId}`}
    />
  );
}
