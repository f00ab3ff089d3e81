import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Checkbox, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { rowsOf } from '../api/queries.ts';
import { useMay } from '../session/session.tsx';
import { useNow } from '../shared/clock.ts';
import { Facts, Loading, PageHead, ProblemNote, Section } from '../shared/parts.tsx';
import { actorText } from '../shared/person.ts';
import { relativeTime } from '../shared/time.ts';
import { type CallBoard as Board, type CallTask, desk, deskQueries } from './desk-api.ts';
import { WaitingList } from './waiting-list.tsx';
import { endText, reasonText, stepText } from './words.ts';

/** The manager's page: what waits and is due, who has how much, what ended and why. */
export function CallBoard() {
  const { t } = useTranslation();
  const board = useQuery(deskQueries.board());
  if (board.error !== null) return <ProblemNote error={board.error} onAgain={() => void board.refetch()} />;
  if (board.data === undefined) return <Loading rows={10} />;
  return (
    <>
      <PageHead title={t('outreach.board')} back={{ to: '/calls', page: t('outreach.title') }} />
      <Figures board={board.data} />
      <OpenTasks people={board.data.representatives} />
      <WaitingList />
      <People people={board.data.representatives} />
      <Ended board={board.data} />
    </>
  );
}

function Figures({ board }: { readonly board: Board }) {
  const { t } = useTranslation();
  const rows: Array<readonly [string, number]> = [
    [t('outreach.figures.waiting'), board.waiting],
    [t('outreach.figures.frozen'), board.frozen],
    [t('outreach.figures.soon'), board.dueWithinHour],
    [t('outreach.figures.overdue'), board.overdue],
    ...board.openByGrade.map(
      ({ grade, count }) =>
        [t('outreach.figures.open', { grade: t(`outreach.grades.${grade}`) }), count] as const,
    ),
    [t('outreach.figures.unassigned'), board.unassigned],
    [t('outreach.figures.robot'), board.robotToday],
    [t('outreach.figures.done'), board.doneToday],
  ];
  return (
    <Facts
      rows={rows.map(([name, value]) => [
        name,
        <span key={name} className="mono">
          {value.toLocaleString('en')}
        </span>,
      ])}
    />
  );
}

/** Open tasks with a way to give the chosen ones to somebody else. */
function OpenTasks({ people }: { readonly people: Board['representatives'] }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const nowMs = useNow();
  const mayManage = useMay('outreach.manage');
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [assignee, setAssignee] = useState<string>();
  const tasks = useInfiniteQuery(deskQueries.tasks({ status: 'open' }));
  const give = useMutation({
    mutationFn: (to: string) => desk.reassign(chosen, to === '' ? null : to),
    onSuccess: () => {
      setChosen([]);
      return client.invalidateQueries({ queryKey: ['calls'] });
    },
  });
  const rows = tasks.data === undefined ? [] : rowsOf(tasks.data);
  if (rows.length === 0) return null;
  const toggle = (task: CallTask) =>
    setChosen((before) =>
      before.includes(task.taskId) ? before.filter((id) => id !== task.taskId) : [...before, task.taskId],
    );
  return (
    <Section title={t('outreach.tasks')}>
      {give.error === null ? null : <ProblemNote error={give.error} />}
      {mayManage ? (
        <div className="filters">
          <Select
            aria-label={t('outreach.reassignTo')}
            placeholder={t('outreach.reassignTo')}
            {...(assignee === undefined ? {} : { value: assignee })}
            onChange={setAssignee}
            options={[
              ...people.map(({ personId }) => ({ value: personId, label: personId })),
              { value: '', label: t('outreach.toPool') },
            ]}
          />
          <Button
            disabled={assignee === undefined || chosen.length === 0}
            loading={give.isPending}
            onClick={() => {
              if (assignee !== undefined) give.mutate(assignee);
            }}
          >
            {t('outreach.reassign', { count: chosen.length })}
          </Button>
        </div>
      ) : null}
      <div className="table-frame">
        <table className="table" aria-label={t('outreach.tasks')}>
          <thead>
            <tr>
              <th>{t('outreach.customer')}</th>
              <th>{t('outreach.step')}</th>
              <th>{t('outreach.grade')}</th>
              <th>{t('outreach.assignee')}</th>
              <th>{t('outreach.due')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((task) => (
              <tr key={task.taskId}>
                <td data-mono="true">
                  {mayManage ? (
                    <Checkbox
                      aria-label={t('outreach.choose', { customer: task.customerId })}
                      checked={chosen.includes(task.taskId)}
                      onChange={() => toggle(task)}
                    />
                  ) : null}{' '}
                  <Link to={`/calls/${task.taskId}`}>{task.customerId}</Link>
                </td>
                <td>{stepText(t, task.step)}</td>
                <td>{t(`outreach.grades.${task.grade}`)}</td>
                <td>{task.assignee === null ? t('outreach.nobody') : actorText(task.assignee)}</td>
                <td data-mono="true">{relativeTime(t, Date.parse(task.dueAt), nowMs)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

function People({ people }: { readonly people: Board['representatives'] }) {
  const { t } = useTranslation();
  return (
    <Section title={t('outreach.people')}>
      <Facts
        rows={people.map((person) => [
          person.personId,
          `${person.openTasks} / ${person.capacity} · ${t(person.isOnShift ? 'outreach.onShift' : 'outreach.offShift')} · ${person.skills.join(' ')}`,
        ])}
      />
    </Section>
  );
}

function Ended({ board }: { readonly board: Board }) {
  const { t } = useTranslation();
  return (
    <Section title={t('outreach.ended')}>
      {board.endedToday.length === 0 ? <p className="quiet">{t('outreach.noneEnded')}</p> : null}
      <Facts
        rows={board.endedToday.map(({ status, reason, count }) => [
          reason === null ? endText(t, status) : `${endText(t, status)} · ${reasonText(t, reason)}`,
          <span key={`${status}${reason ?? ''}`} className="mono">
            {count.toLocaleString('en')}
          </span>,
        ])}
      />
    </Section>
  );
}
