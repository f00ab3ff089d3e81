import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { ApprovalDetail, ApprovalView } from './approval-content.ts';
import { getJson, type ItemsOf, type Session } from './http.ts';

/** Also asked for without a push, for a connection that was lost unseen. */
const RECHECK_MS = 20_000;

/** Asks for approvals anew when one moves. */
export function useLiveApprovals(): void {
  const queries = useQueryClient();
  useEffect(() => {
    const source = new EventSource('/v1/live');
    const refresh = () => void queries.invalidateQueries({ queryKey: ['approvals'] });
    source.addEventListener('approval', refresh);
    source.addEventListener('open', refresh);
    return () => source.close();
  }, [queries]);
}

/** Open approvals that the signed-in person may decide, oldest first. */
export function useMyApprovals() {
  return useQuery({
    queryKey: ['approvals', 'mine'],
    queryFn: () => getJson<ItemsOf<ApprovalView>>('/v1/approvals?status=open&mine=true&limit=200'),
    refetchInterval: RECHECK_MS,
  });
}

/** One approval with its decisions and run. */
export function useApproval(approvalId: string) {
  return useQuery({
    queryKey: ['approvals', approvalId],
    queryFn: () => getJson<ApprovalDetail>(`/v1/approvals/${encodeURIComponent(approvalId)}`),
    refetchInterval: RECHECK_MS,
  });
}

/** Who is signed in. */
export function useSessionView() {
  return useQuery({ queryKey: ['session', 'view'], queryFn: () => getJson<Session>('/v1/session') });
}
