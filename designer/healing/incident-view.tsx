import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import type { GuardRule } from '../../domain/healing/judge.ts';
import type { IncidentEntry } from '../api/desk-types.ts';
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
          {row.entries.map((entry, at) => (
            <Entry key={`${entry.at}${entry.kind}${entry.text}`} entry={entry} before={row.entries[at - 1]} />
          ))}
        </ol>
      </Section>
    </>
  );
}

/** One line: what happened, the rule that decided in words, and what was read or answered as it is. */
function Entry({
  entry,
  before,
}: {
  readonly entry: IncidentEntry;
  readonly before: IncidentEntry | undefined;
}) {
  const { t } = useTranslation();
  const nowMs = useNow();
  const own = ruleOf(entry);
  // People are given the reason of the decision before.
  const rule = own ?? (before?.text.endsWith(entry.text) === true ? ruleOf(before) : undefined);
  return (
    <li>
      <span className="mono quiet">{wallTime(Date.parse(entry.at), nowMs)}</span>{' '}
      <strong>{t(`healing.kinds.${entry.kind}`)}</strong>{' '}
      {rule === undefined ? (
        entry.text
      ) : (
        <>
          {t(`healing.verdicts.${rule}`)} <span className="quiet small">{entry.text}</span>
        </>
      )}
      {own === undefined ? null : <span className="quiet"> · {t('healing.rule', { rule: own })}</span>}
    </li>
  );
}

/** Rules of the guards, as they are written down with a decision. */
const RULES = [
  'kill-switch',
  'empty-target',
  'wide-target',
  'stale-data',
  'correlated',
  'quarantine',
  'cooldown',
  'playbook-budget',
  'total-budget',
  'failure-domain',
  'trading-hours',
  'trust-observe',
  'trust-suggest',
  'needs-approval',
  'allowed',
] as const satisfies readonly GuardRule[];

function ruleOf({ detail }: IncidentEntry): GuardRule | undefined {
  return RULES.find((rule) => rule === detail['rule']);
}
