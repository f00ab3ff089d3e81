import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { type ApprovalListFilter, api } from './client.ts';
import type { RunStatus } from './types.ts';

/** Filter of the list of runs. Absent members do not filter. */
export interface RunFilter {
  readonly status?: RunStatus;
  readonly flow?: string;
  readonly businessKey?: string;
}

/** What is read, under which key: lists under the plural, objects under the singular, so that live events find them. */
export const queries = {
  session: () =>
    queryOptions({ queryKey: ['session'], queryFn: api.session, retry: false, staleTime: Infinity }),
  runs: (filter: RunFilter) =>
    infiniteQueryOptions({
      queryKey: ['runs', filter],
      queryFn: ({ pageParam }) => api.runs(filter, pageParam),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.next,
      placeholderData: keepPreviousData,
    }),
  run: (runId: string) => queryOptions({ queryKey: ['run', runId], queryFn: () => api.run(runId) }),
  steps: (runId: string) =>
    queryOptions({ queryKey: ['run', runId, 'steps'], queryFn: () => api.steps(runId) }),
  files: (runId: string) =>
    queryOptions({ queryKey: ['run', runId, 'files'], queryFn: () => api.files(runId) }),
  fileText: (fileId: string) =>
    queryOptions({ queryKey: ['file', fileId], queryFn: () => api.fileText(fileId), staleTime: Infinity }),
  payload: (sha256: string) =>
    queryOptions({
      queryKey: ['payload', sha256],
      queryFn: () => api.payloadText(sha256),
      staleTime: Infinity,
    }),
  approvals: (filter: ApprovalListFilter) =>
    infiniteQueryOptions({
      queryKey: ['approvals', filter],
      queryFn: ({ pageParam }) => api.approvals(filter, pageParam),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.next,
    }),
  approval: (approvalId: string) =>
    queryOptions({ queryKey: ['approval', approvalId], queryFn: () => api.approval(approvalId) }),
  approvalPeople: (approvalId: string) =>
    queryOptions({
      queryKey: ['approval', approvalId, 'people'],
      queryFn: () => api.approvalPeople(approvalId),
    }),
  delegations: () => queryOptions({ queryKey: ['delegations'], queryFn: api.delegations }),
  grants: (filter: { live?: 'true' }) =>
    infiniteQueryOptions({
      queryKey: ['grants', filter],
      queryFn: ({ pageParam }) => api.grants(filter, pageParam),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.next,
      // Grants end by themselves; nothing tells of it.
      refetchInterval: 30_000,
    }),
  devices: () =>
    infiniteQueryOptions({
      queryKey: ['devices'],
      queryFn: ({ pageParam }) => api.devices(pageParam),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.next,
    }),
  device: (name: string) => queryOptions({ queryKey: ['device', name], queryFn: () => api.device(name) }),
  flows: () =>
    infiniteQueryOptions({
      queryKey: ['flows'],
      queryFn: ({ pageParam }) => api.flows(pageParam),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.next,
    }),
  flow: (flowName: string) =>
    queryOptions({ queryKey: ['flow', flowName], queryFn: () => api.flow(flowName) }),
  flowSource: (flowName: string, version: string) =>
    queryOptions({
      queryKey: ['flow', flowName, version],
      queryFn: () => api.flowSource(flowName, version),
      staleTime: Infinity,
    }),
  // Under the plural, so that every run and approval that moves freshens it.
  today: () => queryOptions({ queryKey: ['runs', 'today'], queryFn: api.today, refetchInterval: 30_000 }),
  breaks: (filter: { status: string; class: string; owner: string }) =>
    infiniteQueryOptions({
      queryKey: ['breaks', filter],
      queryFn: ({ pageParam }) => api.breaks(filter, pageParam),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.next,
      placeholderData: keepPreviousData,
    }),
  break: (breakId: string) =>
    queryOptions({ queryKey: ['break', breakId], queryFn: () => api.break(breakId) }),
  signOffs: () => queryOptions({ queryKey: ['sign-offs'], queryFn: api.signOffs }),
  incidents: () => queryOptions({ queryKey: ['incidents'], queryFn: api.incidents, refetchInterval: 5_000 }),
  incident: (incidentId: string) =>
    queryOptions({
      queryKey: ['incident', incidentId],
      queryFn: () => api.incident(incidentId),
      refetchInterval: 5_000,
    }),
  playbooks: () => queryOptions({ queryKey: ['playbooks'], queryFn: api.playbooks }),
  triggers: () => queryOptions({ queryKey: ['triggers'], queryFn: api.triggers }),
  trigger: (name: string) => queryOptions({ queryKey: ['trigger', name], queryFn: () => api.trigger(name) }),
  windows: () => queryOptions({ queryKey: ['windows'], queryFn: api.windows }),
  scriptSwitch: () => queryOptions({ queryKey: ['script-switch'], queryFn: api.scriptSwitch }),
  secrets: () => queryOptions({ queryKey: ['secrets'], queryFn: api.secrets }),
  tokens: () => queryOptions({ queryKey: ['tokens'], queryFn: api.tokens }),
  clock: () => queryOptions({ queryKey: ['clock'], queryFn: api.clock, staleTime: Infinity }),
};

/** The rows of all pages read so far. */
export function rowsOf<Row>(data: {
  readonly pages: ReadonlyArray<{ readonly items: readonly Row[] }>;
}): Row[] {
  return data.pages.flatMap((page) => page.items);
}
