import { CopyOutlined } from '@ant-design/icons';
import { Alert, Button, Descriptions, Flex, Tag, Tooltip, Typography } from 'antd';
import { useState } from 'react';
import { useWords } from './use-words.ts';
import { Link, useParams } from 'react-router';
import {
  type ApprovalDetail,
  countChanges,
  factsOf,
  planOf,
  requestReason,
  shortHash,
  standingOf,
} from './approval-content.ts';
import { DecisionPanel, useDecide } from './decision-panel.tsx';
import { LoadState } from './load-state.tsx';
import { Lines, PlanView } from './plan-view.tsx';
import { clockTime, timeText } from './times.ts';
import { useNow } from './use-now.ts';
import { useApproval, useLiveApprovals, useSessionView } from './use-approvals.ts';

/** The approval card: everything a decider reads, then the decision, then what happens next. */
export function ApprovalPage() {
  const { approvalId = '' } = useParams();
  useLiveApprovals();
  const approval = useApproval(approvalId);
  const session = useSessionView();
  if (approval.data === undefined || session.data === undefined) {
    const retry = () => void Promise.all([approval.refetch(), session.refetch()]);
    return <LoadState error={approval.error ?? session.error} onRetry={retry} />;
  }
  return (
    <ApprovalCard
      key={approval.data.approvalId}
      approval={approval.data}
      personId={session.data.person.personId}
    />
  );
}

function ApprovalCard({
  approval,
  personId,
}: {
  readonly approval: ApprovalDetail;
  readonly personId: string | null;
}) {
  const { t } = useWords('inbox');
  const plan = planOf(approval.content);
  const portCount = plan === undefined ? 0 : countChanges(plan).ports;
  const decide = useDecide(approval);
  const standing = standingOf(approval, personId);
  return (
    <Flex vertical gap="large">
      <Head approval={approval} />
      <section>
        <Typography.Title level={2}>{t('content')}</Typography.Title>
        {plan === undefined ? <Facts content={approval.content} /> : <PlanView plan={plan} />}
      </section>
      <Consequences approval={approval} push={portCount > 0} />
      <Decisions approval={approval} />
      {decide.data === undefined && standing === undefined ? (
        <DecisionPanel decide={decide} portCount={portCount} />
      ) : (
        <Outcome approval={approval} personId={personId} answer={decide.data} />
      )}
    </Flex>
  );
}

function Head({ approval }: { readonly approval: ApprovalDetail }) {
  const { t, i18n } = useWords('inbox');
  const nowMs = useNow();
  const { run } = approval;
  const reason = requestReason(run?.input);
  const who = {
    requester: approval.requesterId,
    author: approval.authorId,
    flow: run?.flowName ?? '',
    version: run?.flowVersion ?? '',
  };
  return (
    <header>
      <Typography.Title level={1}>{approval.title}</Typography.Title>
      <Flex gap="small" wrap align="center">
        <Tag>{t(`status.${approval.status}`)}</Tag>
        <span>{run === null ? t('whoShort', who) : t('who', who)}</span>
        <Typography.Text type="secondary">
          {timeText(approval.openedAt, nowMs, i18n.language)}
        </Typography.Text>
        <Link to={`/runs/${approval.runId}`}>{t('run')}</Link>
      </Flex>
      {reason === undefined ? null : (
        <div>
          {t('why')}: {reason}
        </div>
      )}
      {run?.businessKey ? (
        <div>
          {t('key')}: <Typography.Text code>{run.businessKey}</Typography.Text>
        </div>
      ) : null}
      <div>
        {t('column.deadline')}:{' '}
        {approval.deadlineAt === null ? t('noDeadline') : timeText(approval.deadlineAt, nowMs, i18n.language)}
      </div>
      <Candidates approval={approval} />
      <Hash hash={approval.contentHash} />
    </header>
  );
}

function Candidates({ approval }: { readonly approval: ApprovalDetail }) {
  const { t } = useWords('inbox');
  const names = approval.candidates.map((candidate) => {
    const [kind = '', name = candidate] = candidate.split(':');
    return kind === 'role' ? t(`role.${name}`, { defaultValue: name }) : name;
  });
  return (
    <div>
      {t('asked', { names: names.join(', ') })} ({t(`rule.${approval.rule}`)})
    </div>
  );
}

function Hash({ hash }: { readonly hash: string }) {
  const { t } = useWords('inbox');
  const [copied, setCopied] = useState(false);
  const copy = () => {
    void navigator.clipboard.writeText(hash).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return (
    <div>
      {t('hash')} <Typography.Text code>{shortHash(hash)}</Typography.Text>
      <Tooltip title={hash}>
        <Button type="text" size="small" icon={<CopyOutlined />} aria-label={t('copyHash')} onClick={copy}>
          {copied ? t('copied') : null}
        </Button>
      </Tooltip>
    </div>
  );
}

/** Content of any other kind: each part by name. */
function Facts({ content }: { readonly content: unknown }) {
  return (
    <Descriptions
      size="small"
      column={1}
      bordered
      items={factsOf(content).map(({ path, text }) => ({
        key: path,
        label: path,
        children: <Lines>{text}</Lines>,
      }))}
    />
  );
}

function Consequences({ approval, push }: { readonly approval: ApprovalDetail; readonly push: boolean }) {
  const { t } = useWords('inbox');
  const nowMs = useNow();
  const none =
    approval.deadlineAt === null
      ? t('next.noneOpen')
      : t('next.noneDeadline', { deadline: clockTime(Date.parse(approval.deadlineAt), nowMs) });
  const items = [
    {
      key: 'approve',
      label: t('next.approve'),
      children: t(push ? 'next.approvePush' : 'next.approveOther'),
    },
    { key: 'refuse', label: t('next.refuse'), children: t('next.refuseText') },
    { key: 'none', label: t('next.none'), children: none },
  ];
  return (
    <section>
      <Typography.Title level={2}>{t('next.title')}</Typography.Title>
      <Descriptions size="small" column={1} items={items} />
    </section>
  );
}

function Decisions({ approval }: { readonly approval: ApprovalDetail }) {
  const { t, i18n } = useWords('inbox');
  const nowMs = useNow();
  if (approval.decisions.length === 0) return null;
  return (
    <section>
      <Typography.Title level={2}>{t('decisions')}</Typography.Title>
      {approval.decisions.map((decision) => (
        <div key={decision.decisionId}>
          {decision.personId} {t(`decision.${decision.decision}`)} ·{' '}
          {timeText(decision.decidedAt, nowMs, i18n.language)}
          {decision.comment === '' ? null : <Lines>{decision.comment}</Lines>}
        </div>
      ))}
    </section>
  );
}

function Outcome({
  approval,
  personId,
  answer,
}: {
  readonly approval: ApprovalDetail;
  readonly personId: string | null;
  readonly answer: { readonly decision: 'approve' | 'refuse'; readonly acknowledged: boolean } | undefined;
}) {
  const { t } = useWords('inbox');
  const own = approval.decisions.find((decision) => decision.personId === personId);
  const decision = own?.decision ?? answer?.decision;
  if (decision === undefined) {
    const standing = standingOf(approval, personId) ?? 'not-asked';
    return (
      <Alert
        type="info"
        showIcon
        title={t(`standing.${standing}`, { status: t(`status.${approval.status}`) })}
      />
    );
  }
  const acknowledged = answer?.acknowledged === true || (own !== undefined && own.acknowledgedAt !== null);
  const key = decision === 'approve' ? 'after.acknowledgedApprove' : 'after.acknowledgedRefuse';
  const all = approval.rule === 'all' && approval.status === 'open' ? ` ${t('after.all')}` : '';
  return (
    <Alert
      type={acknowledged ? 'success' : 'info'}
      showIcon
      title={t('after.title')}
      description={`${acknowledged ? t(key) : t('after.waiting')}${all}`}
    />
  );
}
