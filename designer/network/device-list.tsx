import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queries, rowsOf } from '../api/queries.ts';
import type { Device } from '../api/types.ts';
import { useMay } from '../session/session.tsx';
import { Empty, Loading, PageHead, ProblemNote } from '../shared/parts.tsx';
import { State } from '../shared/state.tsx';
import { type Column, More, Table } from '../shared/table.tsx';
import { DeviceDrawer } from './device-form.tsx';

/** The device inventory. */
export function DeviceList() {
  const { t } = useTranslation();
  const mayManage = useMay('device.manage');
  const [isAdding, setAdding] = useState(false);
  const devices = useInfiniteQuery(queries.devices());
  if (devices.error !== null)
    return <ProblemNote error={devices.error} onAgain={() => void devices.refetch()} />;
  const rows = devices.data === undefined ? undefined : rowsOf(devices.data);
  const columns: Array<Column<Device>> = [
    { key: 'name', title: t('devices.name'), cell: (device) => device.name, mono: true, grows: true },
    {
      key: 'platform',
      title: t('devices.platform'),
      cell: (device) => t(`devices.platformName.${device.platform}`),
    },
    {
      key: 'address',
      title: t('devices.address'),
      cell: (device) => `${device.host}:${device.port}`,
      mono: true,
      narrow: false,
    },
    { key: 'zone', title: t('devices.zone'), cell: (device) => device.zone, narrow: false },
    {
      key: 'key',
      title: t('devices.hostKey'),
      cell: (device) =>
        device.hostKeySha256 === null ? (
          <State name="failed" word={t('devices.notPinned')} />
        ) : (
          <State name="done" word={t('devices.pinned')} />
        ),
    },
  ];
  return (
    <>
      <PageHead
        title={t('devices.title')}
        actions={
          mayManage ? (
            <Button type="primary" onClick={() => setAdding(true)}>
              {t('devices.add')}
            </Button>
          ) : null
        }
      />
      {rows === undefined ? (
        <Loading />
      ) : rows.length === 0 ? (
        <Empty icon="network" title={t('devices.empty')} text={t('devices.emptyText')} />
      ) : (
        <Table
          label={t('devices.title')}
          columns={columns}
          rows={rows}
          rowKey={(device) => device.name}
          to={(device) => `/devices/${device.name}`}
        />
      )}
      <More
        isMore={devices.hasNextPage}
        isReading={devices.isFetchingNextPage}
        onMore={() => void devices.fetchNextPage()}
      />
      <DeviceDrawer isOpen={isAdding} onClose={() => setAdding(false)} />
    </>
  );
}
