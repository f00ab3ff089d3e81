import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Queues } from '../api/desk-types.ts';
import { requestJson } from '../api/client.ts';
import { Loading, ProblemNote, Section } from '../shared/parts.tsx';
import { type Column, Table } from '../shared/table.tsx';
import { SettingsHead } from './settings-head.tsx';

type QueueRow = Queues['items'][number];

/** The hand-off queues: how much waits, is sent, failed; and the way to the board. */
export function QueueList() {
  const { t } = useTranslation();
  const queues = useQuery({
    queryKey: ['queues'],
    queryFn: () => requestJson<Queues>('GET', '/v1/queues'),
    refetchInterval: 5_000,
  });
  const count = (key: string, title: string, of: (row: QueueRow) => number): Column<QueueRow> => ({
    key,
    title,
    mono: true,
    cell: (row) => of(row).toLocaleString('en-US'),
  });
  const columns: Array<Column<QueueRow>> = [
    {
      key: 'name',
      title: t('settings.queueName'),
      grows: true,
      cell: (row) => t(`settings.queue.${row.name}`),
    },
    count('notTaken', t('settings.queueNotTaken'), (row) => row.notTaken),
    count('waiting', t('settings.queueWaiting'), (row) => row.waiting),
    count('active', t('settings.queueActive'), (row) => row.active),
    count('delayed', t('settings.queueDelayed'), (row) => row.delayed),
    count('failed', t('settings.queueFailed'), (row) => row.failed),
    count('delivered', t('settings.queueDelivered'), (row) => row.delivered),
  ];
  return (
    <>
      <SettingsHead />
      {queues.error !== null ? (
        <ProblemNote error={queues.error} onAgain={() => void queues.refetch()} />
      ) : queues.data === undefined ? (
        <Loading rows={3} />
      ) : (
        <Section title={t('settings.queues')}>
          <p>{t('settings.queuesText')}</p>
          <Table
            label={t('settings.queues')}
            columns={columns}
            rows={queues.data.items}
            rowKey={(row) => row.name}
          />
          {queues.data.board === null ? (
            <p>{t('settings.noBoard')}</p>
          ) : (
            <p>
              <a href={queues.data.board}>{t('settings.openBoard')}</a>
            </p>
          )}
        </Section>
      )}
    </>
  );
}
