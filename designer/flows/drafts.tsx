import { useMutation, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { draftApi, draftQueries, type DraftSummary } from '../canvas/draft-api.ts';
import { useNow } from '../shared/clock.ts';
import { ProblemNote, Section } from '../shared/parts.tsx';
import { actorText } from '../shared/person.ts';
import { type Column, Table } from '../shared/table.tsx';
import { wallTime } from '../shared/time.ts';

/** Longest name of a draft the server takes. */
const MAX_NAME_CHARS = 120;

/** Where a draft is edited: its id names it, whoever began it. */
const editPath = ({ draftId, flowName }: Pick<DraftSummary, 'draftId' | 'flowName'>) =>
  flowName === null
    ? `/flows/new?draft=${draftId}`
    : `/flows/${encodeURIComponent(flowName)}/edit?draft=${draftId}`;

/** Open drafts of everybody, last changed first; nothing when there is none. */
export function DraftSection() {
  const { t } = useTranslation();
  const nowMs = useNow();
  const drafts = useQuery(draftQueries.list());
  if (drafts.error !== null)
    return <ProblemNote error={drafts.error} onAgain={() => void drafts.refetch()} />;
  if (drafts.data === undefined || drafts.data.items.length === 0) return null;
  const columns: Array<Column<DraftSummary>> = [
    { key: 'name', title: t('publish.draft'), cell: (draft) => draft.name, grows: true },
    {
      key: 'flow',
      title: t('publish.flow'),
      cell: (draft) => draft.flowName ?? t('publish.newFlow'),
      mono: true,
      narrow: false,
    },
    { key: 'owner', title: t('publish.owner'), cell: (draft) => actorText(draft.owner), narrow: false },
    { key: 'by', title: t('publish.changedBy'), cell: (draft) => actorText(draft.changedBy) },
    {
      key: 'revision',
      title: t('publish.revision'),
      cell: (draft) => draft.revision,
      mono: true,
      narrow: false,
    },
    {
      key: 'at',
      title: t('publish.changedAt'),
      cell: (draft) => wallTime(Date.parse(draft.changedAt), nowMs),
      mono: true,
    },
  ];
  return (
    <Section title={t('publish.drafts')}>
      <Table
        label={t('publish.drafts')}
        columns={columns}
        rows={drafts.data.items}
        rowKey={(draft) => draft.draftId}
        to={editPath}
      />
    </Section>
  );
}

/** Begins a draft with the text of a published version, beside any draft there is, and opens it. Nothing that is live changes. */
export function RestoreButton({
  flowName,
  title,
  version,
  source,
}: {
  readonly flowName: string;
  readonly title: string;
  readonly version: string;
  readonly source: string;
}) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const restore = useMutation({
    mutationFn: () =>
      draftApi.create(flowName, t('publish.restored', { title, version }).slice(0, MAX_NAME_CHARS), source),
    onSuccess: (draft) => navigate(editPath(draft)),
  });
  return (
    <>
      <Button loading={restore.isPending} onClick={() => restore.mutate()}>
        {t('publish.restore')}
      </Button>
      {restore.error === null ? null : <ProblemNote error={restore.error} />}
    </>
  );
}
