import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, DatePicker, Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { queries } from '../api/queries.ts';
import type { Delegation, NamedPerson } from '../api/types.ts';
import { usePerson } from '../session/session.tsx';
import { useNow } from '../shared/clock.ts';
import { Loading, ProblemNote, Section } from '../shared/parts.tsx';
import { State } from '../shared/state.tsx';
import { wallTime } from '../shared/time.ts';

/** Who decides for this person and when, and for whom this person may decide. */
export function Delegations() {
  const { t } = useTranslation();
  const { personId } = usePerson();
  const delegations = useQuery(queries.delegations());
  return (
    <Section title={t('approvals.delegation.title')}>
      <p className="quiet">{t('approvals.delegation.text')}</p>
      {delegations.error !== null ? (
        <ProblemNote error={delegations.error} onAgain={() => void delegations.refetch()} />
      ) : delegations.data === undefined ? (
        <Loading rows={2} />
      ) : (
        <>
          <Rows
            title={t('approvals.delegation.given')}
            rows={delegations.data.items.filter((row) => row.personId === personId)}
            isOwn
          />
          <Rows
            title={t('approvals.delegation.held')}
            rows={delegations.data.items.filter((row) => row.delegateId === personId)}
            isOwn={false}
          />
          <NewDelegation people={delegations.data.people} />
        </>
      )}
    </Section>
  );
}

function Rows({
  title,
  rows,
  isOwn,
}: {
  readonly title: string;
  readonly rows: readonly Delegation[];
  readonly isOwn: boolean;
}) {
  const { t } = useTranslation();
  const nowMs = useNow();
  const client = useQueryClient();
  const end = useMutation({
    mutationFn: (delegationId: string) => api.endDelegation(delegationId),
    onSuccess: () => client.invalidateQueries({ queryKey: ['delegations'] }),
  });
  if (rows.length === 0 && !isOwn) return null;
  return (
    <>
      <h3>{title}</h3>
      {rows.length === 0 ? <p className="quiet">{t('approvals.delegation.none')}</p> : null}
      {rows.map((row) => (
        <p key={row.delegationId} className="line">
          <span>{isOwn ? row.delegateId : row.personId}</span>
          <span className="mono">
            {`${wallTime(Date.parse(row.startsAt), nowMs)} – ${wallTime(Date.parse(row.endsAt), nowMs)}`}
          </span>
          <span className="quiet">{row.reason}</span>
          <Standing row={row} nowMs={nowMs} />
          {isOwn && row.endedAt === null && Date.parse(row.endsAt) > nowMs ? (
            <Button size="small" loading={end.isPending} onClick={() => end.mutate(row.delegationId)}>
              {t('approvals.delegation.end')}
            </Button>
          ) : null}
        </p>
      ))}
      {end.error === null ? null : <ProblemNote error={end.error} />}
    </>
  );
}

function Standing({ row, nowMs }: { readonly row: Delegation; readonly nowMs: number }) {
  const { t } = useTranslation();
  if (row.endedAt !== null) return <State name="cancelled" word={t('approvals.delegation.ended')} />;
  if (row.isLive) return <State name="running" word={t('approvals.delegation.live')} />;
  return Date.parse(row.startsAt) > nowMs ? (
    <State name="waiting" word={t('approvals.delegation.coming')} />
  ) : (
    <State name="done" word={t('approvals.delegation.over')} />
  );
}

function NewDelegation({ people }: { readonly people: readonly NamedPerson[] }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [delegate, setDelegate] = useState<string>();
  const [span, setSpan] = useState<readonly [Date, Date]>();
  const [reason, setReason] = useState('');
  const [isMissing, setMissing] = useState(false);
  const add = useMutation({
    mutationFn: (body: Parameters<typeof api.addDelegation>[0]) => api.addDelegation(body),
    onSuccess: async () => {
      setDelegate(undefined);
      setSpan(undefined);
      setReason('');
      await client.invalidateQueries({ queryKey: ['delegations'] });
    },
  });
  const submit = () => {
    const text = reason.trim();
    setMissing(delegate === undefined || span === undefined || text === '');
    if (delegate === undefined || span === undefined || text === '') return;
    const [starts, ends] = span;
    add.mutate({ delegate, startsAt: starts.toISOString(), endsAt: ends.toISOString(), reason: text });
  };
  return (
    <form
      className="narrow"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className="field">
        <span>{t('approvals.delegation.to')}</span>
        <Select
          aria-label={t('approvals.delegation.to')}
          showSearch
          optionFilterProp="label"
          {...(delegate === undefined ? {} : { value: delegate })}
          onChange={(value: string) => setDelegate(value)}
          options={people.map(({ personId, displayName }) => ({
            value: personId,
            label: `${displayName} · ${personId}`,
          }))}
        />
      </div>
      <div className="field">
        <span>{`${t('approvals.delegation.from')} – ${t('approvals.delegation.until')}`}</span>
        <DatePicker.RangePicker
          key={span === undefined ? 'empty' : 'chosen'}
          showTime={{ format: 'HH:mm' }}
          format="YYYY-MM-DD HH:mm"
          onChange={(days) => {
            const [starts, ends] = days ?? [];
            setSpan(starts && ends ? [starts.toDate(), ends.toDate()] : undefined);
          }}
        />
      </div>
      <label className="field">
        <span>{t('approvals.delegation.reason')}</span>
        <Input value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
      </label>
      <p className="field-error" role="alert">
        {isMissing ? t('approvals.delegation.missing') : ''}
      </p>
      {add.error === null ? null : <ProblemNote error={add.error} />}
      <Button htmlType="submit" loading={add.isPending}>
        {t('approvals.delegation.add')}
      </Button>
    </form>
  );
}
