import { useQuery } from '@tanstack/react-query';
import { Button, Flex, Select, Typography } from 'antd';
import { useState } from 'react';
import { useWords } from '../inbox/use-words.ts';
import { useParams, useSearchParams } from 'react-router';
import { shortHash } from '../inbox/approval-content.ts';
import { getJson } from '../inbox/http.ts';
import { LoadState } from '../inbox/load-state.tsx';
import { timeText } from '../inbox/times.ts';
import { useNow } from '../inbox/use-now.ts';
import { useSessionView } from '../inbox/use-approvals.ts';
import type { FlowDetail, FlowVersion } from './flow-shapes.ts';
import { StartDrawer } from './start-drawer.tsx';
import { YamlView } from './yaml-view.tsx';

/** One flow: its versions, the document of the chosen one, and the way to start it. The version stands in the address. */
export function FlowPage() {
  const { flowName = '' } = useParams();
  const [search, setSearch] = useSearchParams();
  const path = `/v1/flows/${encodeURIComponent(flowName)}`;
  const flow = useQuery({ queryKey: ['flows', 'one', flowName], queryFn: () => getJson<FlowDetail>(path) });
  const chosen = search.get('version') ?? flow.data?.version ?? 'latest';
  const version = useQuery({
    queryKey: ['flows', 'one', flowName, chosen],
    queryFn: () => getJson<FlowVersion>(`${path}/versions/${encodeURIComponent(chosen)}`),
    enabled: flow.data !== undefined,
  });
  if (flow.data === undefined) return <LoadState error={flow.error} onRetry={() => void flow.refetch()} />;
  return (
    <Flex vertical gap="middle">
      <Typography.Title level={1}>{flow.data.title}</Typography.Title>
      <Versions flow={flow.data} chosen={chosen} onChoose={(name) => setSearch({ version: name })} />
      {version.data === undefined ? (
        <LoadState error={version.error} onRetry={() => void version.refetch()} />
      ) : (
        <VersionView key={version.data.flowVersionId} version={version.data} />
      )}
    </Flex>
  );
}

function Versions({
  flow,
  chosen,
  onChoose,
}: {
  readonly flow: FlowDetail;
  readonly chosen: string;
  readonly onChoose: (version: string) => void;
}) {
  const { t, i18n } = useWords('flows');
  const nowMs = useNow();
  const options = flow.versions.map((row) => ({
    value: row.version,
    label: `${row.version} · ${row.publishedBy} · ${timeText(row.publishedAt, nowMs, i18n.language)}`,
  }));
  return (
    <Select
      aria-label={t('versions')}
      options={options}
      value={chosen}
      onChange={onChoose}
      popupMatchSelectWidth={false}
    />
  );
}

function VersionView({ version }: { readonly version: FlowVersion }) {
  const { t } = useWords('flows');
  const [starting, setStarting] = useState(false);
  const session = useSessionView();
  return (
    <Flex vertical gap="middle">
      <Flex justify="space-between" align="center" wrap gap="small">
        <span>
          {t('column.planHash')} <Typography.Text code>{shortHash(version.planHash)}</Typography.Text>{' '}
          {version.comment}
        </span>
        {session.data?.person.permissions.includes('run.start') === true ? (
          <Button type="primary" onClick={() => setStarting(true)}>
            {t('start')}
          </Button>
        ) : null}
      </Flex>
      <YamlView source={version.source} />
      {starting ? (
        <StartDrawer
          flowName={version.flowName}
          version={version.version}
          source={version.source}
          onClose={() => setStarting(false)}
        />
      ) : null}
    </Flex>
  );
}
