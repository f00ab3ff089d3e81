import { useQuery } from '@tanstack/react-query';
import { Segmented } from 'antd';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { parseFlowDocument } from '../../engine/document.ts';
import { diffFlows, type FlowChange } from '../../engine/diff/index.ts';
import { YamlView } from '../flows/yaml-view.tsx';
import { useRoom } from '../shell/appearance.ts';
import { useNow } from '../shared/clock.ts';
import { Facts, Hash, Loading, PageHead, ProblemNote, Section } from '../shared/parts.tsx';
import { actorText } from '../shared/person.ts';
import { State, stepState } from '../shared/state.tsx';
import { wallTime } from '../shared/time.ts';
import { ChangeList, ChangedSteps } from './changes.tsx';
import { DecideReview } from './decide-review.tsx';
import { SubmissionState } from './review-list.tsx';
import type { Submission } from './review-types.ts';
import { reviews } from './review-api.ts';

const VersionsCanvas = lazy(async () => ({
  default: (await import('../compare/versions-canvas.tsx')).VersionsCanvas,
}));

/** A change of a flow as the second person sees it: what changed, the checks, the rehearsal, the triggers; and the two answers. */
export function ReviewView() {
  const { submissionId = '' } = useParams();
  const { t } = useTranslation();
  const nowMs = useNow();
  const read = useQuery(reviews.submission(submissionId));
  const submission = read.data;
  if (read.error !== null) return <ProblemNote error={read.error} onAgain={() => void read.refetch()} />;
  if (submission === undefined) return <Loading rows={12} />;
  const { flowName, version, title, submittedBy, submittedAt } = submission;
  return (
    <>
      <PageHead title={`${title} ${version}`} back={{ to: '/reviews', page: t('reviews.title') }} />
      <Facts
        rows={[
          [t('reviews.status'), <SubmissionState key="status" status={submission.status} />],
          [t('reviews.by'), `${actorText(submittedBy)} · ${wallTime(Date.parse(submittedAt), nowMs)}`],
          [t('reviews.comment'), submission.comment],
          [
            t('reviews.base'),
            submission.baseVersion === null ? t('common.none') : `${flowName} ${submission.baseVersion}`,
          ],
          [t('reviews.hash'), <Hash key="hash" value={submission.contentHash} />],
        ]}
      />
      <Changes submission={submission} />
      <Section title={t('reviews.checks')}>
        {submission.problems.length === 0 ? (
          <State name="done" word={t('reviews.noProblems')} />
        ) : (
          <ul>
            {submission.problems.map((problem) => (
              <li key={`${problem.pointer} ${problem.code}`}>
                <span className="mono">{problem.pointer}</span> {problem.message}
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Rehearsal submission={submission} />
      <Section title={t('reviews.triggers')}>
        {submission.triggers.length === 0 ? (
          <p>{t('reviews.noTriggers')}</p>
        ) : (
          <ul>
            {submission.triggers.map((trigger) => (
              <li key={trigger.triggerName}>
                {trigger.triggerName}{' '}
                {trigger.isPaused ? <State name="paused" word={t('reviews.paused')} /> : null}
              </li>
            ))}
          </ul>
        )}
      </Section>
      <DecideReview submission={submission} />
      <Section title={t('reviews.source')}>
        <YamlView source={submission.source} />
      </Section>
    </>
  );
}

/** What the change does to the flow: drawn, or as lists for whoever reads it by ear or on a telephone. */
function Changes({ submission }: { readonly submission: Submission }) {
  const { t } = useTranslation();
  const room = useRoom();
  const [isList, setList] = useState(room === 'phone');
  const changes = useMemo(() => changesOf(submission), [submission]);
  const { source, baseSource, baseVersion, version } = submission;
  return (
    <Section
      title={t('reviews.changes')}
      aside={
        <Segmented
          aria-label={t('drawn.view')}
          value={isList ? 'list' : 'canvas'}
          onChange={(value) => setList(value === 'list')}
          options={[
            { value: 'canvas', label: t('drawn.canvas') },
            { value: 'list', label: t('drawn.list') },
          ]}
        />
      }
    >
      {isList ? (
        <>
          <ChangeList changes={changes} isFirst={baseSource === null} />
          <h3>{t('reviews.steps')}</h3>
          <ChangedSteps source={source} baseSource={baseSource} changes={changes} />
        </>
      ) : (
        <Suspense fallback={<Loading rows={12} />}>
          <VersionsCanvas
            before={baseSource === null ? null : { source: baseSource, version: baseVersion ?? '' }}
            after={{ source, version }}
          />
        </Suspense>
      )}
    </Section>
  );
}

function changesOf(submission: Submission): readonly FlowChange[] {
  if (submission.baseSource === null) return [];
  const [before, after] = [submission.baseSource, submission.source].map(
    (text) => parseFlowDocument(text).document,
  );
  return before === undefined || after === undefined ? [] : diffFlows(before, after);
}

function Rehearsal({ submission }: { readonly submission: Submission }) {
  const { t } = useTranslation();
  const { status, steps, more, error } = submission.rehearsal;
  return (
    <Section title={t('reviews.rehearsal')}>
      <div className="rehearsal-frame">
        <p className="line">
          <State name="rehearsal" />
          <span>{t(`reviews.rehearsalStatus.${status}`)}</span>
          {error === null ? null : <span>{error.detail ?? error.title}</span>}
        </p>
        <p className="quiet">{t('reviews.rehearsalText')}</p>
        <table className="table" aria-label={t('reviews.rehearsal')}>
          <thead>
            <tr>
              <th data-grows="true">{t('reviews.rehearsalStep')}</th>
              <th>{t('reviews.status')}</th>
            </tr>
          </thead>
          <tbody>
            {steps.map((step, at) => (
              // Steps of a rehearsal never change place.
              <tr key={`${at} ${step.step}`}>
                <td data-mono="true" data-grows="true">
                  {step.step}
                </td>
                <td>
                  <State name={stepState(step.status, false)} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {more > 0 ? <p className="quiet">{t('reviews.rehearsalMore', { count: more })}</p> : null}
      </div>
    </Section>
  );
}
