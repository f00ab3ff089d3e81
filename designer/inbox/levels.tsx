import { useTranslation } from 'react-i18next';
import type { ApprovalDetail, ApprovalLevel, ApprovalMove } from '../api/types.ts';
import { useNow } from '../shared/clock.ts';
import { Section } from '../shared/parts.tsx';
import { actorText, candidateText } from '../shared/person.ts';
import { State } from '../shared/state.tsx';
import { relativeTime } from '../shared/time.ts';

/** The levels of an approval: who has decided, who is asked now, who comes next; and how it ended. */
export function Levels({ approval }: { readonly approval: ApprovalDetail }) {
  const { t } = useTranslation();
  const { result } = approval;
  const isOver = approval.status !== 'open';
  return (
    <Section title={t('approvals.levels')}>
      <ol className="levels" aria-label={t('approvals.levels')}>
        {approval.levels.map((level, index) => (
          <Level key={level.levelId} level={level} number={index + 1} isOver={isOver} />
        ))}
      </ol>
      {result === null ? null : (
        <p>
          {t(`approvals.ended.${result.outcome}`)}
          {result.comment === '' ? '' : ` ${actorText(result.by)} · ${result.comment}`}
        </p>
      )}
      {approval.reminders === 0 ? null : (
        <p className="quiet">{t('approvals.reminded', { count: approval.reminders })}</p>
      )}
    </Section>
  );
}

function Level({
  level,
  number,
  isOver,
}: {
  readonly level: ApprovalLevel;
  readonly number: number;
  readonly isOver: boolean;
}) {
  const { t } = useTranslation();
  const nowMs = useNow();
  const names = level.from.map((candidate) => candidateText(t, candidate)).join(' · ');
  const rule =
    level.from.length === 1 && level.rule !== 'at-least'
      ? ''
      : ` · ${level.rule === 'at-least' ? t('approvals.rule.at-least', { count: level.need }) : t(`approvals.rule.${level.rule}`)}`;
  return (
    <li>
      <p className="line">
        <strong>{level.name === '' ? t('approvals.level', { number }) : level.name}</strong>
        <span>{`${names}${rule}`}</span>
        <LevelState level={level} isOver={isOver} />
        {level.addedBy === null ? null : (
          <span className="quiet">{t('approvals.addedLevel', { who: level.addedBy })}</span>
        )}
        {level.escalatedTo.length === 0 ? null : (
          <span className="quiet">
            {t('approvals.escalated', {
              who: level.escalatedTo.map((candidate) => candidateText(t, candidate)).join(' · '),
            })}
          </span>
        )}
      </p>
      {level.transfers.map(({ by, to }) => (
        <p key={`${by} ${to}`} className="quiet">
          {t('approvals.handedOn', { who: by, to })}
        </p>
      ))}
      {level.decisions.map((decision) => (
        <p key={decision.decisionId}>
          {t(decision.decision === 'approve' ? 'approvals.approvedBy' : 'approvals.refusedBy', {
            who:
              decision.username === decision.seat.username
                ? decision.username
                : t('approvals.inSeatOf', { who: decision.username, seat: decision.seat.username }),
            when: relativeTime(t, decision.atMs, nowMs),
          })}
          {decision.comment === '' ? '' : ` · ${decision.comment}`}
        </p>
      ))}
    </li>
  );
}

function LevelState({ level, isOver }: { readonly level: ApprovalLevel; readonly isOver: boolean }) {
  const { t } = useTranslation();
  if (level.standing === 'done') return <State name="done" word={t('approvals.through')} />;
  if (level.standing === 'next')
    return <State name={isOver ? 'skipped' : 'waiting'} word={t('approvals.next')} />;
  return isOver ? (
    <State name="cancelled" word={t('approvals.stopped')} />
  ) : (
    <State name="needsPerson" word={t('approvals.now')} />
  );
}

/** Everything that happened besides decisions, in order. */
export function MoveLog({ moves }: { readonly moves: readonly ApprovalMove[] }) {
  const { t } = useTranslation();
  const nowMs = useNow();
  if (moves.length === 0) return null;
  return (
    <Section title={t('approvals.log')}>
      {moves.map((move) => (
        <p key={move.moveId}>
          {t(`approvals.logLine.${move.act.kind}`, {
            who:
              move.onBehalfOf === null
                ? actorText(move.personId)
                : t('approvals.inSeatOf', { who: actorText(move.personId), seat: move.onBehalfOf }),
            people: [...(move.act.people ?? []), ...(move.act.to === undefined ? [] : [move.act.to])]
              .map((name) => candidateText(t, name))
              .join(' · '),
          })}
          <span className="quiet">
            {` · ${relativeTime(t, Date.parse(move.movedAt), nowMs)}`}
            {move.comment === '' ? '' : ` · ${move.comment}`}
          </span>
        </p>
      ))}
    </Section>
  );
}
