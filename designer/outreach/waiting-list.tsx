import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Checkbox, Input, Popconfirm, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { accountOpeningRules } from '../../domain/outreach/index.ts';
import { rowsOf } from '../api/queries.ts';
import { useMay } from '../session/session.tsx';
import { useNow } from '../shared/clock.ts';
import { ProblemNote, Section } from '../shared/parts.tsx';
import { actorText } from '../shared/person.ts';
import { State } from '../shared/state.tsx';
import { type Column, More, Table } from '../shared/table.tsx';
import { relativeTime } from '../shared/time.ts';
import { desk, deskQueries, type WaitingEntry } from './desk-api.ts';
import { stepText } from './words.ts';

/** Waiting customers by filter; what is frozen or resumed is exactly what the count shows, else the server refuses. */
export function WaitingList() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const mayManage = useMay('outreach.manage');
  const [step, setStep] = useState('');
  const [channel, setChannel] = useState('');
  const [frozen, setFrozen] = useState(false);
  const filter = {
    frozen,
    step: step === '' ? undefined : step,
    channel: channel.trim() === '' ? undefined : channel.trim(),
  };
  const waiting = useInfiniteQuery(deskQueries.waiting(filter));
  const count = waiting.data?.pages[0]?.count ?? 0;
  const change = useMutation({
    mutationFn: () => desk.setFrozen(filter, count),
    onSettled: () => client.invalidateQueries({ queryKey: ['calls'] }),
  });
  const rows = waiting.data === undefined ? [] : rowsOf(waiting.data);
  return (
    <Section
      title={t('outreach.waitingTitle')}
      aside={<span className="quiet">{t('outreach.count', { count })}</span>}
    >
      {waiting.error === null ? null : <ProblemNote error={waiting.error} />}
      {change.error === null ? null : <ProblemNote error={change.error} />}
      <div className="filters">
        <Select
          aria-label={t('outreach.step')}
          value={step}
          onChange={setStep}
          options={[
            { value: '', label: t('outreach.anyStep') },
            ...accountOpeningRules.steps.map((name) => ({ value: name, label: stepText(t, name) })),
          ]}
        />
        <Input.Search
          aria-label={t('outreach.channel')}
          placeholder={t('outreach.anyChannel')}
          value={channel}
          maxLength={100}
          onChange={(event) => setChannel(event.target.value)}
        />
        <Checkbox checked={frozen} onChange={(event) => setFrozen(event.target.checked)}>
          {t('outreach.frozenOnly')}
        </Checkbox>
        {mayManage && count > 0 ? (
          <Popconfirm
            title={t(frozen ? 'outreach.resumeAsk' : 'outreach.freezeAsk', { count })}
            onConfirm={() => change.mutate()}
          >
            <Button loading={change.isPending}>
              {t(frozen ? 'outreach.resume' : 'outreach.freeze', { count })}
            </Button>
          </Popconfirm>
        ) : null}
      </div>
      {rows.length === 0 ? <p className="quiet">{t('outreach.noWaiting')}</p> : <Rows rows={rows} />}
      <More
        isMore={waiting.hasNextPage}
        isReading={waiting.isFetchingNextPage}
        onMore={() => void waiting.fetchNextPage()}
      />
    </Section>
  );
}

function Rows({ rows }: { readonly rows: readonly WaitingEntry[] }) {
  const { t } = useTranslation();
  const nowMs = useNow();
  const columns: Array<Column<WaitingEntry>> = [
    {
      key: 'customer',
      title: t('outreach.customer'),
      cell: (entry) => entry.customerId,
      mono: true,
      grows: true,
    },
    { key: 'step', title: t('outreach.step'), cell: (entry) => stepText(t, entry.step) },
    {
      key: 'state',
      title: t('runs.status'),
      cell: (entry) =>
        entry.frozenBy === null ? (
          <State name="waiting" word={t('outreach.waits')} />
        ) : (
          <State name="paused" word={t('outreach.frozenBy', { who: actorText(entry.frozenBy) })} />
        ),
      narrow: false,
    },
    {
      key: 'due',
      title: t('outreach.due'),
      cell: (entry) => relativeTime(t, Date.parse(entry.dueAt), nowMs),
      mono: true,
    },
  ];
  return (
    <Table
      label={t('outreach.waitingTitle')}
      columns={columns}
      rows={rows}
      rowKey={(entry) => entry.entryId}
      to={(entry) => `/runs/${entry.runId}`}
    />
  );
}
