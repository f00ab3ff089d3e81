import { useQuery } from '@tanstack/react-query';
import { Empty, Flex, Table, type TableColumnsType, Typography } from 'antd';
import { getJson, type ItemsOf } from '../inbox/http.ts';
import { LoadState } from '../inbox/load-state.tsx';
import { useWords } from '../inbox/use-words.ts';

const MINUTE_MS = 60_000;

/** A change window as the API sends it. */
interface WindowView {
  readonly name: string;
  readonly title: string;
  readonly calendar: string;
  readonly timeZone: string;
  readonly opens: string | null;
  readonly closes: string | null;
  readonly periodMs: number | null;
  readonly lengthMs: number | null;
  readonly lastStartMarginMs: number;
}

/** The change windows: when flows may push. */
export function WindowsPage() {
  const { t } = useWords('devices');
  const windows = useQuery({
    queryKey: ['windows', 'all'],
    queryFn: () => getJson<ItemsOf<WindowView>>('/v1/windows'),
  });
  return (
    <Flex vertical gap="middle">
      <Typography.Title level={1}>{t('windows.title')}</Typography.Title>
      {windows.data === undefined ? (
        <LoadState error={windows.error} onRetry={() => void windows.refetch()} />
      ) : (
        <WindowTable rows={windows.data.items} />
      )}
    </Flex>
  );
}

function WindowTable({ rows }: { readonly rows: readonly WindowView[] }) {
  const { t } = useWords('devices');
  const minutes = (ms: number | null) => Math.round((ms ?? 0) / MINUTE_MS);
  const when = (row: WindowView) =>
    row.periodMs === null
      ? `${row.opens ?? ''}–${row.closes ?? ''} ${row.timeZone}`
      : t('windows.every', { period: minutes(row.periodMs), length: minutes(row.lengthMs) });
  const columns: TableColumnsType<WindowView> = [
    {
      key: 'name',
      title: t('windows.name'),
      render: (_, row) => (
        <Flex vertical>
          {row.title}
          <Typography.Text type="secondary">{row.name}</Typography.Text>
        </Flex>
      ),
    },
    { key: 'when', title: t('windows.when'), render: (_, row) => when(row) },
    { key: 'calendar', title: t('windows.calendar'), dataIndex: 'calendar' },
    {
      key: 'margin',
      title: t('windows.margin'),
      render: (_, row) => t('windows.marginText', { count: minutes(row.lastStartMarginMs) }),
    },
  ];
  return (
    <Table<WindowView>
      rowKey="name"
      size="small"
      columns={columns}
      dataSource={rows}
      pagination={false}
      locale={{
        emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('windows.empty')} />,
      }}
    />
  );
}
