import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { usePerson } from '../session/session.tsx';
import { useNow } from '../shared/clock.ts';
import { Note, ProblemNote } from '../shared/parts.tsx';
import { actorText } from '../shared/person.ts';
import { relativeTime } from '../shared/time.ts';
import { reviews } from './review-api.ts';
import type { Submission } from './review-types.ts';

/** The two answers of the second person, of the same size; returning says why. Afterwards it says what happens next. */
export function DecideReview({ submission }: { readonly submission: Submission }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [comment, setComment] = useState('');
  const [isReturning, setReturning] = useState(false);
  const decide = useMutation({
    mutationFn: (decision: 'approve' | 'return') =>
      reviews.decide(submission.submissionId, {
        decision,
        contentHash: submission.contentHash,
        comment: comment.trim(),
      }),
    onSuccess: async () => {
      await Promise.all(
        ['submissions', 'submission', 'flows', 'flow'].map((key) =>
          client.invalidateQueries({ queryKey: [key] }),
        ),
      );
    },
  });
  if (submission.status !== 'open' || !submission.mayDecide) return <Closed submission={submission} />;
  const text = comment.trim();
  const { version } = submission;
  return (
    <section className="decide">
      {decide.error === null ? null : <ProblemNote error={decide.error} />}
      <label className="field">
        <span>{t(isReturning ? 'reviews.reason' : 'reviews.note')}</span>
        <Input.TextArea
          value={comment}
          maxLength={500}
          autoSize={{ minRows: 2 }}
          onChange={(event) => setComment(event.target.value)}
          status={isReturning && text === '' ? 'error' : ''}
        />
        <span className="field-error" role="alert">
          {isReturning && text === '' ? t('reviews.reasonNeeded') : ''}
        </span>
      </label>
      <div className="answers">
        <Button
          type="primary"
          size="large"
          disabled={decide.isPending}
          onClick={() => decide.mutate('approve')}
        >
          {t('reviews.approve', { version })}
        </Button>
        <Button
          size="large"
          disabled={decide.isPending}
          onClick={() => {
            if (isReturning && text !== '') decide.mutate('return');
            else setReturning(true);
          }}
        >
          {isReturning
            ? t('reviews.returnSubmit', { who: actorText(submission.submittedBy) })
            : t('reviews.return', { version })}
        </Button>
      </div>
    </section>
  );
}

function Closed({ submission }: { readonly submission: Submission }) {
  const { t } = useTranslation();
  const nowMs = useNow();
  const person = usePerson();
  const client = useQueryClient();
  const withdraw = useMutation({
    mutationFn: () => reviews.withdraw(submission.submissionId),
    onSuccess: async () => {
      await Promise.all(
        ['submissions', 'submission'].map((key) => client.invalidateQueries({ queryKey: [key] })),
      );
    },
  });
  const { status, decidedBy, decidedAt, decisionComment, flowName } = submission;
  if (status === 'open')
    return (
      <Note icon="hand" tone="plain">
        {withdraw.error === null ? null : <ProblemNote error={withdraw.error} />}
        <p>{t(submission.isOwn ? 'reviews.own' : 'reviews.notYou')}</p>
        {submission.submittedBy === person.personId ? (
          <Button onClick={() => withdraw.mutate()} disabled={withdraw.isPending}>
            {t('reviews.withdraw')}
          </Button>
        ) : null}
      </Note>
    );
  return (
    <Note icon={status === 'approved' ? 'check' : 'dash'} tone={status === 'approved' ? 'good' : 'plain'}>
      {decidedBy === null || decidedAt === null ? null : (
        <p>
          {t('reviews.decided', {
            who: actorText(decidedBy),
            when: relativeTime(t, Date.parse(decidedAt), nowMs),
            what: t(`reviews.statusName.${status}`),
          })}
          {decisionComment === null || decisionComment === '' ? '' : ` · ${decisionComment}`}
        </p>
      )}
      {status === 'approved' ? <p>{t('reviews.approvedNext')}</p> : null}
      {status === 'returned' ? (
        <p>{t('reviews.returnedNext', { who: actorText(submission.submittedBy) })}</p>
      ) : null}
      <p className="line">
        {status === 'approved' ? <Link to={`/flows/${flowName}`}>{t('reviews.openFlow')}</Link> : null}
        <Link to="/reviews">{t('reviews.next')}</Link>
      </p>
    </Note>
  );
}
