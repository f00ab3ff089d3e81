import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { api, fileUrl } from '../api/client.ts';
import { queries } from '../api/queries.ts';
import type { BreakDetail, BreakMoveRequest } from '../api/types.ts';
import { useMay, usePerson } from '../session/session.tsx';
import { useNow } from '../shared/clock.ts';
import { Facts, Loading, Note, PageHead, ProblemNote, Section } from '../shared/parts.tsx';
import { sizeOf, wallTime } from '../shared/time.ts';
import { ageText, BreakState } from './break-list.tsx';
import { type ShownField, sideRows } from './side-rows.ts';

/** One break: the two sides, what happened to it, and what this person can do. */
export function BreakView() {
  const { breakId = '' } = useParams();
  const { t } = useTranslation();
  const found = useQuery(queries.break(breakId));
  if (found.error !== null) return <ProblemNote error={found.error} onAgain={() => void found.refetch()} />;
  if (found.data === undefined) return <Loading rows={12} />;
  const row = found.data;
  return (
    <>
      <PageHead
        title={t(`reconciliation.classes.${row.class}`)}
        back={{ to: '/breaks', page: t('reconciliation.back') }}
        meta={<BreakState row={row} />}
        actions={<Link to={`/runs/${row.runId}`}>{t('flows.runs')}</Link>}
      />
      <Facts
        rows={[
          [
            t('reconciliation.what'),
            <span key="key" className="mono">
              {row.key}
            </span>,
          ],
          [
            t('reconciliation.age'),
            `${ageText(t, row)} · ${t('reconciliation.seen', { first: row.firstSeen, last: row.lastSeen })}`,
          ],
          [t('reconciliation.owner'), row.owner ?? t('reconciliation.nobody')],
          ...(row.cause === null ? [] : [[t('reconciliation.cause'), row.cause] as const]),
        ]}
      />
      {row.detail === null ? null : (
        <Note icon="cross" tone="problem">
          <p>{row.detail}</p>
        </Note>
      )}
      {row.left.length + row.right.length === 0 ? null : <Sides row={row} />}
      <Handle row={row} />
      <History row={row} />
    </>
  );
}

function Sides({ row }: { readonly row: BreakDetail }) {
  const { t } = useTranslation();
  const words = (field: ShownField, values: readonly string[]): string =>
    values.length === 0
      ? '—'
      : values
          .map((value) =>
            field === 'side'
              ? t(`reconciliation.sides.${value as 'long'}`)
              : field === 'hedge'
                ? t(`reconciliation.hedges.${value as 'hedge'}`)
                : value,
          )
          .join(' / ');
  const head = (title: string, rows: readonly unknown[]): string =>
    rows.length === 0 ? `${title} · ${t('reconciliation.absent')}` : title;
  return (
    <div className="table-frame">
      <table className="table" aria-label={row.key}>
        <thead>
          <tr>
            <th>{t('reconciliation.field')}</th>
            <th>{head(t('reconciliation.left'), row.left)}</th>
            <th>{head(t('reconciliation.right'), row.right)}</th>
            <th data-grows="true" />
          </tr>
        </thead>
        <tbody>
          {sideRows(row.left, row.right).map((line) => (
            <tr key={line.field} data-mark={line.differs ? 'differs' : undefined}>
              <td>{t(`reconciliation.fields.${line.field}`)}</td>
              <td data-mono="true">{words(line.field, line.left)}</td>
              <td data-mono="true">{words(line.field, line.right)}</td>
              <td data-grows="true">{line.differs ? t('reconciliation.differs') : ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Handle({ row }: { readonly row: BreakDetail }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const person = usePerson();
  const mayHandle = useMay('break.handle');
  const [text, setText] = useState('');
  const move = useMutation({
    mutationFn: (request: BreakMoveRequest) => api.moveBreak(row.breakId, request),
    onSuccess: () => setText(''),
    onSettled: async () => {
      await client.invalidateQueries({ queryKey: ['break', row.breakId] });
      await client.invalidateQueries({ queryKey: ['breaks'] });
    },
  });
  if (!mayHandle || row.status === 'closed') return null;
  const said = text.trim();
  const isProposed = row.status === 'proposed-close';
  const withText = (kind: BreakMoveRequest['move'], label: string) => (
    <Button
      disabled={said === ''}
      loading={move.isPending && move.variables.move === kind}
      onClick={() => move.mutate({ move: kind, text: said })}
    >
      {label}
    </Button>
  );
  return (
    <Section title={t('reconciliation.handle')}>
      {isProposed ? (
        <Note icon="hand" tone="plain">
          <p>
            {t('reconciliation.proposed', { by: row.proposedBy ?? '', reason: row.proposedReason ?? '' })}
          </p>
          {row.proposedBy === person.username ? <p>{t('reconciliation.selfClose')}</p> : null}
        </Note>
      ) : null}
      <div className="field">
        <label htmlFor="break-text">{t('reconciliation.text')}</label>
        <Input.TextArea
          id="break-text"
          value={text}
          maxLength={2000}
          autoSize={{ minRows: 2 }}
          onChange={(event) => setText(event.target.value)}
        />
        <span className="small quiet">{t('reconciliation.textHelp')}</span>
      </div>
      {move.error === null ? null : <ProblemNote error={move.error} />}
      <div className="line">
        {isProposed && row.proposedBy !== person.username ? (
          <>
            <Button type="primary" onClick={() => move.mutate({ move: 'close', text: said })}>
              {t('reconciliation.close')}
            </Button>
            <Button onClick={() => move.mutate({ move: 'reject-close', text: said })}>
              {t('reconciliation.reject')}
            </Button>
          </>
        ) : null}
        <Button onClick={() => move.mutate({ move: 'assign', to: person.username })}>
          {t('reconciliation.assignMe')}
        </Button>
        {withText('comment', t('reconciliation.comment'))}
        {withText('explain', t('reconciliation.explain'))}
        {isProposed ? null : withText('propose-close', t('reconciliation.propose'))}
      </div>
    </Section>
  );
}

function History({ row }: { readonly row: BreakDetail }) {
  const { t } = useTranslation();
  const nowMs = useNow();
  return (
    <>
      <Section title={t('reconciliation.history')}>
        <ol className="history">
          {row.entries.map((entry) => (
            <li key={`${entry.at}${entry.action}`}>
              <span className="mono quiet">{wallTime(Date.parse(entry.at), nowMs)}</span> {entry.actor} ·{' '}
              {t(`reconciliation.actions.${entry.action}`)}
              {entry.text === '' ? null : <span className="quiet"> · {entry.text}</span>}
            </li>
          ))}
        </ol>
      </Section>
      {row.files.length === 0 ? null : (
        <Section title={t('reconciliation.files')}>
          <ul>
            {row.files.map((file) => (
              <li key={file.fileId}>
                <a href={fileUrl(file.fileId)}>{file.name}</a>{' '}
                <span className="small quiet">
                  {sizeOf(file.bytes)} · {file.sha256.slice(0, 12)}
                </span>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}
