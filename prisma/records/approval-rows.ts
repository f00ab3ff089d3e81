import type { LevelRequest } from '../../domain/approval/approval.ts';
import type { ApprovalRow, ApprovalStatus, OnDeadline } from './approval-types.ts';
import type { Row } from './database.ts';
import { jsonOf, objectOf, textOf, textOrNull, textsOf, timeOf, timeOrNull, wordOf } from './row.ts';

/** A row of the approval table. */
export function toApproval(row: Row): ApprovalRow {
  const rule = wordOf<ApprovalRow['rule']>(row, 'rule');
  const candidates = textsOf(row, 'candidates');
  const levels = jsonOf(row, 'levels') as unknown as readonly LevelRequest[];
  const deadlineMs = textOrNull(row, 'deadline_ms');
  return {
    approvalId: textOf(row, 'approval_id'),
    runId: textOf(row, 'run_id'),
    commandId: textOf(row, 'command_id'),
    pointer: textOf(row, 'pointer'),
    title: textOf(row, 'title'),
    content: objectOf(row, 'content'),
    contentHash: textOf(row, 'content_hash'),
    attemptNonce: textOf(row, 'attempt_nonce'),
    rule,
    candidates,
    levels: levels.length > 0 ? levels : [{ name: '', from: candidates, rule, need: 1 }],
    requesterId: textOf(row, 'requester_id'),
    authorId: textOf(row, 'author_id'),
    applicantId: textOrNull(row, 'applicant_id'),
    copyTo: textsOf(row, 'copy_to'),
    onDeadline: wordOf<OnDeadline>(row, 'on_deadline'),
    deadlineMs: deadlineMs === null ? null : Number(deadlineMs),
    asked: textsOf(row, 'asked'),
    status: wordOf<ApprovalStatus>(row, 'status'),
    openedAt: timeOf(row, 'opened_at'),
    deadlineAt: timeOrNull(row, 'deadline_at'),
    closedAt: timeOrNull(row, 'closed_at'),
  };
}
