import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Drawer, Input } from 'antd';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay, usePerson } from '../session/session.tsx';
import { Preformatted } from '../shared/data.tsx';
import { Field } from '../shared/field.tsx';
import { Empty, Hash, Loading, PageHead, ProblemNote } from '../shared/parts.tsx';
import { actorText } from '../shared/person.ts';
import { State } from '../shared/state.tsx';
import { type Column, Table } from '../shared/table.tsx';
import { inventory, type Script } from './inventory-api.ts';

const STATES = { submitted: 'needsPerson', approved: 'done', returned: 'refused' } as const;

/** The script library: every version with its hash and its review; submitting and reviewing. */
export function ScriptList() {
  const { t } = useTranslation();
  const mayManage = useMay('healing.manage');
  const scripts = useQuery(inventory.scripts());
  const [shown, setShown] = useState<Script>();
  const [isSubmitting, setSubmitting] = useState(false);
  const columns: Array<Column<Script>> = [
    {
      key: 'name',
      title: t('inventory.script'),
      grows: true,
      cell: (row) => (
        <Button type="link" onClick={() => setShown(row)}>{`${row.scriptName} · ${row.title}`}</Button>
      ),
    },
    { key: 'version', title: t('inventory.version'), cell: (row) => `v${row.version}`, mono: true },
    {
      key: 'status',
      title: t('inventory.status'),
      cell: (row) => <State name={STATES[row.status]} word={t(`inventory.statuses.${row.status}`)} />,
    },
    { key: 'by', title: t('inventory.by'), cell: (row) => actorText(row.submittedBy), narrow: false },
    {
      key: 'reviewer',
      title: t('inventory.reviewer'),
      cell: (row) => (row.reviewedBy === null ? t('common.none') : actorText(row.reviewedBy)),
      narrow: false,
    },
    { key: 'hash', title: t('inventory.hash'), cell: (row) => <Hash value={row.sha256} />, narrow: false },
  ];
  return (
    <>
      <PageHead
        title={t('inventory.scripts')}
        back={{ to: '/playbooks', page: t('healing.playbooks') }}
        actions={
          mayManage ? (
            <Button type="primary" onClick={() => setSubmitting(true)}>
              {t('inventory.submit')}
            </Button>
          ) : null
        }
      />
      <p className="quiet">{t('inventory.scriptsText')}</p>
      {scripts.error !== null ? (
        <ProblemNote error={scripts.error} onAgain={() => void scripts.refetch()} />
      ) : scripts.data === undefined ? (
        <Loading />
      ) : scripts.data.items.length === 0 ? (
        <Empty icon="flow" title={t('inventory.noScripts')} text={t('inventory.scriptsText')} />
      ) : (
        <Table
          label={t('inventory.scripts')}
          columns={columns}
          rows={scripts.data.items}
          rowKey={(row) => `${row.scriptName} ${row.version}`}
        />
      )}
      <Drawer
        title={shown === undefined ? '' : `${shown.scriptName} v${shown.version}`}
        open={shown !== undefined}
        onClose={() => setShown(undefined)}
        size={420}
        destroyOnHidden
      >
        {shown === undefined ? null : <Review script={shown} onDone={() => setShown(undefined)} />}
      </Drawer>
      <Drawer
        title={t('inventory.submitTitle')}
        open={isSubmitting}
        onClose={() => setSubmitting(false)}
        size={420}
        destroyOnHidden
      >
        <Submit onDone={() => setSubmitting(false)} />
      </Drawer>
    </>
  );
}

function Review({ script, onDone }: { readonly script: Script; readonly onDone: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { personId } = usePerson();
  const mayManage = useMay('healing.manage');
  const text = useQuery(inventory.scriptText(script));
  const [reason, setReason] = useState('');
  const [isReturning, setReturning] = useState(false);
  const review = useMutation({
    mutationFn: (decision: 'approve' | 'return') => inventory.reviewScript(script, decision, reason.trim()),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['scripts'] });
      onDone();
    },
  });
  const isOwn = script.submittedBy === personId;
  const { version } = script;
  return (
    <>
      {text.error !== null ? <ProblemNote error={text.error} /> : null}
      {text.data === undefined ? (
        <Loading rows={6} />
      ) : (
        <Preformatted text={text.data.content} label={script.title} />
      )}
      {script.parameters.map(({ name, pattern }) => (
        <p key={name} className="mono">{`${name} ${pattern}`}</p>
      ))}
      <Hash value={script.sha256} />
      {script.reviewComment === null || script.reviewComment === '' ? null : <p>{script.reviewComment}</p>}
      {script.status !== 'submitted' || !mayManage ? null : isOwn ? (
        <p className="quiet">{t('inventory.own')}</p>
      ) : (
        <section className="decide">
          {review.error === null ? null : <ProblemNote error={review.error} />}
          {isReturning ? (
            <Field
              label={t('inventory.reason')}
              error={reason.trim() === '' ? t('inventory.reasonNeeded') : ''}
            >
              <Input.TextArea
                value={reason}
                maxLength={500}
                onChange={(event) => setReason(event.target.value)}
              />
            </Field>
          ) : null}
          <div className="answers">
            <Button
              type="primary"
              disabled={review.isPending || text.data === undefined}
              onClick={() => review.mutate('approve')}
            >
              {t('inventory.approve', { version })}
            </Button>
            <Button
              disabled={review.isPending}
              onClick={() => {
                if (isReturning && reason.trim() !== '') review.mutate('return');
                else setReturning(true);
              }}
            >
              {isReturning ? t('inventory.returnSubmit') : t('inventory.return', { version })}
            </Button>
          </div>
        </section>
      )}
    </>
  );
}

function Submit({ onDone }: { readonly onDone: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [form, setForm] = useState({ name: '', title: '', content: '', parameters: '' });
  const submit = useMutation({
    mutationFn: () =>
      inventory.submitScript(form.name.trim(), {
        title: form.title.trim(),
        content: form.content,
        parameters: parametersOf(form.parameters),
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['scripts'] });
      onDone();
    },
  });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    submit.mutate();
  };
  const isEmpty = [form.name, form.title, form.content].some((text) => text.trim() === '');
  return (
    <form className="form" onSubmit={onSubmit}>
      {submit.error === null ? null : <ProblemNote error={submit.error} />}
      <Field label={t('inventory.name')}>
        <Input value={form.name} onChange={(event) => setForm({ ...form, name: event.target.value })} />
      </Field>
      <Field label={t('inventory.scriptTitle')}>
        <Input value={form.title} onChange={(event) => setForm({ ...form, title: event.target.value })} />
      </Field>
      <Field label={t('inventory.content')} help={t('inventory.contentHelp')}>
        <Input.TextArea
          className="mono"
          value={form.content}
          autoSize={{ minRows: 8 }}
          onChange={(event) => setForm({ ...form, content: event.target.value })}
        />
      </Field>
      <Field label={t('inventory.parameters')} help={t('inventory.parametersHelp')}>
        <Input.TextArea
          className="mono"
          value={form.parameters}
          autoSize={{ minRows: 2 }}
          onChange={(event) => setForm({ ...form, parameters: event.target.value })}
        />
      </Field>
      <Button type="primary" htmlType="submit" disabled={isEmpty} loading={submit.isPending}>
        {t('inventory.submit')}
      </Button>
    </form>
  );
}

/** One parameter per line: its name, a space, its pattern. */
function parametersOf(text: string): Script['parameters'] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const [name = '', ...rest] = line.split(' ');
      return { name, pattern: rest.join(' ').trim() };
    });
}
