import { useQuery } from '@tanstack/react-query';
import { Button, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useParams, useSearchParams } from 'react-router';
import { queries } from '../api/queries.ts';
import { Empty, Loading, PageHead, ProblemNote } from '../shared/parts.tsx';
import { VersionsCanvas } from './versions-canvas.tsx';

/** Two published versions of a flow beside each other: `?from=&to=`, at first the newest and the one before it. */
export function ComparePage() {
  const { flowName = '' } = useParams();
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const flow = useQuery(queries.flow(flowName));
  const versions = flow.data?.versions ?? [];
  const to = params.get('to') ?? versions[0]?.version ?? '';
  const at = versions.findIndex(({ version }) => version === to);
  const from = params.get('from') ?? versions[at + 1]?.version ?? '';
  const set = (next: { from: string; to: string }) => setParams(next, { replace: true });
  if (flow.error !== null) return <ProblemNote error={flow.error} onAgain={() => void flow.refetch()} />;
  if (flow.data === undefined) return <Loading rows={12} />;
  const options = versions.map(({ version }) => ({ value: version, label: version }));
  return (
    <>
      <PageHead
        title={`${t('drawn.compare.title')} · ${flow.data.title}`}
        back={{ to: `/flows/${encodeURIComponent(flowName)}`, page: flow.data.title }}
      />
      {versions.length < 2 ? (
        <Empty icon="flow" title={t('drawn.compare.only')} />
      ) : (
        <>
          <div className="compare-bar">
            <Select
              aria-label={t('drawn.compare.from')}
              value={from}
              options={options}
              onChange={(value) => set({ from: value, to })}
            />
            <span aria-hidden="true">→</span>
            <Select
              aria-label={t('drawn.compare.to')}
              value={to}
              options={options}
              onChange={(value) => set({ from, to: value })}
            />
            <Button onClick={() => set({ from: to, to: from })}>{t('drawn.compare.swap')}</Button>
          </div>
          {from === to ? (
            <p>{t('drawn.compare.same')}</p>
          ) : (
            <Compared key={`${from} ${to}`} flowName={flowName} from={from} to={to} />
          )}
        </>
      )}
    </>
  );
}

interface Chosen {
  readonly flowName: string;
  readonly from: string;
  readonly to: string;
}

function Compared({ flowName, from, to }: Chosen) {
  const before = useQuery({ ...queries.flowSource(flowName, from), enabled: from !== '' });
  const after = useQuery(queries.flowSource(flowName, to));
  const error = before.error ?? after.error;
  if (error !== null) return <ProblemNote error={error} />;
  if (before.data === undefined || after.data === undefined) return <Loading rows={12} />;
  return (
    <VersionsCanvas
      before={{ source: before.data.source, version: from }}
      after={{ source: after.data.source, version: to }}
    />
  );
}
