import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Drawer, Input, Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { api } from '../api/client.ts';
import { queries, rowsOf } from '../api/queries.ts';
import type { AccessGrant } from '../api/types.ts';
import { useMay } from '../session/session.tsx';
import { useNow } from '../shared/clock.ts';
import { Empty, Loading, PageHead, ProblemNote } from '../shared/parts.tsx';
import { State } from '../shared/state.tsx';
import { type Column, More, Table } from '../shared/table.tsx';
import { relativeTime } from '../shared/time.ts';

const STATES = { coming: 'waiting', live: 'running', over: 'done', 'ended-early': 'cancelled' } as const;

/** Temporary rights: who has what until when, by whose approval; who may, ends one early. */
export function GrantList() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const isLiveOnly = params.get('view') === 'live';
  const grants = useInfiniteQuery(queries.grants(isLiveOnly ? { live: 'true' } : {}));
  return (
    <>
      <PageHead title={t('access.title')} />
      <div className="filters">
        <Segmented<'all' | 'live'>
          value={isLiveOnly ? 'live' : 'all'}
          options={[
            { value: 'all', label: t('access.all') },
            { value: 'live', label: t('access.live') },
          ]}
          onChange={(view) => setParams(view === 'live' ? { view } : {}, { replace: true })}
        />
      </div>
      {grants.error !== null ? (
        <ProblemNote error={grants.error} onAgain={() => void grants.refetch()} />
      ) : grants.data === undefined ? (
        <Loading />
      ) : (
        <Rows rows={rowsOf(grants.data)} />
      )}
      <More
        isMore={grants.hasNextPage}
        isReading={grants.isFetchingNextPage}
        onMore={() => void grants.fetchNextPage()}
      />
    </>
  );
}

function Rows({ rows }: { readonly rows: readonly AccessGrant[] }) {
  const { t } = useTranslation();
  const nowMs = useNow();
  const mayEnd = useMay('access.end');
  const [ending, setEnding] = useState<AccessGrant>();
  if (rows.length === 0)
    return (
      <Empty
        icon="lock"
        title={t('access.empty')}
        text={t('access.emptyText')}
        action={{ label: t('access.emptyAction'), to: '/flows' }}
      />
    );
  const columns: Array<Column<AccessGrant>> = [
    { key: 'person', title: t('access.person'), cell: (row) => row.personId },
    {
      key: 'access',
      title: t('access.access'),
      cell: (row) => t(row.kind === 'role' ? 'access.role' : 'access.permission', { name: row.name }),
    },
    {
      key: 'state',
      title: t('runs.status'),
      cell: (row) => <State name={STATES[row.state]} word={t(`access.state.${row.state}`)} />,
    },
    {
      key: 'until',
      title: t('access.until'),
      cell: (row) => relativeTime(t, Date.parse(row.endedAt ?? row.endsAt), nowMs),
      mono: true,
    },
    { key: 'reason', title: t('access.reason'), cell: (row) => row.reason, grows: true, narrow: false },
    {
      key: 'by',
      title: t('access.grantedBy'),
      cell: (row) => <Link to={`/inbox/${row.approvalId}`}>{row.grantedBy.join(' · ')}</Link>,
      narrow: false,
    },
    {
      key: 'end',
      title: t('access.action'),
      cell: (row) =>
        mayEnd && row.state === 'live' ? (
          <Button size="small" onClick={() => setEnding(row)}>
            {t('access.end')}
          </Button>
        ) : null,
    },
  ];
  return (
    <>
      <Table label={t('access.title')} columns={columns} rows={rows} rowKey={(row) => row.grantId} />
      <Drawer
        title={t('access.endTitle', { person: ending?.personId ?? '' })}
        open={ending !== undefined}
        onClose={() => setEnding(undefined)}
        size={420}
        destroyOnHidden
      >
        {ending === undefined ? null : <EndForm grant={ending} onDone={() => setEnding(undefined)} />}
      </Drawer>
    </>
  );
}

function EndForm({ grant, onDone }: { readonly grant: AccessGrant; readonly onDone: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const end = useMutation({
    mutationFn: () => api.endGrant(grant.grantId, reason.trim()),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['grants'] });
      onDone();
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        end.mutate();
      }}
    >
      <p>{t('access.endText')}</p>
      <label className="field">
        <span>{t('access.endReason')}</span>
        <Input.TextArea
          value={reason}
          maxLength={500}
          autoSize={{ minRows: 2 }}
          onChange={(event) => setReason(event.target.value)}
        />
      </label>
      {end.error === null ? null : <ProblemNote error={end.error} />}
      <Button type="primary" htmlType="submit" loading={end.isPending} disabled={reason.trim() === ''}>
        {t('access.endSubmit')}
      </Button>
    </form>
  );
}
