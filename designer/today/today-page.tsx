import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { MARKET_TIME_ZONE, wallClock } from '../../domain/calendar/index.ts';
import { queries } from '../api/queries.ts';
import type { ExpectedRun, Today } from '../api/types.ts';
import { useMay } from '../session/session.tsx';
import { useNow } from '../shared/clock.ts';
import { Empty, Loading, Note, PageHead, ProblemNote, Section } from '../shared/parts.tsx';
import { State } from '../shared/state.tsx';
import { type Column, Table } from '../shared/table.tsx';
import { relativeTime } from '../shared/time.ts';
import type { StateName } from '../theme.ts';
import { dayScale, endOf, shareOf } from './day-scale.ts';
import './today.css';

/** The first page: what the day expects, where it stands, and what needs somebody. */
export function TodayPage() {
  const { t } = useTranslation();
  const today = useQuery(queries.today());
  if (today.error !== null) return <ProblemNote error={today.error} onAgain={() => void today.refetch()} />;
  return (
    <>
      <PageHead title={t('today.title')} />
      {today.data === undefined ? <Loading rows={8} /> : <Day today={today.data} />}
    </>
  );
}

function Day({ today }: { readonly today: Today }) {
  const { t } = useTranslation();
  return (
    <>
      <Numbers today={today} />
      {today.unknown.map(({ triggerName, reason }) => (
        <Note key={triggerName} icon="clockBar" tone="plain">
          <p>{t('today.unknown', { trigger: triggerName })}</p>
          <p className="quiet">{reason}</p>
        </Note>
      ))}
      <Section title={t('today.expected', { date: today.date })}>
        {today.expected.length === 0 ? (
          <Empty
            icon="clockBar"
            title={t('today.empty')}
            text={t('today.emptyText')}
            action={{ label: t('today.emptyAction'), to: '/triggers' }}
          />
        ) : (
          <>
            <TimeLine today={today} />
            <List expected={today.expected} />
          </>
        )}
      </Section>
    </>
  );
}

function Numbers({ today }: { readonly today: Today }) {
  const { t } = useTranslation();
  const mayReadCalls = useMay('outreach.read');
  const of = (...states: ReadonlyArray<ExpectedRun['state']>): number =>
    today.expected.filter((run) => states.includes(run.state)).length;
  const numbers: ReadonlyArray<readonly [string, number, StateName, string]> = [
    ['needsYou', today.openApprovals, 'needsPerson', '/inbox'],
    ['running', today.runs.running, 'running', '/runs?status=running'],
    ['waiting', today.runs.waiting, 'waiting', '/runs?status=waiting'],
    ['next', of('next'), 'paused', '/triggers'],
    ['late', of('late', 'missed'), 'late', '/triggers'],
    ['breaks', today.openBreaks, 'late', '/breaks'],
    ['incidents', today.openIncidents, 'failed', '/incidents'],
    ...(mayReadCalls
      ? [
          ['calls', today.openCalls, 'needsPerson', '/calls'] as const,
          ['callsWaiting', today.waitingCalls, 'waiting', '/calls'] as const,
        ]
      : []),
    ['failed', today.runs.failedToday, 'failed', '/runs?status=failed'],
  ];
  return (
    <ul className="numbers" aria-label={t('today.numbers')}>
      {numbers.map(([key, value, state, to]) => (
        <li key={key}>
          <Link to={to} className="number" data-state={value === 0 ? 'skipped' : state}>
            <span className="number-value mono">{value}</span>
            <span>{t(`today.number.${key as 'late'}`)}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** The day by the market's clock. The list under it says the same in words, so readers skip the drawing. */
function TimeLine({ today }: { readonly today: Today }) {
  const nowMs = useNow();
  const scale = dayScale(today.date, today.expected, nowMs);
  const left = (ms: number): string => `${(shareOf(scale, ms) * 100).toFixed(2)}%`;
  const right = (ms: number): string => `${((1 - shareOf(scale, ms)) * 100).toFixed(2)}%`;
  /** A name right of a bar at the end of the day would be cut off. */
  const isLate = (run: ExpectedRun): boolean => shareOf(scale, endOf(run, nowMs)) > 0.75;
  const rows = [...today.expected].sort((one, other) => one.at.localeCompare(other.at)).slice(0, 24);
  return (
    <div className="day" aria-hidden="true">
      <div className="day-hours">
        {scale.hours.map((hour) => (
          <span key={hour.atMs} className="mono small" style={{ left: left(hour.atMs) }}>
            {hour.label}
          </span>
        ))}
      </div>
      {rows.map((run) => {
        const width = shareOf(scale, endOf(run, nowMs)) - shareOf(scale, Date.parse(run.at));
        return (
          <div key={`${run.triggerName} ${run.at}`} className="day-row">
            <span
              className="day-bar"
              data-state={STATES[run.state]}
              style={{ left: left(Date.parse(run.at)), width: `max(6px, ${(width * 100).toFixed(2)}%)` }}
            />
            {isLate(run) ? (
              <span className="day-name small" style={{ right: right(Date.parse(run.at)) }}>
                {run.title}
              </span>
            ) : (
              <span className="day-name small" style={{ left: left(endOf(run, nowMs)) }}>
                {run.title}
              </span>
            )}
          </div>
        );
      })}
      <span className="day-now" style={{ left: left(nowMs) }} />
    </div>
  );
}

const STATES: Readonly<Record<ExpectedRun['state'], StateName>> = {
  needsPerson: 'needsPerson',
  missed: 'late',
  failed: 'failed',
  late: 'late',
  running: 'running',
  waiting: 'waiting',
  next: 'paused',
  paused: 'paused',
  skipped: 'skipped',
  done: 'done',
};

function List({ expected }: { readonly expected: readonly ExpectedRun[] }) {
  const { t } = useTranslation();
  const nowMs = useNow();
  const columns: Array<Column<ExpectedRun>> = [
    { key: 'name', title: t('today.what'), cell: (run) => run.title, grows: true },
    {
      key: 'state',
      title: t('runs.status'),
      cell: (run) => <State name={STATES[run.state]} word={t(`today.state.${run.state}`)} />,
    },
    {
      key: 'at',
      title: t('today.at'),
      cell: (run) => relativeTime(t, Date.parse(run.at), nowMs),
      mono: true,
    },
    {
      key: 'end',
      title: t('today.ended'),
      cell: (run) => (run.endedAt === null ? '' : wallClock(Date.parse(run.endedAt), MARKET_TIME_ZONE).time),
      mono: true,
      narrow: false,
    },
    { key: 'day', title: t('today.forDay'), cell: (run) => run.forDay, mono: true, narrow: false },
    { key: 'why', title: t('today.reason'), cell: (run) => run.reason ?? '', narrow: false },
  ];
  return (
    <Table
      label={t('today.title')}
      columns={columns}
      rows={expected}
      rowKey={(run) => `${run.triggerName} ${run.at}`}
      to={(run) => (run.runId === null ? `/triggers/${run.triggerName}` : `/runs/${run.runId}`)}
    />
  );
}
