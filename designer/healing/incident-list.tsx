import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { queries } from '../api/queries.ts';
import type { Incident } from '../api/types.ts';
import { useNow } from '../shared/clock.ts';
import { Empty, Loading, PageHead, ProblemNote } from '../shared/parts.tsx';
import { State } from '../shared/state.tsx';
import { type Column, Table } from '../shared/table.tsx';
import { relativeTime } from '../shared/time.ts';
import type { StateName } from '../theme.ts';

/** Incidents, open ones first. */
export function IncidentList() {
  const { t } = useTranslation();
  const nowMs = useNow();
  const incidents = useQuery(queries.incidents());
  if (incidents.error !== null)
    return <ProblemNote error={incidents.error} onAgain={() => void incidents.refetch()} />;
  const columns: Array<Column<Incident>> = [
    { key: 'service', title: t('healing.service'), cell: (row) => row.serviceName, mono: true },
    { key: 'title', title: t('healing.incident'), cell: (row) => row.title, grows: true, narrow: false },
    { key: 'status', title: t('healing.status'), cell: (row) => <IncidentState row={row} /> },
    {
      key: 'opened',
      title: t('healing.opened'),
      cell: (row) => relativeTime(t, Date.parse(row.openedAt), nowMs),
      mono: true,
    },
  ];
  return (
    <>
      <PageHead title={t('healing.title')} actions={<Link to="/playbooks">{t('healing.playbooks')}</Link>} />
      {incidents.data === undefined ? (
        <Loading />
      ) : incidents.data.items.length === 0 ? (
        <Empty icon="bell" title={t('healing.empty')} text={t('healing.emptyText')} />
      ) : (
        <Table
          label={t('healing.title')}
          columns={columns}
          rows={incidents.data.items}
          rowKey={(row) => row.incidentId}
          to={(row) => `/incidents/${row.incidentId}`}
        />
      )}
    </>
  );
}

const STATES: Readonly<Record<Incident['status'], StateName>> = {
  open: 'running',
  resolved: 'done',
  escalated: 'needsPerson',
};

/** Standing of an incident with its own word. */
export function IncidentState({ row }: { readonly row: Pick<Incident, 'status'> }) {
  const { t } = useTranslation();
  return <State name={STATES[row.status]} word={t(`healing.statuses.${row.status}`)} />;
}
