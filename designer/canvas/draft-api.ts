import { queryOptions } from '@tanstack/react-query';
import type { Json } from '../../domain/json.ts';
import { apiPath, requestJson } from '../api/client.ts';

/** A draft as the list shows it. */
export interface DraftSummary {
  readonly draftId: string;
  readonly flowName: string | null;
  readonly name: string;
  readonly owner: string;
  /** Counts saves from 1; a save names the one it was made from. */
  readonly revision: number;
  readonly baseVersion: string | null;
  readonly changedBy: string;
  readonly changedAt: string;
}

/** A draft with its text. */
export interface Draft extends DraftSummary {
  readonly source: string;
  /** Answers pinned for rehearsals. */
  readonly pins: Json;
}

/** A saved state of a draft. */
export interface DraftRevision {
  readonly revision: number;
  readonly changedBy: string;
  readonly changedAt: string;
}

const ifMatch = (revision: number) => ({ 'if-match': `"${revision}"` });

/** Calls of the designer. Each rejects with `ApiError`; a save over another revision with status 412. */
export const draftApi = {
  list: () => requestJson<{ items: readonly DraftSummary[] }>('GET', '/v1/drafts'),
  read: (draftId: string) => requestJson<Draft>('GET', apiPath('drafts', draftId)),
  create: (flowName: string | null, name: string, source: string) =>
    requestJson<Draft>('POST', '/v1/drafts', { flowName, name, source }),
  save: (draftId: string, revision: number, source: string) =>
    requestJson<DraftSummary>('PUT', apiPath('drafts', draftId), { source }, ifMatch(revision)),
  revisions: (draftId: string) =>
    requestJson<{ items: readonly DraftRevision[] }>('GET', apiPath('drafts', draftId, 'revisions')),
  revision: (draftId: string, revision: number) =>
    requestJson<{ source: string }>('GET', apiPath('drafts', draftId, 'revisions', String(revision))),
  pin: (draftId: string, pins: Json) =>
    requestJson<void>('PUT', apiPath('drafts', draftId, 'pins'), { pins }),
  submit: (draftId: string, revision: number, comment: string) =>
    requestJson<{ submissionId: string }>(
      'POST',
      apiPath('drafts', draftId, 'submit'),
      { comment },
      ifMatch(revision),
    ),
};

/** What the designer reads, by key. */
export const draftQueries = {
  list: () => queryOptions({ queryKey: ['drafts'], queryFn: draftApi.list, staleTime: 0 }),
  revisions: (draftId: string) =>
    queryOptions({
      queryKey: ['draft', draftId, 'revisions'],
      queryFn: () => draftApi.revisions(draftId),
      staleTime: 0,
    }),
  revision: (draftId: string, revision: number) =>
    queryOptions({
      queryKey: ['draft', draftId, 'revisions', revision],
      queryFn: () => draftApi.revision(draftId, revision),
      staleTime: Infinity,
    }),
  draft: (draftId: string) =>
    queryOptions({
      queryKey: ['draft', draftId],
      queryFn: () => draftApi.read(draftId),
      staleTime: Infinity,
      gcTime: 0,
    }),
};
