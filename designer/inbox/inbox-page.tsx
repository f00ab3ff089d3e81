import { Empty, Flex, Table, type TableColumnsType, Typography } from 'antd';
import { useWords } from './use-words.ts';
import { Link } from 'react-router';
import type { ApprovalView } from './approval-content.ts';
import { LoadState } from './load-state.tsx';
import { timeText } from './times.ts';
import { useNow } from './use-now.ts';
import { useLiveApprovals, useMyApprovals } from './use-approvals.ts';

/** The approvals that wait for the signed-in person, live. */
export function InboxPage() {
  const { t } = useWords('inbox');
  useLiveApprovals();
  const mine = useMyApprovals();
  return (
    <Flex vertical gap="middle">
      <div>
        <Typography.Title level={1}>{t('title')}</Typography.Title>
        <Typography.Text type="secondary">{t('lead')}</Typography.Text>
      </div>
      {mine.data === undefined ? (
        <LoadState error={mine.error} onRetry={() => void mine.refetch()} />
      ) : (
        <InboxTable rows={mine.data.items} />
      )}
    </Flex>
  );
}

function InboxTable({ rows }: { readonly rows: readonly ApprovalView[] }) {
  const { t, i18n } = useWords('inbox');
  const nowMs = useNow();
  const time = (iso: string) => timeText(iso, nowMs, i18n.language);
  const columns: TableColumnsType<ApprovalView> = [
    {
      key: 'title',
      title: t('column.title'),
      render: (_, row) => (
        <Flex vertical>
          <Link to={`/inbox/${row.approvalId}`}>{row.title}</Link>
          <Typography.Text type="secondary">
            {t('whoShort', { requester: row.requesterId })} · {time(row.openedAt)}
          </Typography.Text>
        </Flex>
      ),
    },
    {
      key: 'deadline',
      title: t('column.deadline'),
      width: '32%',
      render: (_, row) => (row.deadlineAt === null ? t('noDeadline') : time(row.deadlineAt)),
    },
  ];
  return (
    <Table<ApprovalView>
      rowKey="approvalId"
      size="small"
      columns={columns}
      dataSource={rows}
      pagination={false}
      locale={{
        emptyText: (
          <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('empty')}>
            <Link to="/runs">{t('seeRuns')}</Link>
          </Empty>
        ),
      }}
    />
  );
}
