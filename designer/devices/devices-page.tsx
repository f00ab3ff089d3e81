import { CheckOutlined, StopOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Empty, Flex, Space, Table, type TableColumnsType, theme, Typography } from 'antd';
import { useState } from 'react';
import { useWords } from '../inbox/use-words.ts';
import { Link } from 'react-router';
import { getJson, type ItemsOf } from '../inbox/http.ts';
import { LoadState } from '../inbox/load-state.tsx';
import { useSessionView } from '../inbox/use-approvals.ts';
import type { DeviceView } from './device-body.ts';
import { DeviceDrawer } from './device-drawer.tsx';

/** The device inventory, with the way to add a device. */
export function DevicesPage() {
  const { t } = useWords('devices');
  const [adding, setAdding] = useState(false);
  const session = useSessionView();
  const devices = useQuery({
    queryKey: ['devices', 'all'],
    queryFn: () => getJson<ItemsOf<DeviceView>>('/v1/devices?limit=200'),
  });
  const mayManage = session.data?.person.permissions.includes('device.manage') === true;
  return (
    <Flex vertical gap="middle">
      <Flex justify="space-between" align="center" wrap>
        <Typography.Title level={1}>{t('title')}</Typography.Title>
        {mayManage ? (
          <Button type="primary" onClick={() => setAdding(true)}>
            {t('add')}
          </Button>
        ) : null}
      </Flex>
      {devices.data === undefined ? (
        <LoadState error={devices.error} onRetry={() => void devices.refetch()} />
      ) : (
        <DeviceTable rows={devices.data.items} />
      )}
      {adding ? <DeviceDrawer onClose={() => setAdding(false)} /> : null}
    </Flex>
  );
}

function DeviceTable({ rows }: { readonly rows: readonly DeviceView[] }) {
  const { t } = useWords('devices');
  const columns: TableColumnsType<DeviceView> = [
    {
      key: 'name',
      title: t('column.name'),
      render: (_, row) => <Link to={`/devices/${row.name}`}>{row.name}</Link>,
    },
    {
      key: 'address',
      title: t('column.address'),
      render: (_, row) => <Typography.Text code>{`${row.host}:${row.port}`}</Typography.Text>,
    },
    { key: 'platform', title: t('column.platform'), dataIndex: 'platform' },
    { key: 'zone', title: t('column.zone'), dataIndex: 'zone' },
    {
      key: 'hostKey',
      title: t('column.hostKey'),
      render: (_, row) => <HostKeyState pinned={row.hostKeySha256 !== null} />,
    },
    {
      key: 'protected',
      title: t('column.protected'),
      align: 'right',
      render: (_, row) => row.protectedPorts.length,
    },
  ];
  return (
    <Table<DeviceView>
      rowKey="name"
      size="small"
      columns={columns}
      dataSource={rows}
      pagination={false}
      scroll={{ x: 'max-content' }}
      locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('empty')} /> }}
    />
  );
}

/** Whether logins are possible at all: an unpinned device refuses every one. */
export function HostKeyState({ pinned }: { readonly pinned: boolean }) {
  const { t } = useWords('devices');
  const { token } = theme.useToken();
  return (
    <Space>
      {pinned ? (
        <CheckOutlined style={{ color: token.colorSuccess }} />
      ) : (
        <StopOutlined style={{ color: token.colorError }} />
      )}
      {t(pinned ? 'pinned' : 'unpinned')}
    </Space>
  );
}
