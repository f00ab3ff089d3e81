import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { fixOf, fixWords } from '../../engine/fixes/index.ts';
import type { Problem } from '../../engine/types.ts';
import { catalogue } from '../../steps/index.ts';
import { Icon } from '../shared/icons.tsx';
import { useDesigner, useFlow } from './designer-context.ts';
import { useProblemWords } from './problem-words.ts';
import { stepOfProblem } from './flow-store.ts';

/** Every finding of the checks; a click leads to its step and field. */
export function ProblemsPanel() {
  const { t } = useTranslation();
  const { ui } = useDesigner();
  const problems = useFlow((state) => state.problems);
  return (
    <section className="q-panel" aria-label={t('canvas.problems.title')}>
      <div className="q-head">
        <h3>{t('canvas.bar.problems', { count: problems.length })}</h3>
        <div className="grow" />
        <button type="button" className="tool" onClick={() => ui.getState().set({ isProblems: false })}>
          {t('canvas.problems.close')}
        </button>
      </div>
      {problems.length === 0 ? <p className="q-row">{t('canvas.problems.none')}</p> : null}
      {problems.map((problem) => (
        <ProblemRow key={`${problem.code} ${problem.pointer} ${problem.message}`} problem={problem} />
      ))}
    </section>
  );
}

function ProblemRow({ problem }: { readonly problem: Problem }) {
  const { t, i18n } = useTranslation();
  const { flow, ui } = useDesigner();
  const index = useFlow((state) => state.index);
  const words = useProblemWords();
  const stepId = stepOfProblem(problem, index);
  const name =
    stepId === undefined ? t('canvas.problems.flow') : (index.blocks.get(stepId)?.block.name ?? '');
  const document = useFlow((state) => state.document);
  const fix = useMemo(() => fixOf(document, problem, catalogue), [document, problem]);
  const mend = () => {
    const select = fix === undefined ? undefined : flow.getState().edit(fix.edit);
    if (select !== undefined && select.length > 0) ui.getState().select(select, { show: true });
  };
  const open = () => {
    if (stepId === undefined) ui.getState().set({ drawer: 'flow', selected: [] });
    else ui.getState().select([stepId], { open: true, show: true });
  };
  return (
    <div className="q-row">
      <span
        className="n-badge"
        data-severity={problem.severity}
        title={t(`canvas.problems.${problem.severity}`)}
      >
        <Icon name="warning" />
        <span className="skip">{t(`canvas.problems.${problem.severity}`)}</span>
      </span>
      <button type="button" className="q-go" onClick={open}>
        <span className="q-where">{name}</span>
        <span className="q-text" title={problem.message}>
          {words(problem)}
        </span>
      </button>
      {fix === undefined ? (
        <code className="small quiet">{problem.code}</code>
      ) : (
        <button type="button" className="tool q-fix" title={problem.code} onClick={mend}>
          {fixWords(fix.work, i18n.language.startsWith('zh') ? 'zh' : 'en')}
        </button>
      )}
    </div>
  );
}
