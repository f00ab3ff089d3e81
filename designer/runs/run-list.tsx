import { useInfiniteQuery } from '@tanstack/react-query';
import { Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { queries, rowsOf } from '../api/queries.ts';
import type { RunStatus, RunSummary } from '../api/types.ts';
import { useNow } from '../shared/clock.ts';
import { Empty, Loading, PageHead, ProblemNote } from '../shared/parts.tsx';
import { actorText } from '../shared/person.ts';
import { runState, State } from '../shared/state.tsx';
import { type Column, More, Table } from '../shared/table.tsx';
import { lengthOfTime, relativeTime } from '../shared/time.ts';

const STATUSES: readonly RunStatus[] = ['accepted', 'running', 'waiting', 'completed', 'failed', 'cancelled'];

/** All runs, newest first; the filter stands in the address. */
export function RunList() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const status = STATUSES.find((word) => word === params.get('status'));
  const flow = params.get('flow') ?? '';
  const businessKey = params.get('key') ?? '';
  const filter = {
    ...(status === undefined ? {} : { status }),
    ...(flow === '' ? {} : { flow }),
    ...(businessKey === '' ? {} : { businessKey }),
  };
  const runs = useInfiniteQuery(queries.runs(filter));
  const set = (name: string, value: string) => {
    const next = new URLSearchParams(params);
    if (value === '') next.delete(name);
    else next.set(name, value);
    setParams(next, { replace: true });
  };
  return (
    <>
      <PageHead title={t('runs.title')} />
      <div className="filters">
        <Select
          aria-label={t('runs.status')}
          value={status ?? ''}
          onChange={(value) => set('status', value)}
          options={[
            { value: '', label: t('runs.anyStatus') },
            ...STATUSES.map((word) => ({ value: word, label: t(`state.${STATE_WORDS[word]}`) })),
          ]}
        />
        <Input.Search
          allowClear
          aria-label={t('runs.keyFilter')}
          placeholder={t('runs.keyFilter')}
          defaultValue={businessKey}
          onSearch={(value) => set('key', value.trim())}
        />
        {flow === '' ? null : (
          <button type="button" className="tool" onClick={() => set('flow', '')}>
            {flow} ×
          </button>
        )}
      </div>
      {runs.error !== null ? (
        <ProblemNote error={runs.error} onAgain={() => void runs.refetch()} />
      ) : runs.data === undefined ? (
        <Loading rows={10} />
      ) : (
        <Rows rows={rowsOf(runs.data)} isFiltered={params.size > 0} />
      )}
      <More
        isMore={runs.hasNextPage}
        isReading={runs.isFetchingNextPage}
        onMore={() => void runs.fetchNextPage()}
      />
    </>
  );
}

const STATE_WORDS = {
  accepted: 'accepted',
  running: 'running',
  waiting: 'waiting',
  completed: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
} as const;

function Rows({ rows, isFiltered }: { readonly rows: readonly RunSummary[]; readonly isFiltered: boolean }) {
  const { t } = useTranslation();
  const nowMs = useNow();
  if (rows.length === 0) {
    return isFiltered ? (
      <Empty
        icon="search"
        title={t('common.filtered')}
        action={{ label: t('common.clearFilter'), to: '/runs' }}
      />
    ) : (
      <Empty
        icon="runs"
        title={t('runs.empty')}
        text={t('runs.emptyText')}
        action={{ label: t('runs.emptyAction'), to: '/flows' }}
      />
    );
  }
  const columns: Array<Column<RunSummary>> = [
    { key: 'key', title: t('runs.businessKey'), cell: (run) => run.businessKey, mono: true, grows: true },
    {
      key: 'status',
      title: t('runs.status'),
      cell: (run) => (
        <State
          name={runState(run, false)}
          {...(run.status === 'accepted' ? { word: t('state.accepted') } : {})}
        />
      ),
    },
    {
      key: 'flow',
      title: t('runs.flow'),
      cell: (run) => `${run.flowName} ${run.flowVersion}`,
      narrow: false,
    },
    { key: 'by', title: t('runs.requestedBy'), cell: (run) => actorText(run.requestedBy), narrow: false },
    {
      key: 'at',
      title: t('runs.accepted'),
      cell: (run) => relativeTime(t, Date.parse(run.acceptedAt), nowMs),
      mono: true,
    },
    {
      key: 'took',
      title: t('runs.duration'),
      cell: (run) =>
        lengthOfTime(
          t,
          (run.endedAt === null ? nowMs : Date.parse(run.endedAt)) - Date.parse(run.acceptedAt),
        ),
      mono: true,
      narrow: false,
    },
  ];
  return (
    <Table
      label={t('runs.title')}
      columns={columns}
      rows={rows}
      rowKey={(run) => run.runId}
      to={(run) => `/runs/${run.runId}`}
    />
  );
}
