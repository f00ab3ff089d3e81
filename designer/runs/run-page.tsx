import { useQuery } from '@tanstack/react-query';
import { Segmented } from 'antd';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams, useSearchParams } from 'react-router';
import { queries } from '../api/queries.ts';
import type { Run } from '../api/types.ts';
import { useMay } from '../session/session.tsx';
import { useNow } from '../shared/clock.ts';
import { Data } from '../shared/data.tsx';
import { Facts, Hash, Loading, Note, PageHead, ProblemNote, Section } from '../shared/parts.tsx';
import { actorText } from '../shared/person.ts';
import { ApprovalState, runState, State } from '../shared/state.tsx';
import { wallTime } from '../shared/time.ts';
import { RestartLinks, RunActions } from './run-actions.tsx';
import { StepDetail } from './step-detail.tsx';
import { StepTree, stepKey } from './step-tree.tsx';

const RunCanvas = lazy(async () => ({ default: (await import('./run-canvas.tsx')).RunCanvas }));

/**
 * One run: where it stands, each step, what went in and out, the evidence; as a list, or drawn over the version that ran. View and chosen
 * step stand in the address.
 */
export function RunPage() {
  const { runId = '' } = useParams();
  const run = useQuery(queries.run(runId));
  const steps = useQuery(queries.steps(runId));
  const [params, setParams] = useSearchParams();
  if (run.error !== null && run.data === undefined)
    return <ProblemNote error={run.error} onAgain={() => void run.refetch()} />;
  if (run.data === undefined || steps.data === undefined) return <Loading rows={12} />;
  const rows = steps.data.items;
  const chosen = rows.find((step) => stepKey(step) === params.get('step'));
  const isCanvas = params.get('view') === 'canvas';
  const set = (part: Readonly<Record<string, string | undefined>>) =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        for (const [key, value] of Object.entries(part)) {
          if (value === undefined) next.delete(key);
          else next.set(key, value);
        }
        return next;
      },
      { replace: true },
    );
  const head = (
    <Head
      run={run.data}
      step={isCanvas ? (params.get('step') ?? undefined) : chosen?.pointer}
      isCanvas={isCanvas}
      onView={(isNext) => set({ view: isNext ? 'canvas' : undefined, step: undefined, at: undefined })}
    />
  );
  if (isCanvas)
    return (
      <div className="designer">
        <div className="drawn-head">{head}</div>
        <Suspense fallback={<Loading rows={12} />}>
          <RunCanvas
            run={run.data}
            rows={rows}
            step={params.get('step') ?? undefined}
            onStep={(step) => set({ step })}
            whole={<Whole run={run.data} />}
          />
        </Suspense>
      </div>
    );
  return (
    <>
      {head}
      <div className="run">
        <StepTree
          rows={rows}
          chosen={chosen}
          onChoose={(step) => set({ step: step === undefined ? undefined : stepKey(step) })}
        />
        <div className="run-detail">
          {chosen === undefined ? <Whole run={run.data} /> : <StepDetail run={run.data} step={chosen} />}
        </div>
      </div>
    </>
  );
}

function Head({
  run,
  step,
  isCanvas,
  onView,
}: {
  readonly run: Run;
  /** Pointer of the chosen step. */
  readonly step: string | undefined;
  readonly isCanvas: boolean;
  readonly onView: (isCanvas: boolean) => void;
}) {
  const { t, i18n } = useTranslation();
  const mayDesign = useMay('flow.draft');
  const needsPerson = run.approvals.some((approval) => approval.status === 'open');
  return (
    <>
      <PageHead
        title={`${run.flowName} · ${run.businessKey}`}
        back={{ to: '/runs', page: t('runs.title') }}
        meta={
          <State
            name={runState(run, needsPerson)}
            {...(run.status === 'accepted' ? { word: t('state.accepted') } : {})}
          />
        }
        actions={
          <>
            <Segmented
              aria-label={t('drawn.view')}
              value={isCanvas ? 'canvas' : 'list'}
              onChange={(value) => onView(value === 'canvas')}
              options={[
                { value: 'list', label: t('drawn.list') },
                { value: 'canvas', label: t('drawn.canvas') },
              ]}
            />
            {mayDesign && (run.status === 'completed' || run.status === 'failed') ? (
              <Link to={`/flows/${encodeURIComponent(run.flowName)}/edit?pins=${run.runId}`}>
                {t('drawn.asTestData')}
              </Link>
            ) : null}
            <RunActions run={run} step={step} />
          </>
        }
      />
      <p className="standing" role="status">
        {i18n.language === 'en' ? run.standing.en : run.standing.zh}
      </p>
      <RestartLinks run={run} />
    </>
  );
}

function Whole({ run }: { readonly run: Run }) {
  const { t } = useTranslation();
  const nowMs = useNow();
  const time = (at: string | null) => (at === null ? t('common.none') : wallTime(Date.parse(at), nowMs));
  return (
    <>
      {run.error === null || run.status === 'cancelled' ? null : (
        <Note icon="cross" tone="problem">
          <p>
            {run.error.title}
            {run.error.detail === undefined ? '' : `: ${run.error.detail}`}
          </p>
          <p className="small mono">{run.error.type}</p>
        </Note>
      )}
      {run.approvals.length === 0 ? null : (
        <Section title={t('run.approvals')}>
          {run.approvals.map((approval) => (
            <p key={approval.approvalId} className="line">
              <Link to={`/inbox/${approval.approvalId}`}>{approval.title}</Link>{' '}
              <ApprovalState status={approval.status} />
            </p>
          ))}
        </Section>
      )}
      <Section title={t('run.details')}>
        <Facts
          rows={[
            [
              t('runs.flow'),
              <Link
                key="flow"
                to={`/flows/${run.flowName}`}
              >{`${run.flowName} · ${t('run.version', { version: run.flowVersion })}`}</Link>,
            ],
            [t('run.plan'), <Hash key="plan" value={run.planHash} />],
            [t('runs.requestedBy'), actorText(run.requestedBy)],
            [t('run.author'), actorText(run.authoredBy)],
            [
              t('run.started'),
              <span key="start" className="mono">
                {time(run.startedAt)}
              </span>,
            ],
            [
              t('run.ended'),
              <span key="end" className="mono">
                {time(run.endedAt)}
              </span>,
            ],
            [
              t('run.workflow'),
              <span key="id" className="mono">
                {run.runId}
              </span>,
            ],
          ]}
        />
      </Section>
      <Section title={t('run.runInput')}>
        <Data value={run.input} label={t('run.runInput')} />
      </Section>
      <Section title={t('run.runOutput')}>
        <Data value={run.output} label={t('run.runOutput')} />
      </Section>
    </>
  );
}
