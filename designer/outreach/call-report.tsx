import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Radio } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { instantOf, MARKET_TIME_ZONE } from '../../domain/calendar/index.ts';
import type { OutcomeCode, OutcomeRule } from '../../domain/outreach/index.ts';
import { useMay } from '../session/session.tsx';
import { useNow } from '../shared/clock.ts';
import { Note, ProblemNote, Section } from '../shared/parts.tsx';
import { actorText } from '../shared/person.ts';
import { lengthOfTime, relativeTime } from '../shared/time.ts';
import { type CallCard, desk } from './desk-api.ts';

/** Starts the call, then asks what came of it; says what each outcome leads to before it is chosen. */
export function CallReport({ task }: { readonly task: CallCard }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const mayCall = useMay('outreach.call');
  const start = useMutation({
    mutationFn: () => desk.start(task.taskId),
    onSettled: () => client.invalidateQueries({ queryKey: ['calls'] }),
  });
  if (task.status === 'done' || task.status === 'cancelled') return null;
  if (!mayCall || !task.mayCall)
    return (
      <p className="quiet">
        {t('outreach.notYours', {
          who: task.assignee === null ? t('outreach.nobody') : actorText(task.assignee),
        })}
      </p>
    );
  if (task.status === 'calling') return <OutcomeForm task={task} />;
  return (
    <div className="answers">
      {start.error === null ? null : <ProblemNote error={start.error} />}
      <Button type="primary" size="large" loading={start.isPending} onClick={() => start.mutate()}>
        {t(task.assignee === null ? 'outreach.take' : 'outreach.start')}
      </Button>
    </div>
  );
}

function OutcomeForm({ task }: { readonly task: CallCard }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const nowMs = useNow();
  const [outcome, setOutcome] = useState<OutcomeCode>();
  const [comment, setComment] = useState('');
  const [callback, setCallback] = useState('');
  const callbackAt = instantText(callback);
  const isCallback = outcome === 'call-back';
  const report = useMutation({
    mutationFn: (code: OutcomeCode) =>
      desk.report(task.taskId, {
        outcome: code,
        comment: comment.trim(),
        ...(isCallback && callbackAt !== undefined ? { callbackAt } : {}),
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['calls'] }),
  });
  if (report.data !== undefined)
    return (
      <Note icon="check" tone="good">
        <p>
          {report.data.status === 'done'
            ? t('outreach.finished')
            : t('outreach.again', { time: relativeTime(t, Date.parse(report.data.dueAt), nowMs) })}
        </p>
      </Note>
    );
  return (
    <Section title={t('outreach.outcome')}>
      {report.error === null ? null : <ProblemNote error={report.error} />}
      <Radio.Group
        value={outcome}
        onChange={(event) => setOutcome(event.target.value as OutcomeCode)}
        options={task.outcomes.map((rule) => ({
          value: rule.code,
          label: (
            <>
              {t(`outreach.outcomes.${rule.code}`)}{' '}
              <span className="quiet small">
                <NextText rule={rule} />
              </span>
            </>
          ),
        }))}
        vertical
      />
      {isCallback ? (
        <label className="field">
          <span>{t('outreach.callbackAt')}</span>
          <Input
            value={callback}
            placeholder="2026-11-24 10:30"
            onChange={(event) => setCallback(event.target.value)}
          />
          <span className="field-error" role="alert">
            {callback !== '' && callbackAt === undefined ? t('outreach.callbackNeeded') : ''}
          </span>
        </label>
      ) : null}
      <label className="field">
        <span>{t('outreach.comment')}</span>
        <Input.TextArea
          value={comment}
          maxLength={1000}
          autoSize={{ minRows: 2 }}
          onChange={(event) => setComment(event.target.value)}
        />
      </label>
      <div className="answers">
        <Button
          type="primary"
          size="large"
          loading={report.isPending}
          disabled={outcome === undefined || (isCallback && callbackAt === undefined)}
          onClick={() => {
            if (outcome !== undefined) report.mutate(outcome);
          }}
        >
          {t('outreach.report')}
        </Button>
      </div>
    </Section>
  );
}

function NextText({ rule }: { readonly rule: OutcomeRule }) {
  const { t } = useTranslation();
  if (rule.forbidsCalls) return t('outreach.outcomeNext.forbids');
  if (rule.next === 'again')
    return t('outreach.outcomeNext.again', {
      after: lengthOfTime(t, rule.againAfterMs),
      count: rule.maximumCalls,
    });
  return t(`outreach.outcomeNext.${rule.next}`);
}

/** `2026-11-24 10:30` in market time as RFC 3339; undefined while it is not a time. */
function instantText(text: string): string | undefined {
  const [, date, time] = /^(\d{4}-\d{2}-\d{2})[ T]([01]\d|2[0-3]):([0-5]\d)$/.exec(text.trim()) ?? [];
  if (date === undefined || time === undefined || Number.isNaN(Date.parse(`${date}T00:00:00Z`)))
    return undefined;
  return new Date(instantOf(date, text.trim().slice(11), MARKET_TIME_ZONE)).toISOString();
}
