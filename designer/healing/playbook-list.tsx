import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Popconfirm, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { TRUST_LEVELS } from '../../domain/healing/judge.ts';
import { api } from '../api/client.ts';
import { queries } from '../api/queries.ts';
import type { HealableService, Playbook, Playbooks } from '../api/types.ts';
import { useMay } from '../session/session.tsx';
import { Loading, PageHead, ProblemNote, Section } from '../shared/parts.tsx';
import { actorText } from '../shared/person.ts';
import { State } from '../shared/state.tsx';
import { type Column, Table } from '../shared/table.tsx';
import { lengthOfTime } from '../shared/time.ts';
import { inventory } from './inventory-api.ts';
import { ServiceDrawer } from './service-drawer.tsx';

/** Playbooks with their trust and budget, the services they may touch, and the switch that stops all of it. */
export function PlaybookList() {
  const { t } = useTranslation();
  const playbooks = useQuery(queries.playbooks());
  if (playbooks.error !== null)
    return <ProblemNote error={playbooks.error} onAgain={() => void playbooks.refetch()} />;
  return (
    <>
      <PageHead
        title={t('healing.playbooks')}
        back={{ to: '/incidents', page: t('healing.title') }}
        actions={<Link to="/scripts">{t('inventory.scripts')}</Link>}
      />
      {playbooks.data === undefined ? <Loading /> : <Standing data={playbooks.data} />}
    </>
  );
}

function Standing({ data }: { readonly data: Playbooks }) {
  const { t } = useTranslation();
  const mayManage = useMay('healing.manage');
  /** Name of the service under edit; empty for a new one. */
  const [edited, setEdited] = useState<string>();
  const services = useQuery({ ...inventory.services(), enabled: mayManage });
  return (
    <>
      <Section title={t('healing.switch')}>
        <div className="line">
          {data.global.thrownBy === null ? (
            <State name="done" word={t('healing.switchOn')} />
          ) : (
            <State name="failed" word={t('healing.switchOff', { by: actorText(data.global.thrownBy) })} />
          )}
          <Switch name="global" isThrown={data.global.thrownBy !== null} isGlobal />
        </div>
      </Section>
      <Section title={t('healing.playbooks')}>
        {data.items.length === 0 ? (
          <p className="quiet">{t('healing.noPlaybooks')}</p>
        ) : (
          <PlaybookTable rows={data.items} />
        )}
      </Section>
      <Section title={t('healing.services')}>
        {data.services.length === 0 ? (
          <p className="quiet">{t('healing.noServices')}</p>
        ) : (
          <ServiceTable rows={data.services} onEdit={mayManage ? setEdited : undefined} />
        )}
        {mayManage ? (
          <p>
            <Button onClick={() => setEdited('')}>{t('inventory.add')}</Button>
          </p>
        ) : null}
        <ServiceDrawer
          key={edited}
          isOpen={edited !== undefined}
          onClose={() => setEdited(undefined)}
          known={services.data?.items.find((row) => row.serviceName === edited)}
          playbooks={data.items.map((row) => row.playbook)}
        />
      </Section>
    </>
  );
}

function PlaybookTable({ rows }: { readonly rows: readonly Playbook[] }) {
  const { t } = useTranslation();
  const columns: Array<Column<Playbook>> = [
    { key: 'name', title: t('healing.playbook'), cell: (row) => row.playbook, mono: true, grows: true },
    { key: 'trust', title: t('healing.trust'), cell: (row) => <Trust row={row} /> },
    {
      key: 'budget',
      title: t('healing.budget'),
      cell: (row) => t('healing.used', { used: row.actionsLastHour, budget: row.budgetPerHour }),
      mono: true,
    },
    {
      key: 'cooldown',
      title: t('healing.cooldown'),
      cell: (row) => lengthOfTime(t, row.cooldownMs),
      narrow: false,
    },
    {
      key: 'status',
      title: t('healing.status'),
      cell: (row) =>
        row.killedBy === null ? (
          <State name="done" word={t('healing.active')} />
        ) : (
          <State name="paused" word={t('healing.stopped', { by: actorText(row.killedBy) })} />
        ),
    },
    {
      key: 'switch',
      title: t('healing.ownSwitch'),
      cell: (row) => <Switch name={row.playbook} isThrown={row.killedBy !== null} />,
    },
  ];
  return (
    <Table label={t('healing.playbooks')} columns={columns} rows={rows} rowKey={(row) => row.playbook} />
  );
}

function ServiceTable({
  rows,
  onEdit,
}: {
  readonly rows: readonly HealableService[];
  readonly onEdit: ((serviceName: string) => void) | undefined;
}) {
  const { t } = useTranslation();
  const editColumn: Column<HealableService> = {
    key: 'edit',
    title: t('inventory.edit'),
    cell: (row) => (
      <Button
        type="link"
        aria-label={`${t('inventory.edit')} ${row.serviceName}`}
        onClick={() => onEdit?.(row.serviceName)}
      >
        {t('inventory.edit')}
      </Button>
    ),
  };
  const columns: Array<Column<HealableService>> = [
    { key: 'name', title: t('healing.service'), cell: (row) => row.serviceName, mono: true, grows: true },
    { key: 'playbook', title: t('healing.playbook'), cell: (row) => row.playbook, mono: true },
    { key: 'domain', title: t('healing.domain'), cell: (row) => row.failureDomain, narrow: false },
    { key: 'hours', title: t('healing.hours'), cell: (row) => t(`healing.hoursPolicies.${row.hoursPolicy}`) },
    ...(onEdit === undefined ? [] : [editColumn]),
  ];
  return (
    <Table label={t('healing.services')} columns={columns} rows={rows} rowKey={(row) => row.serviceName} />
  );
}

function Trust({ row }: { readonly row: Playbook }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const mayControl = useMay('healing.control');
  const set = useMutation({
    mutationFn: (trust: Playbook['trust']) => api.setTrust(row.playbook, trust),
    onSettled: () => client.invalidateQueries({ queryKey: ['playbooks'] }),
  });
  if (!mayControl) return <span>{t(`healing.trusts.${row.trust}`)}</span>;
  return (
    <Select
      aria-label={`${t('healing.trust')} ${row.playbook}`}
      value={row.trust}
      loading={set.isPending}
      onChange={(trust) => set.mutate(trust)}
      options={TRUST_LEVELS.map((level) => ({ value: level, label: t(`healing.trusts.${level}`) }))}
    />
  );
}

function Switch({
  name,
  isThrown,
  isGlobal = false,
}: {
  readonly name: string;
  readonly isThrown: boolean;
  readonly isGlobal?: boolean;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const mayControl = useMay('healing.control');
  const throwIt = useMutation({
    mutationFn: () => api.throwSwitch(name, !isThrown),
    onSettled: () => client.invalidateQueries({ queryKey: ['playbooks'] }),
  });
  if (!mayControl) return null;
  const word = isThrown
    ? t(isGlobal ? 'healing.release' : 'healing.releaseOne')
    : t(isGlobal ? 'healing.stop' : 'healing.stopOne');
  return (
    <>
      <Popconfirm
        title={t(isThrown ? 'healing.releaseAsk' : 'healing.stopAsk')}
        okText={word}
        onConfirm={() => throwIt.mutate()}
      >
        <Button danger={!isThrown} loading={throwIt.isPending}>
          {word}
        </Button>
      </Popconfirm>
      {throwIt.error === null ? null : <ProblemNote error={throwIt.error} />}
    </>
  );
}
