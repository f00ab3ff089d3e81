import { queryOptions } from '@tanstack/react-query';
import { requestJson } from '../api/client.ts';
import type { Submission, SubmissionStatus, SubmissionSummary } from './review-types.ts';

const at = (submissionId: string) => `/v1/submissions/${submissionId}`;

/** The calls of the review pages. */
export const reviews = {
  submissions: (status: SubmissionStatus | undefined) =>
    queryOptions({
      queryKey: ['submissions', status ?? 'all'],
      queryFn: () =>
        requestJson<{ items: SubmissionSummary[] }>(
          'GET',
          `/v1/submissions${status === undefined ? '' : `?status=${status}`}`,
        ),
    }),
  submission: (submissionId: string) =>
    queryOptions({
      queryKey: ['submission', submissionId],
      queryFn: () => requestJson<Submission>('GET', at(submissionId)),
    }),
  decide: (
    submissionId: string,
    given: { decision: 'approve' | 'return'; contentHash: string; comment: string },
  ) => requestJson<SubmissionSummary>('POST', `${at(submissionId)}/decision`, given),
  withdraw: (submissionId: string) => requestJson<void>('POST', `${at(submissionId)}/withdraw`),
};
