import { useQuery } from '@tanstack/react-query';
import { Empty, Flex, Table, type TableColumnsType, Typography } from 'antd';
import { useWords } from '../inbox/use-words.ts';
import { Link } from 'react-router';
import { shortHash } from '../inbox/approval-content.ts';
import { getJson, type ItemsOf } from '../inbox/http.ts';
import { LoadState } from '../inbox/load-state.tsx';
import { timeText } from '../inbox/times.ts';
import { useNow } from '../inbox/use-now.ts';
import type { FlowSummary } from './flow-shapes.ts';

/** The newest version of every flow. */
export function FlowsPage() {
  const { t } = useWords('flows');
  const flows = useQuery({
    queryKey: ['flows', 'all'],
    queryFn: () => getJson<ItemsOf<FlowSummary>>('/v1/flows?limit=200'),
  });
  return (
    <Flex vertical gap="middle">
      <Typography.Title level={1}>{t('title')}</Typography.Title>
      {flows.data === undefined ? (
        <LoadState error={flows.error} onRetry={() => void flows.refetch()} />
      ) : (
        <FlowTable rows={flows.data.items} />
      )}
    </Flex>
  );
}

function FlowTable({ rows }: { readonly rows: readonly FlowSummary[] }) {
  const { t, i18n } = useWords('flows');
  const nowMs = useNow();
  const columns: TableColumnsType<FlowSummary> = [
    {
      key: 'title',
      title: t('column.title'),
      render: (_, row) => (
        <Flex vertical>
          <Link to={`/flows/${row.flowName}`}>{row.title}</Link>
          <Typography.Text type="secondary">{row.flowName}</Typography.Text>
        </Flex>
      ),
    },
    { key: 'version', title: t('column.version'), dataIndex: 'version' },
    { key: 'by', title: t('column.publishedBy'), dataIndex: 'publishedBy' },
    {
      key: 'at',
      title: t('column.publishedAt'),
      render: (_, row) => timeText(row.publishedAt, nowMs, i18n.language),
    },
    {
      key: 'plan',
      title: t('column.planHash'),
      render: (_, row) => <Typography.Text code>{shortHash(row.planHash)}</Typography.Text>,
    },
  ];
  return (
    <Table<FlowSummary>
      rowKey="flowName"
      size="small"
      columns={columns}
      dataSource={rows}
      pagination={false}
      scroll={{ x: 'max-content' }}
      locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('empty')} /> }}
    />
  );
}
