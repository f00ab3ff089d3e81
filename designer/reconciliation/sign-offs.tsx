import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { queries } from '../api/queries.ts';
import type { SignOff } from '../api/types.ts';
import { useMay, usePerson } from '../session/session.tsx';
import { useNow } from '../shared/clock.ts';
import { Facts, Loading, ProblemNote, Section } from '../shared/parts.tsx';
import { State } from '../shared/state.tsx';
import { relativeTime, wallTime } from '../shared/time.ts';

const SHOWN = 3;

/** The latest days to sign: who has, who is missing, until when. */
export function SignOffs() {
  const { t } = useTranslation();
  const signOffs = useQuery(queries.signOffs());
  if (signOffs.error !== null)
    return <ProblemNote error={signOffs.error} onAgain={() => void signOffs.refetch()} />;
  if (signOffs.data === undefined) return <Loading rows={2} />;
  return (
    <Section title={t('reconciliation.signOffs')}>
      {signOffs.data.items.length === 0 ? (
        <p className="quiet">{t('reconciliation.noSignOffs')}</p>
      ) : (
        signOffs.data.items.slice(0, SHOWN).map((row) => <Signing key={row.signOffId} row={row} />)
      )}
    </Section>
  );
}

function Signing({ row }: { readonly row: SignOff }) {
  const { t } = useTranslation();
  const nowMs = useNow();
  const client = useQueryClient();
  const person = usePerson();
  const mayHandle = useMay('break.handle');
  const sign = useMutation({
    mutationFn: () => api.sign(row.signOffId),
    onSettled: () => client.invalidateQueries({ queryKey: ['sign-offs'] }),
  });
  const open = row.snapshot['openBreaks'];
  const isOwn = row.maker === person.username;
  return (
    <div className="card">
      <div className="line">
        <strong>{t('reconciliation.signTitle', { name: row.reconciliation, day: row.tradingDay })}</strong>
        <Standing row={row} nowMs={nowMs} />
        <span className="quiet">
          {t('reconciliation.openAtSign', { count: typeof open === 'number' ? open : 0 })}
        </span>
      </div>
      <Facts
        rows={[
          [t('reconciliation.maker'), signature(t, row.maker, row.madeAt, nowMs)],
          [t('reconciliation.checker'), signature(t, row.checker, row.checkedAt, nowMs)],
        ]}
      />
      {sign.error === null ? null : <ProblemNote error={sign.error} />}
      {row.checker !== null || !mayHandle ? null : isOwn ? (
        <p className="quiet">{t('reconciliation.selfSign')}</p>
      ) : (
        <Button loading={sign.isPending} onClick={() => sign.mutate()}>
          {row.maker === null ? t('reconciliation.signAsMaker') : t('reconciliation.signAsChecker')}
        </Button>
      )}
    </div>
  );
}

function Standing({ row, nowMs }: { readonly row: SignOff; readonly nowMs: number }) {
  const { t } = useTranslation();
  const deadlineMs = Date.parse(row.deadlineAt);
  if (row.checker !== null) return <State name="done" word={t('reconciliation.signed')} />;
  return (
    <State
      name={deadlineMs < nowMs ? 'late' : 'needsPerson'}
      word={t('reconciliation.deadline', { time: relativeTime(t, deadlineMs, nowMs) })}
    />
  );
}

function signature(t: TFunction, person: string | null, at: string | null, nowMs: number): string {
  return person === null || at === null
    ? t('reconciliation.notYet')
    : `${person} · ${wallTime(Date.parse(at), nowMs)}`;
}
