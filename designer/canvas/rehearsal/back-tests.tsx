import { useMutation } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { type BackTest, deviationSentence } from '../../../engine/back-test/index.ts';
import { ProblemNote } from '../../shared/parts.tsx';
import { State } from '../../shared/state.tsx';
import type { StateName } from '../../theme.ts';
import { useDesigner, useFlow } from '../designer-context.ts';
import { pastRuns } from './back-test-api.ts';

const VERDICTS: Readonly<Record<BackTest['verdict'], StateName>> = {
  same: 'done',
  different: 'needsPerson',
  unknown: 'unknown',
};

/** Holds the text on the screen against the last runs of the flow, and says where it would have gone another way. */
export function BackTests({ flowName }: { readonly flowName: string }) {
  const { t } = useTranslation();
  const text = useFlow((state) => state.text);
  const test = useMutation({ mutationFn: (source: string) => pastRuns.backTest(flowName, source) });
  const isOld = test.variables !== undefined && test.variables !== text;
  return (
    <section className="r-back" aria-label={t('trials.past.title')}>
      <h3>{t('trials.past.title')}</h3>
      <p className="quiet small">{t('trials.past.text')}</p>
      <Button loading={test.isPending} onClick={() => test.mutate(text)}>
        {t(isOld ? 'trials.past.again' : 'trials.past.run')}
      </Button>
      {test.error === null ? null : <ProblemNote error={test.error} />}
      {test.data === undefined ? null : (
        <>
          <p role="status">
            {test.data.items.length === 0
              ? t('trials.past.none')
              : t('trials.past.sum', {
                  same: test.data.same,
                  different: test.data.different,
                  unknown: test.data.unknown,
                })}
            {isOld ? ` ${t('trials.past.old')}` : ''}
          </p>
          <ol className="r-steps">
            {test.data.items.map((each) => (
              <Run key={each.runId} test={each} />
            ))}
          </ol>
        </>
      )}
    </section>
  );
}

function Run({ test }: { readonly test: BackTest }) {
  const { t, i18n } = useTranslation();
  const { ui } = useDesigner();
  const language = i18n.language.startsWith('zh') ? 'zh' : 'en';
  const { runId, verdict, deviations, end, lostAt } = test;
  return (
    <li>
      <p className="line">
        <Link to={`/runs/${runId}`} className="mono">
          {runId.slice(0, 8)}
        </Link>
        <State name={VERDICTS[verdict]} word={t(`trials.past.verdict.${verdict}`)} />
        {lostAt === undefined ? null : <span>{t('trials.past.lostAt', { step: lostAt })}</span>}
      </p>
      {verdict === 'same' ? null : (
        <ul>
          {deviations.map((deviation) => (
            <li key={`${deviation.kind} ${deviation.pointer}`}>
              <button
                type="button"
                className="q-go"
                onClick={() =>
                  ui.getState().set({ selected: [deviation.pointer], show: { id: deviation.pointer } })
                }
              >
                {deviationSentence(deviation, language)}
              </button>
            </li>
          ))}
          {end.before === end.after ? null : (
            <li>
              {t('trials.past.end', {
                before: t(`reviews.rehearsalStatus.${end.before}`),
                after: t(`reviews.rehearsalStatus.${end.after}`),
              })}
            </li>
          )}
          {end.fields.length === 0 ? null : (
            <li>
              {t('trials.past.output', { fields: end.fields.map(({ path }) => path || '/').join(', ') })}
            </li>
          )}
        </ul>
      )}
    </li>
  );
}
