import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { queries } from '../api/queries.ts';
import { useNow } from '../shared/clock.ts';
import { Facts, Loading, PageHead, ProblemNote, Section } from '../shared/parts.tsx';
import { relativeTime, wallTime } from '../shared/time.ts';
import { IncidentState } from './incident-list.tsx';

/** One incident: what was seen, decided by which rule, done, proven. */
export function IncidentView() {
  const { incidentId = '' } = useParams();
  const { t } = useTranslation();
  const nowMs = useNow();
  const incident = useQuery(queries.incident(incidentId));
  if (incident.error !== null)
    return <ProblemNote error={incident.error} onAgain={() => void incident.refetch()} />;
  if (incident.data === undefined) return <Loading rows={10} />;
  const row = incident.data;
  return (
    <>
      <PageHead
        title={row.serviceName}
        back={{ to: '/incidents', page: t('healing.title') }}
        meta={<IncidentState row={row} />}
        actions={row.runId === null ? null : <Link to={`/runs/${row.runId}`}>{t('healing.run')}</Link>}
      />
      <Facts
        rows={[
          [t('healing.incident'), row.title],
          [t('healing.playbook'), row.playbook],
          [t('healing.opened'), relativeTime(t, Date.parse(row.openedAt), nowMs)],
          ...(row.endedAt === null
            ? []
            : [[t('healing.ended'), relativeTime(t, Date.parse(row.endedAt), nowMs)] as const]),
        ]}
      />
      <Section title={t('healing.timeline')}>
        <ol className="history">
          {row.entries.map((entry) => (
            <li key={`${entry.at}${entry.kind}${entry.text}`}>
              <span className="mono quiet">{wallTime(Date.parse(entry.at), nowMs)}</span>{' '}
              <strong>{t(`healing.kinds.${entry.kind}`)}</strong> {entry.text}
              {typeof entry.detail['rule'] === 'string' ? (
                <span className="quiet"> · {t('healing.rule', { rule: entry.detail['rule'] })}</span>
              ) : null}
            </li>
          ))}
        </ol>
      </Section>
    </>
  );
}
