import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { queries, rowsOf } from '../api/queries.ts';
import type { FlowVersion } from '../api/types.ts';
import { Link, useNavigate } from 'react-router';
import { useMay } from '../session/session.tsx';
import { useNow } from '../shared/clock.ts';
import { Empty, Loading, PageHead, ProblemNote } from '../shared/parts.tsx';
import { actorText } from '../shared/person.ts';
import { type Column, More, Table } from '../shared/table.tsx';
import { wallTime } from '../shared/time.ts';
import { DraftSection } from './drafts.tsx';

/** The newest version of every flow. */
export function FlowList() {
  const { t } = useTranslation();
  const nowMs = useNow();
  const navigate = useNavigate();
  const mayStart = useMay('run.start');
  const mayDesign = useMay('flow.draft');
  const flows = useInfiniteQuery(queries.flows());
  if (flows.error !== null) return <ProblemNote error={flows.error} onAgain={() => void flows.refetch()} />;
  const rows = flows.data === undefined ? undefined : rowsOf(flows.data);
  const startColumn: Column<FlowVersion> = {
    key: 'start',
    title: t('start.column'),
    cell: (flow) => (
      <Link
        aria-label={`${t('start.open')} ${flow.title}`}
        to={`/flows/${encodeURIComponent(flow.flowName)}?start=1`}
      >
        {t('start.open')}
      </Link>
    ),
  };
  const designColumn: Column<FlowVersion> = {
    key: 'design',
    title: t('canvas.edit'),
    cell: (flow) => (
      <Link
        aria-label={`${t('canvas.edit')} ${flow.title}`}
        to={`/flows/${encodeURIComponent(flow.flowName)}/edit`}
      >
        {t('canvas.edit')}
      </Link>
    ),
  };
  const columns: Array<Column<FlowVersion>> = [
    { key: 'title', title: t('flows.name'), cell: (flow) => flow.title, grows: true },
    { key: 'name', title: t('runs.flow'), cell: (flow) => flow.flowName, mono: true, narrow: false },
    { key: 'version', title: t('flows.version'), cell: (flow) => flow.version, mono: true },
    { key: 'by', title: t('flows.publishedBy'), cell: (flow) => actorText(flow.publishedBy), narrow: false },
    {
      key: 'at',
      title: t('flows.publishedAt'),
      cell: (flow) => wallTime(Date.parse(flow.publishedAt), nowMs),
      mono: true,
      narrow: false,
    },
    ...(mayStart ? [startColumn] : []),
    ...(mayDesign ? [designColumn] : []),
  ];
  return (
    <>
      <PageHead
        title={t('flows.title')}
        actions={
          <>
            <Link to="/reviews">{t('reviews.title')}</Link>
            <Link to="/triggers">{t('triggers.title')}</Link>
            {mayDesign ? (
              <Button type="primary" onClick={() => void navigate('/flows/new')}>
                {t('canvas.newFlow')}
              </Button>
            ) : null}
          </>
        }
      />
      {rows === undefined ? (
        <Loading />
      ) : rows.length === 0 ? (
        <Empty
          icon="flow"
          title={t('flows.empty')}
          text={t('flows.emptyText')}
          action={{ label: t('flows.emptyAction'), to: '/devices' }}
        />
      ) : (
        <Table
          label={t('flows.title')}
          columns={columns}
          rows={rows}
          rowKey={(flow) => flow.flowName}
          to={(flow) => `/flows/${flow.flowName}`}
        />
      )}
      <More
        isMore={flows.hasNextPage}
        isReading={flows.isFetchingNextPage}
        onMore={() => void flows.fetchNextPage()}
      />
      {mayDesign ? <DraftSection /> : null}
    </>
  );
}
