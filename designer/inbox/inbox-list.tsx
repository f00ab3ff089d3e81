import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Segmented, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { queries, rowsOf } from '../api/queries.ts';
import type { Approval } from '../api/types.ts';
import { reviews } from '../reviews/review-api.ts';
import { useMay } from '../session/session.tsx';
import { useNow } from '../shared/clock.ts';
import { Empty, Loading, PageHead, ProblemNote } from '../shared/parts.tsx';
import { actorText } from '../shared/person.ts';
import { ApprovalState } from '../shared/state.tsx';
import { type Column, More, Table } from '../shared/table.tsx';
import { relativeTime } from '../shared/time.ts';

const VIEWS = ['mine', 'requested', 'copied', 'all'] as const;
const STATUSES = [
  'open',
  'approved',
  'refused',
  'returned',
  'withdrawn',
  'expired',
  'cancelled',
  'voided',
] as const;
type View = (typeof VIEWS)[number];

/** What needs a person, oldest first; the other views show own requests, copies, and everybody's by status. */
export function InboxList() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const view: View = VIEWS.find((name) => name === params.get('view')) ?? 'mine';
  const status = STATUSES.find((name) => name === params.get('status'));
  const shown = view === 'mine' ? 'open' : (status ?? (view === 'all' ? 'open' : undefined));
  const approvals = useInfiniteQuery(
    queries.approvals({
      ...(shown === undefined ? {} : { status: shown }),
      ...(view === 'all' ? {} : { view }),
    }),
  );
  return (
    <>
      <PageHead title={t('inbox.title')} />
      <WaitingReviews />
      <div className="filters">
        <Segmented<View>
          value={view}
          options={VIEWS.map((name) => ({ value: name, label: t(`approvals.view.${name}`) }))}
          onChange={(name) => setParams(name === 'mine' ? {} : { view: name }, { replace: true })}
        />
        {view === 'all' ? (
          <Select
            aria-label={t('approvals.status')}
            value={status ?? 'open'}
            options={STATUSES.map((name) => ({ value: name, label: t(`approvals.statusName.${name}`) }))}
            onChange={(name) => setParams({ view, status: name }, { replace: true })}
          />
        ) : null}
      </div>
      {approvals.error !== null ? (
        <ProblemNote error={approvals.error} onAgain={() => void approvals.refetch()} />
      ) : approvals.data === undefined ? (
        <Loading />
      ) : (
        <Rows rows={rowsOf(approvals.data)} view={view} />
      )}
      <More
        isMore={approvals.hasNextPage}
        isReading={approvals.isFetchingNextPage}
        onMore={() => void approvals.fetchNextPage()}
      />
    </>
  );
}

/** Changes of flows wait on a page of their own; here is the way to them. */
function WaitingReviews() {
  const { t } = useTranslation();
  const mayReview = useMay('flow.approve');
  const open = useQuery({ ...reviews.submissions('open'), enabled: mayReview });
  const count = open.data?.items.length ?? 0;
  if (count === 0) return null;
  return (
    <p>
      <Link to="/reviews">{t('reviews.waiting', { count })}</Link>
    </p>
  );
}

function Rows({ rows, view }: { readonly rows: readonly Approval[]; readonly view: View }) {
  const { t } = useTranslation();
  const nowMs = useNow();
  if (rows.length === 0) {
    return view === 'mine' ? (
      <Empty
        icon="inbox"
        title={t('inbox.empty')}
        text={t('inbox.emptyText')}
        action={{ label: t('inbox.emptyAction'), to: '/runs' }}
      />
    ) : (
      <Empty
        icon="inbox"
        title={t(
          view === 'requested'
            ? 'approvals.emptyRequested'
            : view === 'copied'
              ? 'approvals.emptyCopied'
              : 'inbox.emptyOther',
        )}
      />
    );
  }
  const columns: Array<Column<Approval>> = [
    { key: 'title', title: t('inbox.what'), cell: (row) => row.title, grows: true },
    { key: 'state', title: t('runs.status'), cell: (row) => <ApprovalState status={row.status} /> },
    { key: 'by', title: t('inbox.asks'), cell: (row) => actorText(row.requesterId), narrow: false },
    {
      key: 'since',
      title: t('inbox.since'),
      cell: (row) => relativeTime(t, Date.parse(row.openedAt), nowMs),
      mono: true,
      narrow: false,
    },
    {
      key: 'deadline',
      title: t('inbox.deadline'),
      cell: (row) =>
        row.status !== 'open'
          ? t('common.none')
          : row.deadlineAt === null
            ? t('inbox.noDeadline')
            : relativeTime(t, Date.parse(row.deadlineAt), nowMs),
      mono: true,
    },
  ];
  return (
    <Table
      label={t('inbox.title')}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.approvalId}
      to={(row) => `/inbox/${row.approvalId}`}
    />
  );
}
