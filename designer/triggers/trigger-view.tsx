import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Popconfirm } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { MARKET_TIME_ZONE, wallClock } from '../../domain/calendar/index.ts';
import { api } from '../api/client.ts';
import { queries } from '../api/queries.ts';
import type { TriggerDetail, TriggerFiring } from '../api/types.ts';
import { useMay } from '../session/session.tsx';
import { useNow } from '../shared/clock.ts';
import { Facts, Loading, Note, PageHead, ProblemNote, Section } from '../shared/parts.tsx';
import { actorText } from '../shared/person.ts';
import { State } from '../shared/state.tsx';
import { type Column, Table } from '../shared/table.tsx';
import { relativeTime, wallTime } from '../shared/time.ts';
import type { StateName } from '../theme.ts';
import { settingRows } from './setting-rows.ts';
import { ScheduleDrawer } from './schedule-drawer.tsx';
import { TriggerState } from './trigger-list.tsx';
import '../today/today.css';

/** One trigger: its settings, the next 20 times and what came of the last ones. */
export function TriggerView() {
  const { name = '' } = useParams();
  const { t } = useTranslation();
  const nowMs = useNow();
  const trigger = useQuery(queries.trigger(name));
  if (trigger.error !== null)
    return <ProblemNote error={trigger.error} onAgain={() => void trigger.refetch()} />;
  if (trigger.data === undefined) return <Loading rows={10} />;
  const row = trigger.data;
  return (
    <>
      <PageHead
        title={row.triggerName}
        back={{ to: '/triggers', page: t('triggers.title') }}
        meta={<TriggerState row={row} />}
        actions={<Actions row={row} />}
      />
      <Facts
        rows={[
          [
            t('triggers.flow'),
            <Link key="flow" to={`/flows/${row.flowName}`}>
              {row.flowName}
            </Link>,
          ],
          [t('triggers.kind'), t(`triggers.kinds.${row.kind}`)],
          ...(row.kind === 'webhook'
            ? [
                [
                  t('triggers.address'),
                  <code key="address">{`${window.location.origin}/hooks/triggers/${row.triggerName}`}</code>,
                ] as const,
              ]
            : []),
          ...settingRows(t, row),
          [
            t('triggers.settings'),
            t('triggers.changed', {
              by: actorText(row.changedBy),
              time: wallTime(Date.parse(row.changedAt), nowMs),
            }),
          ],
        ]}
      />
      {row.kind === 'schedule' ? <Preview row={row} nowMs={nowMs} /> : null}
      <Section title={t('triggers.firings')}>
        {row.firings.length === 0 ? (
          <p className="quiet">{t('triggers.never')}</p>
        ) : (
          <Firings rows={row.firings} nowMs={nowMs} />
        )}
      </Section>
    </>
  );
}

function Actions({ row }: { readonly row: TriggerDetail }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const mayManage = useMay('trigger.manage');
  const nowMs = useNow();
  const [isEditing, setEditing] = useState(false);
  const again = () => client.invalidateQueries({ queryKey: ['trigger', row.triggerName] });
  const pause = useMutation({
    mutationFn: () => api.pauseTrigger(row.triggerName, row.pausedBy === null),
    onSettled: again,
  });
  const fire = useMutation({ mutationFn: () => api.fireTrigger(row.triggerName), onSettled: again });
  const problem = pause.error ?? fire.error;
  const started = fire.data?.runId ?? null;
  if (!mayManage) return null;
  const isSchedule = row.kind === 'schedule';
  const day = wallClock(nowMs, MARKET_TIME_ZONE).date;
  return (
    <>
      {problem === null ? null : <ProblemNote error={problem} />}
      {started === null ? null : <Link to={`/runs/${started}`}>{t('triggers.fired')}</Link>}
      {isSchedule ? (
        <Popconfirm
          title={t('triggers.fireAsk', { flow: row.flowName, day })}
          okText={t('triggers.fire')}
          onConfirm={() => fire.mutate()}
        >
          <Button loading={fire.isPending}>{t('triggers.fire')}</Button>
        </Popconfirm>
      ) : null}
      <Button loading={pause.isPending} onClick={() => pause.mutate()}>
        {row.pausedBy === null ? t('triggers.pause') : t('triggers.resume')}
      </Button>
      {isSchedule ? <Button onClick={() => setEditing(true)}>{t('triggers.edit')}</Button> : null}
      <ScheduleDrawer isOpen={isEditing} onClose={() => setEditing(false)} trigger={row} />
    </>
  );
}

function Preview({ row, nowMs }: { readonly row: TriggerDetail; readonly nowMs: number }) {
  const { t } = useTranslation();
  const { times, stopped } = row.preview;
  return (
    <Section title={t('triggers.preview')}>
      <ol className="times">
        {times.map((time) => (
          <li key={time.atMs} className="mono">
            {relativeTime(t, time.atMs, nowMs)}
            <span className="quiet"> T {time.forDay}</span>
          </li>
        ))}
      </ol>
      {stopped === undefined ? null : (
        <Note icon="clockBar" tone="plain">
          <p>{t('triggers.previewStops', { reason: stopped })}</p>
        </Note>
      )}
    </Section>
  );
}

const OUTCOMES: Readonly<Record<TriggerFiring['outcome'], StateName>> = {
  started: 'done',
  'not-due': 'skipped',
  paused: 'paused',
  skipped: 'skipped',
  refused: 'failed',
};

function Firings({ rows, nowMs }: { readonly rows: readonly TriggerFiring[]; readonly nowMs: number }) {
  const { t } = useTranslation();
  const columns: Array<Column<TriggerFiring>> = [
    {
      key: 'when',
      title: t('triggers.when'),
      cell: (row) => relativeTime(t, Date.parse(row.firedAt), nowMs),
      mono: true,
    },
    {
      key: 'cause',
      title: t('triggers.cause'),
      cell: (row) => t(`triggers.causes.${row.cause}`),
      narrow: false,
    },
    {
      key: 'outcome',
      title: t('triggers.outcome'),
      cell: (row) => <State name={OUTCOMES[row.outcome]} word={t(`triggers.outcomes.${row.outcome}`)} />,
    },
    {
      key: 'detail',
      title: t('triggers.detail'),
      cell: (row) =>
        row.runId === null ? (row.detail ?? '') : <Link to={`/runs/${row.runId}`}>{row.runId}</Link>,
      grows: true,
    },
  ];
  return <Table label={t('triggers.firings')} columns={columns} rows={rows} rowKey={(row) => row.occasion} />;
}
