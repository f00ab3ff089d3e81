import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { fileUrl } from '../api/client.ts';
import { queries } from '../api/queries.ts';
import type { EvidenceFile, Run, Step } from '../api/types.ts';
import { useNow } from '../shared/clock.ts';
import { Code, Data, useStepValue } from '../shared/data.tsx';
import { Icon } from '../shared/icons.tsx';
import { Hash, Loading, Note, Section } from '../shared/parts.tsx';
import { Reason } from '../shared/reason.tsx';
import { outcomeText, reasonText } from '../shared/reasons.ts';
import { portResultsOf, verdictsOf } from '../shared/shapes.ts';
import { State, stepState } from '../shared/state.tsx';
import { sizeOf, wallTime } from '../shared/time.ts';
import type { StateName } from '../theme.ts';
import { Screenshots } from './screenshots.tsx';
import { isApproval, stepKey } from './step-tree.tsx';

const OUTCOME_STATES: Readonly<Record<string, StateName>> = {
  applied: 'done',
  'already-so': 'done',
  'rolled-back': 'rolledBack',
  skipped: 'skipped',
  voided: 'cancelled',
  'needs-human': 'needsPerson',
};

/** The chosen step: why it waits, what went in and came out, results, evidence. With a `title` the page has said already why it waits. */
export function StepDetail({
  run,
  step,
  title,
}: {
  readonly run: Run;
  readonly step: Step;
  readonly title?: string;
}) {
  const { t } = useTranslation();
  const nowMs = useNow();
  const time = (at: string | null) => (at === null ? '' : wallTime(Date.parse(at), nowMs));
  return (
    <>
      <header className="detail-head">
        <h2>{title ?? step.name}</h2>
        <State name={stepState(step.status, isApproval(step))} />
        <span className="quiet mono">{step.function ?? step.task}</span>
        <span className="quiet mono">
          {time(step.startedAt)} {step.endedAt === null ? '' : `– ${time(step.endedAt)}`}
        </span>
      </header>
      {step.keptOf === null ? null : (
        <p className="line">
          <span className="quiet">{t('restart.keptNote')}</span>
          <Link to={`/runs/${step.keptOf}?step=${encodeURIComponent(stepKey(step))}`}>
            {t('restart.keptLink')}
          </Link>
        </p>
      )}
      {title === undefined ? <Why run={run} step={step} /> : null}
      {step.error === null ? null : (
        <Note icon="cross" tone="problem">
          <p>
            {step.error.title}
            {step.error.detail === undefined ? '' : `: ${step.error.detail}`}
          </p>
          <p className="small mono">{step.error.type}</p>
        </Note>
      )}
      <Results step={step} />
      <Section title={t('run.input')}>
        <Data value={step.input} label={t('run.input')} />
      </Section>
      <Section title={t('run.output')}>
        <Data value={step.output} label={t('run.output')} />
      </Section>
      <Files run={run} step={step} />
    </>
  );
}

function Why({ run, step }: { readonly run: Run; readonly step: Step }) {
  const { t } = useTranslation();
  if (step.endedAt !== null) return null;
  const approval = run.approvals.find((entry) => entry.status === 'open' && entry.pointer === step.pointer);
  const text = isApproval(step)
    ? t('run.whyApproval')
    : step.function?.startsWith('change-window:') === true
      ? t('run.whyWindowOpen', { name: '' })
      : step.task === 'wait'
        ? t('run.whyTimer')
        : step.task === 'listen'
          ? t('run.whyEvent')
          : step.task === 'run'
            ? t('run.whySubFlow')
            : '';
  if (text === '') return null;
  return (
    <Section title={t('run.why')}>
      <p>{text}</p>
      {approval === undefined ? null : (
        <Link to={`/inbox/${approval.approvalId}`}>{t('run.openApproval')}</Link>
      )}
    </Section>
  );
}

function Results({ step }: { readonly step: Step }) {
  const { t } = useTranslation();
  const value = useStepValue(step.output);
  const results = portResultsOf(value);
  const verdicts = verdictsOf(value);
  if (results !== undefined && results.length > 0) {
    return (
      <Section title={t('run.results')}>
        <table className="table" aria-label={t('run.results')}>
          <tbody>
            {results.map((row) => (
              <tr key={`${row.device} ${row.port}`}>
                <td data-mono="true">{row.device}</td>
                <td data-mono="true">{row.port}</td>
                <td>
                  <State name={OUTCOME_STATES[row.outcome] ?? 'unknown'} word={outcomeText(t, row.outcome)} />
                </td>
                <td className="quiet">{t('run.lines', { sent: row.sent, total: row.total })}</td>
                <td data-grows="true">{row.outcome === 'applied' ? '' : reasonText(t, row.reason)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Section>
    );
  }
  if (verdicts === undefined || verdicts.length === 0) return null;
  return (
    <Section title={t('run.verdicts')}>
      <table className="table" aria-label={t('run.verdicts')}>
        <tbody>
          {verdicts.map((row) => (
            <tr key={`${row.device} ${row.port}`}>
              <td data-mono="true">{row.device}</td>
              <td data-mono="true">{row.port}</td>
              <td data-grows="true">
                <Reason name={row.eligible ? 'done' : 'skipped'} reason={row.reason} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

function Files({ run, step }: { readonly run: Run; readonly step: Step }) {
  const { t } = useTranslation();
  const files = useQuery(queries.files(step.keptOf ?? run.runId));
  if (files.data === undefined) return <Loading rows={2} />;
  const own = files.data.items.filter((file) => file.pointer === step.pointer && file.visit === step.visit);
  const transcript = own.find((file) => file.kind === 'transcript');
  return (
    <>
      <Section title={t('run.files')}>
        {own.length === 0 ? (
          <p className="quiet">{t('run.noFiles')}</p>
        ) : (
          own.map((file) => <FileRow key={file.fileId} file={file} />)
        )}
      </Section>
      <Screenshots files={own} />
      {transcript === undefined ? null : <Transcript fileId={transcript.fileId} />}
    </>
  );
}

function FileRow({ file }: { readonly file: EvidenceFile }) {
  const { t } = useTranslation();
  return (
    <p className="line">
      <Icon name="file" />
      <a href={fileUrl(file.fileId)} download={file.name} title={t('common.download')}>
        {file.name}
      </a>
      <span className="quiet">{sizeOf(file.bytes)}</span>
      <Hash value={file.sha256} />
    </p>
  );
}

function Transcript({ fileId }: { readonly fileId: string }) {
  const { t } = useTranslation();
  const { data } = useQuery(queries.fileText(fileId));
  if (data === undefined) return null;
  return (
    <Section title={t('run.transcript')}>
      <Code text={data} label={t('run.transcript')} />
    </Section>
  );
}
