import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { StepPicture } from '../../engine/picture/index.ts';
import type { Run, Step } from '../api/types.ts';
import { useConditionWords } from '../canvas/form/condition-words.ts';
import type { BlockView } from '../canvas/view-model.ts';
import { useNow } from '../shared/clock.ts';
import { State } from '../shared/state.tsx';
import { PICTURE_STATES, whyWords } from './picture-words.ts';
import { StepDetail } from './step-detail.tsx';

/** The chosen step of a drawn run: why it stands as it does, its attempts, what went in and out, its evidence. */
export function DrawnStep({
  run,
  rows,
  block,
  picture,
  atMs,
}: {
  readonly run: Run;
  readonly rows: readonly Step[];
  readonly block: BlockView;
  readonly picture: StepPicture;
  readonly atMs: number | undefined;
}) {
  const { t } = useTranslation();
  const nowMs = useNow();
  const conditionWords = useConditionWords();
  const [chosen, setChosen] = useState<number>();
  const { attempts, state } = picture;
  const shown = attempts[chosen ?? attempts.length - 1] ?? attempts.at(-1);
  const row = rows.find((each) => each.sequence === shown?.sequence && each.pointer === shown.pointer);
  const approval = run.approvals.find((each) => each.status === 'open' && each.pointer === block.id);
  return (
    <>
      {row === undefined ? (
        <header className="detail-head">
          <h2>{block.name}</h2>
          {state === 'none' ? (
            <span className="quiet">{t('drawn.state.none')}</span>
          ) : (
            <State name={PICTURE_STATES[state]} />
          )}
        </header>
      ) : null}
      <p className="drawn-why" role="status">
        {whyWords({ run, block, picture, nowMs, conditionWords }, t)}{' '}
        {approval === undefined || state !== 'needsPerson' ? null : (
          <Link to={`/inbox/${approval.approvalId}`}>{t('run.openApproval')}</Link>
        )}
      </p>
      {atMs === undefined ? null : <p className="small quiet">{t('drawn.past')}</p>}
      {attempts.length > 1 ? (
        <div className="line" role="group">
          {attempts.map((attempt, at) => (
            <button
              key={`${attempt.sequence} ${attempt.attempt}`}
              type="button"
              className="tool"
              aria-pressed={attempt === shown}
              onClick={() => setChosen(at)}
            >
              {t('drawn.attempts', { count: attempt.attempt })}
            </button>
          ))}
        </div>
      ) : null}
      {row === undefined ? null : (
        <StepDetail run={run} step={atMs === undefined ? row : asOf(row, atMs)} title={block.name} />
      )}
    </>
  );
}

/** A step as it stood at a moment: what came later is not there yet. */
function asOf(step: Step, atMs: number): Step {
  if (step.endedAt !== null && Date.parse(step.endedAt) <= atMs) return step;
  return { ...step, status: 'running', endedAt: null, output: null, error: null };
}
