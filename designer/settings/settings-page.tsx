import { useQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { isWindowOpen, nextWindow, windowAt } from '../../domain/calendar/index.ts';
import { queries } from '../api/queries.ts';
import type { ChangeWindow } from '../api/types.ts';
import { Delegations } from '../access/delegations.tsx';
import { useMay, usePerson } from '../session/session.tsx';
import { useNow } from '../shared/clock.ts';
import { Facts, Loading, ProblemNote, Section } from '../shared/parts.tsx';
import { State } from '../shared/state.tsx';
import { lengthOfTime, relativeTime, wallTime } from '../shared/time.ts';
import { ScriptSetting } from './script-setting.tsx';
import { SettingsHead } from './settings-head.tsx';

/** Who is signed in, change windows, whether scripts may run, and who decides for whom. */
export function SettingsPage() {
  const { t } = useTranslation();
  const person = usePerson();
  const mayDecide = useMay('approval.decide');
  return (
    <>
      <SettingsHead />
      <Facts
        rows={[
          [t('settings.people'), `${person.displayName} · ${person.username} · ${person.roles.join(', ')}`],
        ]}
      />
      <Windows />
      <ScriptSetting />
      {mayDecide ? <Delegations /> : null}
    </>
  );
}

function Windows() {
  const { t } = useTranslation();
  const nowMs = useNow();
  const windows = useQuery(queries.windows());
  if (windows.error !== null)
    return <ProblemNote error={windows.error} onAgain={() => void windows.refetch()} />;
  if (windows.data === undefined) return <Loading rows={3} />;
  return (
    <Section title={t('settings.windows')}>
      <table className="table" aria-label={t('settings.windows')}>
        <thead>
          <tr>
            <th>{t('settings.windowName')}</th>
            <th>{t('settings.calendar')}</th>
            <th>{t('settings.lastStart')}</th>
            <th data-grows="true">{t('settings.nextOpening')}</th>
          </tr>
        </thead>
        <tbody>
          {windows.data.items.map((row) => (
            <tr key={row.name}>
              <td data-mono="true">{row.name}</td>
              <td>{`${calendarText(t, row)} ${row.opens === null ? '' : `${row.opens}–${row.closes ?? ''}`}`}</td>
              <td>{t('settings.margin', { margin: lengthOfTime(t, row.lastStartMarginMs) })}</td>
              <td data-grows="true">
                <Opening row={row} nowMs={nowMs} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

function calendarText(t: TFunction, row: ChangeWindow): string {
  if (row.calendar === 'office-days') return t('settings.officeDays');
  if (row.calendar !== 'every') return t('settings.tradingDays', { market: row.calendar });
  return t('settings.every', {
    period: lengthOfTime(t, row.periodMs ?? 0),
    length: lengthOfTime(t, row.lengthMs ?? 0),
  });
}

function Opening({ row, nowMs }: { readonly row: ChangeWindow; readonly nowMs: number }) {
  const { t } = useTranslation();
  const opening = openingOf(row, nowMs);
  if (opening.kind === 'unknown') return <State name="unknown" word={opening.reason} />;
  if (opening.kind === 'next') return <span className="mono">{relativeTime(t, opening.atMs, nowMs)}</span>;
  return <State name="running" word={t('settings.openNow', { time: wallTime(opening.atMs, nowMs) })} />;
}

type OpeningFact =
  | { readonly kind: 'open' | 'next'; readonly atMs: number }
  | { readonly kind: 'unknown'; readonly reason: string };

/** Open now (until when), opening next (when), or why nobody can say. */
function openingOf(row: ChangeWindow, nowMs: number): OpeningFact {
  try {
    const open = windowAt(row, nowMs);
    if (open !== undefined && isWindowOpen(row, nowMs)) return { kind: 'open', atMs: open.closesAtMs };
    return { kind: 'next', atMs: nextWindow(row, nowMs).opensAtMs };
  } catch (error) {
    return { kind: 'unknown', reason: error instanceof Error ? error.message : '' };
  }
}
