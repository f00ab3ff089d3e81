import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { queries } from '../api/queries.ts';
import type { ApprovalDetail } from '../api/types.ts';
import { useNow } from '../shared/clock.ts';
import { Data } from '../shared/data.tsx';
import { Facts, Hash, Loading, PageHead, ProblemNote, Section } from '../shared/parts.tsx';
import { actorText, candidateText } from '../shared/person.ts';
import { memberText, portPlanOf } from '../shared/shapes.ts';
import { ApprovalState } from '../shared/state.tsx';
import { relativeTime } from '../shared/time.ts';
import { Decide } from './decide.tsx';
import { Levels, MoveLog } from './levels.tsx';
import { Moves } from './moves.tsx';
import { PlanView } from './plan.tsx';

/** The approval card: who asks, for what, why now; exactly what will be sent; what happens on each answer; the decision. */
export function ApprovalCard() {
  const { approvalId = '' } = useParams();
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(queries.approval(approvalId));
  if (error !== null && data === undefined)
    return <ProblemNote error={error} onAgain={() => void refetch()} />;
  if (data === undefined) return <Loading rows={12} />;
  const plan = portPlanOf(data.content);
  return (
    <article className="card">
      <PageHead
        title={data.title}
        back={{ to: '/inbox', page: t('inbox.title') }}
        meta={<ApprovalState status={data.status} />}
      />
      <Asked approval={data} />
      {plan === undefined ? (
        <Section title={t('approval.content')}>
          <Data value={data.content} label={t('approval.content')} />
        </Section>
      ) : (
        <PlanView plan={plan} />
      )}
      {plan === undefined ? null : (
        // What the hash covers is all of the content, not only what the plan view knows how to draw.
        <details>
          <summary>{t('approval.whole')}</summary>
          <Data value={data.content} label={t('approval.whole')} />
        </details>
      )}
      <Levels approval={data} />
      <MoveLog moves={data.moves} />
      <Consequences approval={data} isPlan={plan !== undefined} />
      {data.actingFor === null ? null : <p>{t('approvals.actingFor', { who: data.actingFor })}</p>}
      <Decide approval={data} plan={plan} />
      <Moves approval={data} />
    </article>
  );
}

function Asked({ approval }: { readonly approval: ApprovalDetail }) {
  const { t } = useTranslation();
  const nowMs = useNow();
  const reason = memberText(approval.run?.input, 'reason');
  const names = (approval.asked.length > 0 ? approval.asked : approval.candidates)
    .map((candidate) => candidateText(t, candidate))
    .join(' · ');
  return (
    <Facts
      rows={[
        [
          t('approval.who'),
          t('approval.asked', {
            who: actorText(approval.requesterId),
            when: relativeTime(t, Date.parse(approval.openedAt), nowMs),
          }),
        ],
        [
          t('approval.forWhat'),
          approval.run === null ? (
            t('common.none')
          ) : (
            <Link
              key="run"
              to={`/runs/${approval.runId}`}
            >{`${approval.run.flowName} ${approval.run.flowVersion} · ${approval.run.businessKey}`}</Link>
          ),
        ],
        ...(reason === undefined ? [] : [[t('approval.whyNow'), reason] as const]),
        [t('approval.asks'), names],
        ...(approval.applicantId === null ? [] : [[t('approvals.applicant'), approval.applicantId] as const]),
        ...(approval.copyTo.length === 0
          ? []
          : [[t('approvals.copies'), approval.copyTo.join(' · ')] as const]),
        [
          t('inbox.deadline'),
          approval.deadlineAt === null
            ? t('approval.noDeadline')
            : t('approval.deadline', { when: relativeTime(t, Date.parse(approval.deadlineAt), nowMs) }),
        ],
        [t('common.hash'), <Hash key="hash" value={approval.contentHash} />],
      ]}
    />
  );
}

const SILENCE = {
  expire: 'approval.silent',
  remind: 'approvals.silentRemind',
  escalate: 'approvals.silentEscalate',
} as const;

function Consequences({ approval, isPlan }: { readonly approval: ApprovalDetail; readonly isPlan: boolean }) {
  const { t } = useTranslation();
  const nowMs = useNow();
  if (approval.status !== 'open') return null;
  const hash = approval.contentHash.slice(0, 12);
  const silent =
    approval.deadlineAt === null
      ? t('approval.silentForever')
      : t(SILENCE[approval.onDeadline], { when: relativeTime(t, Date.parse(approval.deadlineAt), nowMs) });
  const isLast = approval.levels.at(-1)?.standing === 'now';
  return (
    <Section title={t('approval.consequences')}>
      <Facts
        rows={[
          [
            t('approval.ifApprove'),
            isLast
              ? t(isPlan ? 'approval.approvePlan' : 'approval.approvePlain', { hash })
              : t('approvals.approveLevel'),
          ],
          [t('approval.ifRefuse'), t('approval.refuse')],
          [t('approval.ifSilent'), silent],
        ]}
      />
    </Section>
  );
}
