import { CheckOutlined, MinusOutlined } from '@ant-design/icons';
import { Collapse, Flex, Space, Table, type TableColumnsType, theme, Typography } from 'antd';
import type { ReactNode } from 'react';
import { useWords } from './use-words.ts';
import type { PlannedDevice, PlannedPort, SwitchPortPlan } from '../../domain/network/switch-port-plan.ts';
import { countChanges } from './approval-content.ts';
import { reasonKey } from './reasons.ts';

interface CheckRow {
  readonly device: string;
  readonly port: string;
  readonly reason: string | null;
}

/** The exact plan a decider decides on: what is sent and what changes per device and port, the checks, and the way back. */
export function PlanView({ plan }: { readonly plan: SwitchPortPlan }) {
  const { t } = useWords('inbox');
  const { devices, ports, added, removed } = countChanges(plan);
  return (
    <Flex vertical gap="middle">
      <Typography.Text strong>
        {ports === 0 ? t('noChanges') : t('changes', { count: ports, devices, added, removed })}
      </Typography.Text>
      {plan.devices.map((device) => (
        <DeviceChanges key={device.device} device={device} />
      ))}
      <Checks plan={plan} />
      <Collapse
        ghost
        items={[
          {
            key: 'rollback',
            label: t('rollback'),
            children: <RollBack devices={plan.devices} lead={t('rollbackLead')} />,
          },
        ]}
      />
    </Flex>
  );
}

function DeviceChanges({ device }: { readonly device: PlannedDevice }) {
  return (
    <section>
      <Typography.Title level={3}>
        {device.device} <Typography.Text type="secondary">{device.platform}</Typography.Text>
      </Typography.Title>
      <Flex vertical gap="middle">
        {device.ports.map((port) => (
          <PortChanges key={port.port} port={port} />
        ))}
      </Flex>
    </section>
  );
}

function PortChanges({ port }: { readonly port: PlannedPort }) {
  const { t } = useWords('inbox');
  const { token } = theme.useToken();
  const colours: Readonly<Record<string, string>> = { '+': token.colorSuccess, '-': token.colorError };
  return (
    <div>
      <Typography.Text strong>{port.port}</Typography.Text>
      <Typography.Paragraph type="secondary">{t('difference')}</Typography.Paragraph>
      <Lines>
        {port.diff.map((line, index) => (
          // The same line may stand twice, so its place is its key.
          <div key={`${index}${line.line}`} style={{ color: colours[line.mark] ?? token.colorText }}>
            {`${line.mark} ${line.line}`}
          </div>
        ))}
      </Lines>
      <Typography.Paragraph type="secondary">{t('commands')}</Typography.Paragraph>
      <Lines>{port.commands.join('\n')}</Lines>
    </div>
  );
}

/** Device text in monospace; it wraps on a narrow screen, so nothing is cut off unseen. */
export function Lines({ children }: { readonly children: ReactNode }) {
  const { token } = theme.useToken();
  return (
    <pre
      style={{
        margin: 0,
        padding: token.paddingXS,
        background: token.colorFillQuaternary,
        borderRadius: token.borderRadius,
        fontFamily: token.fontFamilyCode,
        fontSize: token.fontSizeSM,
        whiteSpace: 'pre-wrap',
        overflowWrap: 'anywhere',
      }}
    >
      {children}
    </pre>
  );
}

function Checks({ plan }: { readonly plan: SwitchPortPlan }) {
  const { t } = useWords('inbox');
  const { token } = theme.useToken();
  const rows: CheckRow[] = [
    ...plan.devices.flatMap(({ device, ports }) => ports.map(({ port }) => ({ device, port, reason: null }))),
    ...plan.skipped,
  ];
  const words = (reason: string) => {
    const key = reasonKey(reason);
    return key === undefined ? reason : t(key);
  };
  const columns: TableColumnsType<CheckRow> = [
    { key: 'port', title: t('check.port'), render: (_, row) => `${row.device} ${row.port}` },
    {
      key: 'result',
      title: t('check.result'),
      render: (_, row) => (
        <Space>
          {row.reason === null ? (
            <CheckOutlined style={{ color: token.colorSuccess }} />
          ) : (
            <MinusOutlined style={{ color: token.colorTextSecondary }} />
          )}
          {row.reason === null ? t('check.planned') : words(row.reason)}
        </Space>
      ),
    },
  ];
  return (
    <section>
      <Typography.Title level={3}>{t('checks')}</Typography.Title>
      <Table<CheckRow>
        rowKey={(row) => `${row.device} ${row.port} ${row.reason ?? ''}`}
        size="small"
        columns={columns}
        dataSource={rows}
        pagination={false}
      />
    </section>
  );
}

function RollBack({ devices, lead }: { readonly devices: readonly PlannedDevice[]; readonly lead: string }) {
  return (
    <Flex vertical gap="small">
      <Typography.Text type="secondary">{lead}</Typography.Text>
      {devices.flatMap(({ device, ports }) =>
        ports.map((port) => (
          <div key={`${device} ${port.port}`}>
            <Typography.Text strong>{`${device} ${port.port}`}</Typography.Text>
            <Lines>{port.inverse.join('\n')}</Lines>
          </div>
        )),
      )}
    </Flex>
  );
}
