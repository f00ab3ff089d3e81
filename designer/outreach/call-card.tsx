import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { wallClock } from '../../domain/calendar/index.ts';
import { useNow } from '../shared/clock.ts';
import { Facts, Loading, Note, PageHead, ProblemNote, Section } from '../shared/parts.tsx';
import { actorText } from '../shared/person.ts';
import { State } from '../shared/state.tsx';
import { relativeTime } from '../shared/time.ts';
import { CallReport } from './call-report.tsx';
import { type CallCard as Card, deskQueries } from './desk-api.ts';
import { noticeText, stepText, TASK_STATES } from './words.ts';

/** One call: who, what to say, why this grade, what happened before, and what came of it. */
export function CallCard() {
  const { taskId = '' } = useParams();
  const { t, i18n } = useTranslation();
  const card = useQuery(deskQueries.card(taskId));
  if (card.error !== null) return <ProblemNote error={card.error} onAgain={() => void card.refetch()} />;
  if (card.data === undefined) return <Loading rows={10} />;
  const task = card.data;
  const words = i18n.language === 'en' ? 'en' : 'zh';
  return (
    <>
      <PageHead
        title={`${task.customerId} · ${stepText(t, task.step)}`}
        back={{ to: '/calls', page: t('outreach.title') }}
        meta={<State name={TASK_STATES[task.status]} word={t(`outreach.status.${task.status}`)} />}
      />
      {task.notice === null ? null : (
        <Note icon="barredHand" tone="problem">
          <p>{noticeText(t, task.notice)}</p>
        </Note>
      )}
      {task.talkTrack === null ? null : (
        <Section title={t('outreach.talkTrack')}>
          <p>{task.talkTrack[words]}</p>
        </Section>
      )}
      <CallReport key={task.status} task={task} />
      <About task={task} />
      <Why task={task} words={words} />
      <Reports task={task} />
      <History task={task} />
    </>
  );
}

function About({ task }: { readonly task: Card }) {
  const { t } = useTranslation();
  const nowMs = useNow();
  const { customer } = task;
  const yesNo = (isSo: boolean) => t(isSo ? 'outreach.yes' : 'outreach.no');
  return (
    <Section title={t('outreach.about')}>
      <Facts
        rows={[
          [t('outreach.standsAt'), stepText(t, customer.step)],
          [t('outreach.channel'), customer.channel === '' ? t('common.none') : customer.channel],
          [t('outreach.zone'), `${wallClock(nowMs, customer.timeZone).time} · ${customer.timeZone}`],
          [t('outreach.consent'), yesNo(customer.consent)],
          [t('outreach.doNotCall'), yesNo(customer.doNotCall)],
          [t('outreach.assignee'), task.assignee === null ? t('outreach.nobody') : actorText(task.assignee)],
        ]}
      />
    </Section>
  );
}

function Why({ task, words }: { readonly task: Card; readonly words: 'zh' | 'en' }) {
  const { t } = useTranslation();
  const { explanation } = task;
  return (
    <Section
      title={t('outreach.why')}
      aside={
        <span className="quiet">
          {t('outreach.total', { score: explanation.score, version: explanation.scorecardVersion })}
        </span>
      }
    >
      <div className="table-frame">
        <table className="table" aria-label={t('outreach.why')}>
          <thead>
            <tr>
              <th>{t('outreach.feature')}</th>
              <th>{t('outreach.found')}</th>
              <th>{t('outreach.points')}</th>
            </tr>
          </thead>
          <tbody>
            {explanation.lines.map((line) => (
              <tr key={line.field}>
                <td>{line.title[words]}</td>
                <td data-mono="true">
                  {`${line.value === null ? t('outreach.noFact') : line.value.toLocaleString('en')} · ${line.bin === 'otherwise' ? t('outreach.otherwise') : line.bin}`}
                </td>
                <td data-mono="true">{line.points}</td>
              </tr>
            ))}
            <tr>
              <td>{t('outreach.base')}</td>
              <td />
              <td data-mono="true">{explanation.offset}</td>
            </tr>
          </tbody>
        </table>
      </div>
    </Section>
  );
}

function Reports({ task }: { readonly task: Card }) {
  const { t } = useTranslation();
  const nowMs = useNow();
  return (
    <Section title={t('outreach.reports')}>
      {task.reports.length === 0 ? <p className="quiet">{t('outreach.noReports')}</p> : null}
      {task.reports.map((report) => (
        <p key={report.ordinal}>
          {`${relativeTime(t, Date.parse(report.reportedAt), nowMs)} · ${actorText(report.reportedBy)} · ${t(`outreach.outcomes.${report.outcome}`)}`}
          {report.comment === '' ? '' : ` · ${report.comment}`}
        </p>
      ))}
    </Section>
  );
}

function History({ task }: { readonly task: Card }) {
  const { t } = useTranslation();
  const nowMs = useNow();
  return (
    <Section title={t('outreach.history')}>
      {task.events.map((event) => (
        <p key={event.eventId}>
          <span className="mono">{relativeTime(t, event.occurredAtMs, nowMs)}</span>
          {` · ${t(`outreach.eventKinds.${event.kind}`)}`}
          {event.step === '' ? '' : ` · ${stepText(t, event.step)}`}
          {event.standing === 'late' ? <span className="quiet">{` · ${t('outreach.late')}`}</span> : null}
        </p>
      ))}
    </Section>
  );
}
