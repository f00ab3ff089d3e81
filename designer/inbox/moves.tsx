import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Drawer, Input, Segmented, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { queries } from '../api/queries.ts';
import type { ApprovalActKind, ApprovalDetail } from '../api/types.ts';
import { ProblemNote, Section } from '../shared/parts.tsx';

type Move = Exclude<ApprovalActKind, 'approve' | 'refuse'>;
const MOVES: readonly Move[] = ['add-sign', 'transfer', 'return', 'copy', 'withdraw', 'change'];
const NEED_REASON: ReadonlySet<Move> = new Set(['return', 'withdraw', 'change']);

/** What this person may do besides deciding; nothing is offered that would be refused. */
export function Moves({ approval }: { readonly approval: ApprovalDetail }) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<Move>();
  const offered = MOVES.filter((move) => approval.offered.includes(move));
  if (offered.length === 0) return null;
  return (
    <Section title={t('approvals.moves')}>
      <div className="line">
        {offered.map((move) => (
          <Button key={move} onClick={() => setChosen(move)}>
            {t(`approvals.move.${move}`)}
          </Button>
        ))}
      </div>
      <Drawer
        title={chosen === undefined ? '' : t(`approvals.move.${chosen}`)}
        open={chosen !== undefined}
        onClose={() => setChosen(undefined)}
        size={420}
        destroyOnHidden
      >
        {chosen === undefined ? null : (
          <MoveForm approval={approval} move={chosen} onDone={() => setChosen(undefined)} />
        )}
      </Drawer>
    </Section>
  );
}

function MoveForm({
  approval,
  move,
  onDone,
}: {
  readonly approval: ApprovalDetail;
  readonly move: Move;
  readonly onDone: () => void;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [people, setPeople] = useState<string[]>([]);
  const [place, setPlace] = useState<'before' | 'after'>('before');
  const [comment, setComment] = useState('');
  const [missing, setMissing] = useState('');
  const { approvalId, contentHash } = approval;
  const namesPeople = move === 'add-sign' || move === 'transfer' || move === 'copy';
  const send = useMutation({
    mutationFn: () =>
      move === 'withdraw' || move === 'change'
        ? api.withdrawApproval(approvalId, { kind: move, comment: comment.trim() })
        : api.moveApproval(approvalId, {
            kind: move,
            contentHash,
            comment: comment.trim(),
            ...(namesPeople ? { people } : {}),
            ...(move === 'add-sign' ? { place } : {}),
          }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['approvals'] });
      await client.invalidateQueries({ queryKey: ['approval', approvalId] });
      onDone();
    },
  });
  const submit = () => {
    const lacks =
      namesPeople && people.length === 0
        ? t('approvals.peopleNeeded')
        : NEED_REASON.has(move) && comment.trim() === ''
          ? t('approvals.commentNeeded')
          : '';
    setMissing(lacks);
    if (lacks === '') send.mutate();
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <p>{t(`approvals.moveText.${move}`)}</p>
      {move === 'add-sign' ? (
        <div className="field">
          <span>{t('approvals.place')}</span>
          <Segmented<'before' | 'after'>
            value={place}
            onChange={setPlace}
            options={[
              { value: 'before', label: t('approvals.before') },
              { value: 'after', label: t('approvals.after') },
            ]}
          />
        </div>
      ) : null}
      {namesPeople ? (
        <PeopleField
          approvalId={approvalId}
          label={t(move === 'transfer' ? 'approvals.person' : 'approvals.people')}
          isSingle={move === 'transfer'}
          isSigning={move !== 'copy'}
          people={people}
          onChange={setPeople}
        />
      ) : null}
      <label className="field">
        <span>{t('approvals.comment')}</span>
        <Input.TextArea
          value={comment}
          maxLength={1000}
          autoSize={{ minRows: 2 }}
          onChange={(event) => setComment(event.target.value)}
        />
      </label>
      <p className="field-error" role="alert">
        {missing}
      </p>
      {send.error === null ? null : <ProblemNote error={send.error} />}
      <Button type="primary" htmlType="submit" loading={send.isPending}>
        {t(`approvals.submit.${move}`)}
      </Button>
    </form>
  );
}

function PeopleField({
  approvalId,
  label,
  isSingle,
  isSigning,
  people,
  onChange,
}: {
  readonly approvalId: string;
  readonly label: string;
  readonly isSingle: boolean;
  /** Only people who may decide here. */
  readonly isSigning: boolean;
  readonly people: string[];
  readonly onChange: (people: string[]) => void;
}) {
  const known = useQuery(queries.approvalPeople(approvalId));
  const options = (known.data?.items ?? [])
    .filter(({ mayDecide }) => mayDecide || !isSigning)
    .map(({ personId, displayName }) => ({ value: personId, label: `${displayName} · ${personId}` }));
  return (
    <div className="field">
      <span>{label}</span>
      <Select<string | string[]>
        aria-label={label}
        showSearch
        optionFilterProp="label"
        loading={known.isPending}
        options={options}
        value={isSingle ? (people[0] ?? '') : people}
        onChange={(value) => onChange(Array.isArray(value) ? value : value === '' ? [] : [value])}
        {...(isSingle ? {} : { mode: 'multiple' as const })}
      />
      {known.error === null ? null : <ProblemNote error={known.error} />}
    </div>
  );
}
