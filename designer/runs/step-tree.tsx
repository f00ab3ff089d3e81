import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Step } from '../api/types.ts';
import { useNow } from '../shared/clock.ts';
import { State, stepState } from '../shared/state.tsx';
import { useRowKeys } from '../shared/table.tsx';
import { lengthOfTime } from '../shared/time.ts';

/** What tells one step run from another of the same run. */
export function stepKey(step: Step): string {
  return `${step.pointer}@${step.visit}.${step.attempt}`;
}

/** True for a step that asks a person. */
export function isApproval(step: Step): boolean {
  return step.function?.startsWith('approval:') === true;
}

/** Nested lists of a document show as indentation: every second part of the pointer beyond the first is one level. */
function depthOf(step: Step): number {
  return Math.max(
    0,
    step.pointer.split('/').filter((part) => ['do', 'try', 'catch', 'branches'].includes(part)).length - 1,
  );
}

/** The steps in order with state, bar of their time, and attempts. */
export function StepTree({
  rows,
  chosen,
  onChoose,
}: {
  readonly rows: readonly Step[];
  readonly chosen: Step | undefined;
  readonly onChoose: (step: Step | undefined) => void;
}) {
  const { t } = useTranslation();
  const nowMs = useNow();
  const list = useRef<HTMLDivElement>(null);
  useRowKeys(list);
  const lengthMs = (step: Step) =>
    (step.endedAt === null ? nowMs : Date.parse(step.endedAt)) - Date.parse(step.startedAt);
  const longest = Math.max(1, ...rows.map(lengthMs));
  return (
    <div className="tree" ref={list} aria-label={t('run.steps')}>
      <button
        type="button"
        data-row
        className="tree-row"
        aria-current={chosen === undefined}
        onClick={() => onChoose(undefined)}
      >
        <span className="tree-name">{t('run.whole')}</span>
      </button>
      {rows.length === 0 ? <p className="quiet">{t('run.noSteps')}</p> : null}
      {rows.map((step) => (
        <button
          key={stepKey(step)}
          type="button"
          data-row
          className="tree-row"
          data-depth={Math.min(depthOf(step), 4)}
          aria-current={chosen !== undefined && stepKey(chosen) === stepKey(step)}
          onClick={() => onChoose(step)}
        >
          <span className="tree-name">
            {step.name}
            {step.visit === '0' ? null : <span className="quiet mono"> {step.visit}</span>}
            {step.attempt > 1 ? (
              <span className="quiet"> {t('run.attempt', { number: step.attempt })}</span>
            ) : null}
            {step.keptOf === null ? null : <span className="quiet"> {t('restart.keptMark')}</span>}
          </span>
          <State name={stepState(step.status, isApproval(step))} />
          <span className="tree-time mono">{lengthOfTime(t, lengthMs(step))}</span>
          <progress className="tree-bar" value={lengthMs(step)} max={longest} aria-hidden="true" />
        </button>
      ))}
    </div>
  );
}
