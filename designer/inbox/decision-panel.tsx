import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Flex, Input } from 'antd';
import { useState } from 'react';
import { useWords } from './use-words.ts';
import type { ApprovalDetail } from './approval-content.ts';
import { ApiError, sendJson } from './http.ts';

interface Answer {
  readonly decision: 'approve' | 'refuse';
  readonly acknowledged: boolean;
}

const WORDED_CODES = [
  'content-changed',
  'approval-closed',
  'requester-may-not-decide',
  'author-may-not-decide',
  'not-a-candidate',
  'decision-refused',
  'reason-missing',
  'not-reachable',
];

/** Sends a decision for exactly the content shown, then reads the approval anew. */
export function useDecide(approval: ApprovalDetail) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (wanted: { decision: 'approve' | 'refuse'; comment: string }) =>
      sendJson<Answer>('POST', `/v1/approvals/${encodeURIComponent(approval.approvalId)}/decisions`, {
        ...wanted,
        contentHash: approval.contentHash,
      }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['approvals'] }),
  });
}

/** Approve and refuse, the same size, with the comment that a refusal needs. `portCount` is 0 for content that is no push. */
export function DecisionPanel({
  decide,
  portCount,
}: {
  readonly decide: ReturnType<typeof useDecide>;
  readonly portCount: number;
}) {
  const { t } = useWords('inbox');
  const [comment, setComment] = useState('');
  const [missing, setMissing] = useState(false);
  const refuse = () => {
    if (comment.trim() === '') setMissing(true);
    else decide.mutate({ decision: 'refuse', comment });
  };
  const push = portCount > 0;
  return (
    <Flex vertical gap="small">
      <label htmlFor="decision-comment">{t('comment')}</label>
      <Input.TextArea
        id="decision-comment"
        autoSize={{ minRows: 2, maxRows: 6 }}
        maxLength={1000}
        value={comment}
        status={missing ? 'error' : ''}
        aria-describedby="decision-missing"
        onChange={(event) => {
          setComment(event.target.value);
          setMissing(false);
        }}
      />
      <div id="decision-missing" role="alert">
        {missing ? t('commentMissing') : null}
      </div>
      <Flex gap="small" wrap>
        <Button
          type="primary"
          size="large"
          style={{ flex: 1 }}
          loading={decide.isPending && decide.variables.decision === 'approve'}
          disabled={decide.isPending}
          onClick={() => decide.mutate({ decision: 'approve', comment })}
        >
          {push ? t('approvePush', { count: portCount }) : t('approve')}
        </Button>
        <Button
          danger
          size="large"
          style={{ flex: 1 }}
          loading={decide.isPending && decide.variables.decision === 'refuse'}
          disabled={decide.isPending}
          onClick={refuse}
        >
          {push ? t('refusePush', { count: portCount }) : t('refuse')}
        </Button>
      </Flex>
      {decide.error === null ? null : <DecisionError error={decide.error} />}
    </Flex>
  );
}

function DecisionError({ error }: { readonly error: Error }) {
  const { t } = useWords('inbox');
  const code = error instanceof ApiError ? error.code : 'other';
  const worded = WORDED_CODES.includes(code);
  return (
    <Alert
      type="error"
      showIcon
      title={t(`decideError.${worded ? code : 'other'}`)}
      description={
        <>
          {worded ? null : <div>{error.message}</div>}
          <small>{code}</small>
        </>
      }
    />
  );
}
