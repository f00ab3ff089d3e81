import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queries } from '../api/queries.ts';
import type { TriggerSummary } from '../api/types.ts';
import { useMay } from '../session/session.tsx';
import { useNow } from '../shared/clock.ts';
import { Empty, Loading, PageHead, ProblemNote } from '../shared/parts.tsx';
import { actorText } from '../shared/person.ts';
import { State } from '../shared/state.tsx';
import { type Column, Table } from '../shared/table.tsx';
import { relativeTime } from '../shared/time.ts';
import { ScheduleDrawer } from './schedule-drawer.tsx';

/** Everything that starts flows by itself. */
export function TriggerList() {
  const { t } = useTranslation();
  const nowMs = useNow();
  const mayManage = useMay('trigger.manage');
  const [isAdding, setAdding] = useState(false);
  const triggers = useQuery(queries.triggers());
  if (triggers.error !== null)
    return <ProblemNote error={triggers.error} onAgain={() => void triggers.refetch()} />;
  const columns: Array<Column<TriggerSummary>> = [
    { key: 'name', title: t('triggers.name'), cell: (row) => row.triggerName, grows: true },
    { key: 'kind', title: t('triggers.kind'), cell: (row) => t(`triggers.kinds.${row.kind}`), narrow: false },
    { key: 'flow', title: t('triggers.flow'), cell: (row) => row.flowName, narrow: false },
    { key: 'state', title: t('runs.status'), cell: (row) => <TriggerState row={row} /> },
    {
      key: 'next',
      title: t('triggers.next'),
      cell: (row) => (row.next === null ? (row.stopped ?? '') : relativeTime(t, row.next.atMs, nowMs)),
      mono: true,
    },
    {
      key: 'last',
      title: t('triggers.last'),
      cell: (row) =>
        row.last === null
          ? t('triggers.never')
          : `${t(`triggers.outcomes.${row.last.outcome}`)} · ${relativeTime(t, Date.parse(row.last.firedAt), nowMs)}`,
      narrow: false,
    },
  ];
  return (
    <>
      <PageHead
        title={t('triggers.title')}
        back={{ to: '/flows', page: t('flows.title') }}
        actions={
          mayManage ? (
            <Button type="primary" onClick={() => setAdding(true)}>
              {t('triggers.add')}
            </Button>
          ) : null
        }
      />
      {triggers.data === undefined ? (
        <Loading />
      ) : triggers.data.items.length === 0 ? (
        <Empty icon="clockBar" title={t('triggers.empty')} text={t('triggers.emptyText')} />
      ) : (
        <Table
          label={t('triggers.title')}
          columns={columns}
          rows={triggers.data.items}
          rowKey={(row) => row.triggerName}
          to={(row) => `/triggers/${row.triggerName}`}
        />
      )}
      <ScheduleDrawer isOpen={isAdding} onClose={() => setAdding(false)} />
    </>
  );
}

/** Active, or paused by whom. */
export function TriggerState({ row }: { readonly row: Pick<TriggerSummary, 'pausedBy'> }) {
  const { t } = useTranslation();
  return row.pausedBy === null ? (
    <State name="done" word={t('triggers.active')} />
  ) : (
    <State name="paused" word={t('triggers.paused', { by: actorText(row.pausedBy) })} />
  );
}
