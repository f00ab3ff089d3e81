import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '../api/client.ts';
import type { ApprovalDetail, DecisionAnswer } from '../api/types.ts';
import { useNow } from '../shared/clock.ts';
import { Note, ProblemNote, Section } from '../shared/parts.tsx';
import { actorText, candidateText } from '../shared/person.ts';
import { type PortPlan, portCount } from '../shared/shapes.ts';
import { relativeTime } from '../shared/time.ts';

/** The two answers, of the same size; a refusal says why. Afterwards the card says what happens next. */
export function Decide({
  approval,
  plan,
}: {
  readonly approval: ApprovalDetail;
  readonly plan: PortPlan | undefined;
}) {
  const client = useQueryClient();
  const [answered, setAnswered] = useState<DecisionAnswer>();
  const [isReadAgain, setReadAgain] = useState(false);
  const decide = useMutation({
    mutationFn: (given: { decision: 'approve' | 'refuse'; comment: string }) =>
      api.decide(approval.approvalId, { ...given, contentHash: approval.contentHash }),
    onSuccess: async (answer) => {
      setAnswered(answer);
      void client.invalidateQueries({ queryKey: ['approvals'] });
      await client.invalidateQueries({ queryKey: ['approval', approval.approvalId] });
      setReadAgain(true);
    },
  });
  if (answered !== undefined) return <Next approval={approval} answer={answered} isReadAgain={isReadAgain} />;
  if (!approval.mayDecide) return <Closed approval={approval} />;
  return (
    <>
      {decide.error === null ? null : <ProblemNote error={decide.error} />}
      <Answers
        count={plan === undefined ? undefined : portCount(plan)}
        isSending={decide.isPending}
        onAnswer={(decision, comment) => decide.mutate({ decision, comment })}
      />
    </>
  );
}

function Answers({
  count,
  isSending,
  onAnswer,
}: {
  readonly count: number | undefined;
  readonly isSending: boolean;
  readonly onAnswer: (decision: 'approve' | 'refuse', comment: string) => void;
}) {
  const { t } = useTranslation();
  const [comment, setComment] = useState('');
  const [isRefusing, setRefusing] = useState(false);
  const text = comment.trim();
  const refuse = () => {
    if (isRefusing && text !== '') onAnswer('refuse', text);
    else setRefusing(true);
  };
  return (
    <section className="decide">
      <label className="field">
        <span>{t(isRefusing ? 'approval.reason' : 'approval.comment')}</span>
        <Input.TextArea
          value={comment}
          maxLength={1000}
          autoSize={{ minRows: 2 }}
          onChange={(event) => setComment(event.target.value)}
          status={isRefusing && text === '' ? 'error' : ''}
        />
        <span className="field-error" role="alert">
          {isRefusing && text === '' ? t('approval.reasonNeeded') : ''}
        </span>
      </label>
      <div className="answers">
        <Button type="primary" size="large" disabled={isSending} onClick={() => onAnswer('approve', text)}>
          {count === undefined ? t('approval.approveOther') : t('approval.approvePorts', { count })}
        </Button>
        <Button size="large" disabled={isSending} onClick={refuse}>
          {isRefusing
            ? t('approval.refuseSubmit')
            : count === undefined
              ? t('approval.refuseOther')
              : t('approval.refusePorts', { count })}
        </Button>
      </div>
    </section>
  );
}

/** What happens next, by what the card says after the decision; until it was read again only that it is recorded. */
function Next({
  approval,
  answer,
  isReadAgain,
}: {
  readonly approval: ApprovalDetail;
  readonly answer: DecisionAnswer;
  readonly isReadAgain: boolean;
}) {
  const { t } = useTranslation();
  const text = !answer.acknowledged
    ? t('approval.recordedOnly')
    : answer.decision === 'refuse'
      ? t('approval.nextRefused')
      : !isReadAgain
        ? t('approvals.recorded')
        : approval.result === null
          ? t('approval.nextWaiting')
          : t('approval.nextApproved');
  return (
    <Note icon="check" tone="good">
      <p>{text}</p>
      <p className="line">
        <Link to={`/runs/${approval.runId}`}>{t('approval.openRun')}</Link>
        <Link to="/inbox">{t('approval.nextItem')}</Link>
      </p>
    </Note>
  );
}

function Closed({ approval }: { readonly approval: ApprovalDetail }) {
  const { t } = useTranslation();
  const nowMs = useNow();
  const names = approval.asked.map((candidate) => candidateText(t, candidate)).join(' · ');
  return (
    <Section title={t('approval.decisions')}>
      {approval.decisions.map((decision) => (
        <p key={decision.decisionId}>
          {t(decision.decision === 'approve' ? 'approval.decidedApprove' : 'approval.decidedRefuse', {
            who: actorText(decision.personId),
            when: relativeTime(t, Date.parse(decision.decidedAt), nowMs),
          })}
          {decision.comment === '' ? '' : ` · ${decision.comment}`}
        </p>
      ))}
      <p className="quiet">
        {approval.status === 'open' ? t('approval.notYou', { who: names }) : t('approval.closed')}
      </p>
      <p className="line">
        <Link to={`/runs/${approval.runId}`}>{t('approval.openRun')}</Link>
      </p>
    </Section>
  );
}
