import {
  CheckOutlined,
  CloseCircleOutlined,
  MinusOutlined,
  QuestionOutlined,
  StopOutlined,
} from '@ant-design/icons';
import { useMutation, useQuery } from '@tanstack/react-query';
import {
  Alert,
  Button,
  Descriptions,
  Empty,
  Flex,
  Space,
  Table,
  Tag,
  theme,
  Tooltip,
  Typography,
} from 'antd';
import type { ComponentType } from 'react';
import { useState } from 'react';
import { useWords } from '../inbox/use-words.ts';
import { useParams } from 'react-router';
import type { LinkState } from '../../domain/network/platform.ts';
import { factsOf } from '../inbox/approval-content.ts';
import { getJson, sendJson } from '../inbox/http.ts';
import { LoadState } from '../inbox/load-state.tsx';
import { Lines } from '../inbox/plan-view.tsx';
import { useSessionView } from '../inbox/use-approvals.ts';
import type { DeviceView } from './device-body.ts';
import { DeviceDrawer } from './device-drawer.tsx';
import { HostKeyState } from './devices-page.tsx';
import { type MatrixRow, sampleMatrix, type SampleView } from './sample-matrix.ts';

type DeviceDetail = DeviceView & { readonly samples: readonly SampleView[] };

/** One device: its facts, a login test, and its ports over the last trading days. */
export function DevicePage() {
  const { name = '' } = useParams();
  const device = useQuery({
    queryKey: ['devices', 'one', name],
    queryFn: () => getJson<DeviceDetail>(`/v1/devices/${encodeURIComponent(name)}`),
  });
  if (device.data === undefined)
    return <LoadState error={device.error} onRetry={() => void device.refetch()} />;
  return <DeviceParts key={device.data.name} device={device.data} />;
}

function DeviceParts({ device }: { readonly device: DeviceDetail }) {
  const { t } = useWords('devices');
  const [changing, setChanging] = useState(false);
  const session = useSessionView();
  const may = (permission: string) => session.data?.person.permissions.includes(permission) === true;
  return (
    <Flex vertical gap="large">
      <Flex justify="space-between" align="center" wrap>
        <Typography.Title level={1}>{device.name}</Typography.Title>
        {may('device.manage') ? <Button onClick={() => setChanging(true)}>{t('change')}</Button> : null}
      </Flex>
      <Facts device={device} />
      {may('device.test') ? <LoginTest name={device.name} /> : null}
      <Samples samples={device.samples} />
      {changing ? <DeviceDrawer known={device} onClose={() => setChanging(false)} /> : null}
    </Flex>
  );
}

function Facts({ device }: { readonly device: DeviceDetail }) {
  const { t } = useWords('devices');
  const code = (text: string) => <Typography.Text code>{text}</Typography.Text>;
  const items = [
    { key: 'host', label: t('column.address'), children: code(`${device.host}:${device.port}`) },
    { key: 'platform', label: t('field.platform'), children: device.platform },
    { key: 'zone', label: t('field.zone'), children: device.zone },
    { key: 'credential', label: t('field.credentialRef'), children: code(device.credentialRef) },
    {
      key: 'hostKey',
      label: t('field.hostKeySha256'),
      children: (
        <Flex vertical>
          <HostKeyState pinned={device.hostKeySha256 !== null} />
          {device.hostKeySha256 === null ? null : code(`${device.hostKeyType ?? ''} ${device.hostKeySha256}`)}
        </Flex>
      ),
    },
    { key: 'ssh', label: t('field.sshProfile'), children: t(`profile.${device.sshProfile}`) },
    ...factsOf(device.attributes)
      .filter(({ path }) => path !== '')
      .map(({ path, text }) => ({ key: `attribute ${path}`, label: path, children: text })),
    {
      key: 'protected',
      label: t('field.protectedPorts'),
      children:
        device.protectedPorts.length === 0 ? (
          t('noProtected')
        ) : (
          <Flex gap="small" wrap>
            {device.protectedPorts.map((port) => (
              <Tag key={port}>{port}</Tag>
            ))}
          </Flex>
        ),
    },
  ];
  return (
    <section>
      <Typography.Title level={2}>{t('facts')}</Typography.Title>
      <Descriptions size="small" column={{ xs: 1, lg: 2 }} items={items} />
    </section>
  );
}

/** True when the answer itself says that the device was not reached. */
function isFailure(answer: unknown): boolean {
  if (typeof answer !== 'object' || answer === null) return false;
  const { reachable, ok } = answer as { reachable?: unknown; ok?: unknown };
  return reachable === false || ok === false;
}

function LoginTest({ name }: { readonly name: string }) {
  const { t } = useWords('devices');
  const test = useMutation({
    mutationFn: () => sendJson<unknown>('POST', `/v1/devices/${encodeURIComponent(name)}/test`),
  });
  const failed = test.error !== null || isFailure(test.data);
  const lines =
    test.error?.message ??
    factsOf(test.data)
      .map(({ path, text }) => `${path}: ${text}`)
      .join('\n');
  return (
    <section>
      <Space wrap>
        <Button loading={test.isPending} onClick={() => test.mutate()}>
          {t('test')}
        </Button>
        <Typography.Text type="secondary">{t('testLead')}</Typography.Text>
      </Space>
      {test.data === undefined && test.error === null ? null : (
        <Alert
          type={failed ? 'error' : 'success'}
          showIcon
          title={t(failed ? 'testFailed' : 'testDone')}
          description={<Lines>{lines}</Lines>}
        />
      )}
    </section>
  );
}

const LINK_ICONS: Readonly<Record<LinkState, ComponentType>> = {
  up: CheckOutlined,
  down: MinusOutlined,
  'admin-down': StopOutlined,
  'err-disabled': CloseCircleOutlined,
  'no-optics': CloseCircleOutlined,
  unknown: QuestionOutlined,
};

function LinkCell({ sample }: { readonly sample: SampleView | undefined }) {
  const { t } = useWords('devices');
  const { token } = theme.useToken();
  if (sample === undefined) return <Typography.Text type="secondary">{t('noSample')}</Typography.Text>;
  const Icon = LINK_ICONS[sample.link];
  const fault = sample.link === 'err-disabled' || sample.link === 'no-optics';
  const calm = sample.link === 'up' ? token.colorSuccess : token.colorTextSecondary;
  const cell = (
    <Space style={{ color: fault ? token.colorError : calm }}>
      <Icon />
      {t(`link.${sample.link}`)}
    </Space>
  );
  if (sample.flapCount === null) return cell;
  return <Tooltip title={t('flaps', { count: sample.flapCount })}>{cell}</Tooltip>;
}

function Samples({ samples }: { readonly samples: readonly SampleView[] }) {
  const { t } = useWords('devices');
  const { days, rows } = sampleMatrix(samples);
  const dayColumns = days.map((day, index) => ({
    key: day,
    title: day,
    render: (_: unknown, row: MatrixRow) => <LinkCell sample={row.cells[index]} />,
  }));
  return (
    <section>
      <Typography.Title level={2}>{t('samples')}</Typography.Title>
      <Table<MatrixRow>
        rowKey="port"
        size="small"
        columns={[{ key: 'port', title: t('port'), dataIndex: 'port' }, ...dayColumns]}
        dataSource={rows}
        pagination={false}
        scroll={{ x: 'max-content' }}
        locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('noSamples')} /> }}
      />
    </section>
  );
}
