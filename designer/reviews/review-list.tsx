import { useQuery } from '@tanstack/react-query';
import { Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useNow } from '../shared/clock.ts';
import { Empty, Loading, PageHead, ProblemNote } from '../shared/parts.tsx';
import { actorText } from '../shared/person.ts';
import { State } from '../shared/state.tsx';
import { type Column, Table } from '../shared/table.tsx';
import { relativeTime } from '../shared/time.ts';
import type { SubmissionStatus, SubmissionSummary } from './review-types.ts';
import { reviews } from './review-api.ts';

const STATES = {
  open: 'needsPerson',
  approved: 'done',
  returned: 'refused',
  withdrawn: 'cancelled',
  superseded: 'skipped',
} as const satisfies Readonly<Record<SubmissionStatus, Parameters<typeof State>[0]['name']>>;

/** A submission's state as icon, word and colour. */
export function SubmissionState({ status }: { readonly status: SubmissionStatus }) {
  const { t } = useTranslation();
  return <State name={STATES[status]} word={t(`reviews.statusName.${status}`)} />;
}

/** Changes of flows that wait for a second person; the other view shows all. */
export function ReviewList() {
  const { t } = useTranslation();
  const nowMs = useNow();
  const [params, setParams] = useSearchParams();
  const view = params.get('view') === 'all' ? 'all' : 'open';
  const rows = useQuery(reviews.submissions(view === 'open' ? 'open' : undefined));
  const columns: Array<Column<SubmissionSummary>> = [
    { key: 'title', title: t('reviews.what'), cell: (row) => row.title, grows: true },
    { key: 'version', title: t('reviews.version'), cell: (row) => row.version, mono: true },
    { key: 'status', title: t('reviews.status'), cell: (row) => <SubmissionState status={row.status} /> },
    { key: 'by', title: t('reviews.by'), cell: (row) => actorText(row.submittedBy), narrow: false },
    { key: 'comment', title: t('reviews.comment'), cell: (row) => row.comment, narrow: false },
    {
      key: 'since',
      title: t('reviews.since'),
      cell: (row) => relativeTime(t, Date.parse(row.submittedAt), nowMs),
      mono: true,
    },
  ];
  return (
    <>
      <PageHead title={t('reviews.title')} back={{ to: '/flows', page: t('reviews.back') }} />
      <div className="filters">
        <Segmented<'open' | 'all'>
          value={view}
          options={(['open', 'all'] as const).map((name) => ({ value: name, label: t(`reviews.${name}`) }))}
          onChange={(name) => setParams(name === 'open' ? {} : { view: name }, { replace: true })}
        />
      </div>
      {rows.error !== null ? (
        <ProblemNote error={rows.error} onAgain={() => void rows.refetch()} />
      ) : rows.data === undefined ? (
        <Loading />
      ) : rows.data.items.length === 0 ? (
        <Empty icon="check" title={t('reviews.empty')} text={t('reviews.emptyText')} />
      ) : (
        <Table
          label={t('reviews.title')}
          columns={columns}
          rows={rows.data.items}
          rowKey={(row) => row.submissionId}
          to={(row) => `/reviews/${row.submissionId}`}
        />
      )}
    </>
  );
}
