import { useQuery } from '@tanstack/react-query';
import { Button, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams, useSearchParams } from 'react-router';
import { queries } from '../api/queries.ts';
import { useMay } from '../session/session.tsx';
import { useNow } from '../shared/clock.ts';
import { Facts, Hash, Loading, PageHead, ProblemNote, Section } from '../shared/parts.tsx';
import { actorText } from '../shared/person.ts';
import { wallTime } from '../shared/time.ts';
import { RestoreButton } from './drafts.tsx';
import { StartDrawer } from './start-drawer.tsx';
import { YamlView } from './yaml-view.tsx';

/** A flow: its versions and the document of the chosen one, read-only. */
export function FlowView() {
  const { flowName = '' } = useParams();
  const { t } = useTranslation();
  const nowMs = useNow();
  const mayStart = useMay('run.start');
  const mayDesign = useMay('flow.draft');
  const [params, setParams] = useSearchParams();
  /** The list of flows leads here with the form open. */
  const [isStarting, setStarting] = useState(params.has('start'));
  const flow = useQuery(queries.flow(flowName));
  const version = params.get('version') ?? flow.data?.version ?? '';
  const source = useQuery({ ...queries.flowSource(flowName, version), enabled: version !== '' });
  if (flow.error !== null) return <ProblemNote error={flow.error} onAgain={() => void flow.refetch()} />;
  if (flow.data === undefined) return <Loading rows={12} />;
  const shown = flow.data.versions.find((entry) => entry.version === version) ?? flow.data;
  return (
    <>
      <PageHead
        title={flow.data.title}
        back={{ to: '/flows', page: t('flows.title') }}
        actions={
          <>
            {mayDesign ? (
              <Link to={`/flows/${encodeURIComponent(flowName)}/edit`}>{t('canvas.edit')}</Link>
            ) : null}
            {flow.data.versions.length > 1 ? (
              <Link to={`/flows/${encodeURIComponent(flowName)}/compare?to=${encodeURIComponent(version)}`}>
                {t('drawn.compare.open')}
              </Link>
            ) : null}
            <Link to={`/runs?flow=${encodeURIComponent(flowName)}`}>{t('flows.runs')}</Link>
            {mayStart && source.data !== undefined ? (
              <Button type="primary" onClick={() => setStarting(true)}>
                {t('start.open')}
              </Button>
            ) : null}
          </>
        }
      />
      <Facts
        rows={[
          [
            t('flows.versions'),
            <Select
              key="versions"
              aria-label={t('flows.versions')}
              value={version}
              onChange={(value) => setParams({ version: value }, { replace: true })}
              options={flow.data.versions.map((entry, index) => ({
                value: entry.version,
                label: index === 0 ? `${entry.version} · ${t('flows.newest')}` : entry.version,
              }))}
            />,
          ],
          [
            t('flows.publishedBy'),
            `${actorText(shown.publishedBy)} · ${wallTime(Date.parse(shown.publishedAt), nowMs)} · ${t(
              `reviews.origin.${shown.origin}`,
              { who: actorText(shown.approvedBy ?? '') },
            )}`,
          ],
          ...(shown.comment === '' ? [] : [[t('flows.comment'), shown.comment] as const]),
          [t('flows.hash'), <Hash key="hash" value={shown.planHash} />],
        ]}
      />
      {source.data === undefined ? null : (
        <StartDrawer
          flowName={flowName}
          version={version}
          source={source.data.source}
          isOpen={isStarting && mayStart}
          onClose={() => setStarting(false)}
        />
      )}
      <Section
        title={t('flows.source')}
        aside={
          mayDesign && source.data !== undefined ? (
            <RestoreButton
              key={version}
              flowName={flowName}
              title={shown.title}
              version={version}
              source={source.data.source}
            />
          ) : null
        }
      >
        {source.error !== null ? (
          <ProblemNote error={source.error} />
        ) : source.data === undefined ? (
          <Loading rows={12} />
        ) : (
          <YamlView source={source.data.source} />
        )}
      </Section>
    </>
  );
}
