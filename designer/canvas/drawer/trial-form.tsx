import { useMutation, useQuery } from '@tanstack/react-query';
import { Input, Select } from 'antd';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import type { Json } from '../../../domain/json.ts';
import { type Situation, type Trial, variablesAt } from '../../../engine/trial/index.ts';
import type { Problem } from '../../../engine/types.ts';
import { type Pins, pinsOfRecording } from '../../../steps/pins.ts';
import { Preformatted } from '../../shared/data.tsx';
import { useNow } from '../../shared/clock.ts';
import { Field } from '../../shared/field.tsx';
import { ProblemNote } from '../../shared/parts.tsx';
import { State, stepState } from '../../shared/state.tsx';
import { wallTime } from '../../shared/time.ts';
import { useFlow } from '../designer-context.ts';
import { pastRuns } from '../rehearsal/back-test-api.ts';
import { jsonOf, pinsOf } from '../rehearsal/rehearse-draft.ts';
import { situationIn, tryDraftStep } from '../rehearsal/try-step.ts';
import type { BlockView } from '../view-model.ts';

const EXAMPLE = 'example';

/** Runs the open step by itself: with what surrounds it in a rehearsal of the example input or of a past run, or with what is written there. */
export function TrialForm({ block }: { readonly block: BlockView }) {
  const { t } = useTranslation();
  const { flowName } = useParams();
  const document = useFlow((state) => state.document);
  const [source, setSource] = useState(EXAMPLE);
  const [pins, setPins] = useState<Pins>(() => pinsOf(null, document));
  const [found, setFound] = useState<{ readonly situation: Situation | undefined }>();
  const read = useMutation({
    mutationFn: (runId: string) => pastRuns.recording(runId),
    onSuccess: (recording) => setPins(pinsOfRecording(recording, document)),
  });
  useEffect(() => {
    let isOver = false;
    void situationIn(document, block.id, pins, Date.now()).then((situation) => {
      if (!isOver) setFound({ situation });
    });
    return () => {
      isOver = true;
    };
  }, [document, block.id, pins]);
  const take = (next: string) => {
    setSource(next);
    if (next === EXAMPLE) setPins(pinsOf(null, document));
    else read.mutate(next);
  };
  return (
    <div className="r-trial">
      <p className="quiet">{t('trials.one.text')}</p>
      {flowName === undefined ? null : <SourcePicker flowName={flowName} source={source} onTake={take} />}
      {read.error === null ? null : <ProblemNote error={read.error} />}
      {found === undefined ? null : (
        <>
          {found.situation === undefined ? <p role="status">{t('trials.one.noWay')}</p> : null}
          <Given
            // Other surroundings are other texts.
            key={JSON.stringify(found.situation)}
            block={block}
            pins={pins}
            situation={
              found.situation ?? {
                input: pins.input,
                raw: pins.input,
                context: null,
                variables: Object.fromEntries(variablesAt(document, block.id).map((name) => [name, null])),
              }
            }
          />
        </>
      )}
    </div>
  );
}

function SourcePicker({
  flowName,
  source,
  onTake,
}: {
  readonly flowName: string;
  readonly source: string;
  readonly onTake: (source: string) => void;
}) {
  const { t } = useTranslation();
  const nowMs = useNow();
  const runs = useQuery(pastRuns.ended(flowName));
  return (
    <Field label={t('trials.one.from')} error="">
      <Select
        aria-label={t('trials.one.from')}
        value={source}
        onChange={onTake}
        options={[
          { value: EXAMPLE, label: t('trials.one.example') },
          ...(runs.data ?? []).map(({ runId, businessKey, acceptedAt }) => ({
            value: runId,
            label: `${businessKey} · ${wallTime(Date.parse(acceptedAt), nowMs)}`,
          })),
        ]}
      />
    </Field>
  );
}

/** What the step is handed, to be changed, and what it makes of it at once. */
function Given({
  block,
  situation,
  pins,
}: {
  readonly block: BlockView;
  readonly situation: Situation;
  readonly pins: Pins;
}) {
  const { t } = useTranslation();
  const document = useFlow((state) => state.document);
  const [raw, setRaw] = useState(() => JSON.stringify(situation.raw, null, 2));
  const [context, setContext] = useState(() => JSON.stringify(situation.context, null, 2));
  const [variables, setVariables] = useState(() => JSON.stringify(situation.variables, null, 2));
  const [trial, setTrial] = useState<Trial | { readonly problems: readonly Problem[] }>();
  const given = useMemo(
    () => situationOf(situation.input, [raw, context, variables]),
    [situation.input, raw, context, variables],
  );
  useEffect(() => {
    if (given === undefined) return undefined;
    let isOver = false;
    void tryDraftStep(document, block.id, given, pins, Date.now()).then((result) => {
      if (!isOver) setTrial(result);
    });
    return () => {
      isOver = true;
    };
  }, [document, block.id, given, pins]);
  const fields = [
    ['raw', raw, setRaw],
    ['context', context, setContext],
    ...(Object.keys(situation.variables).length === 0
      ? []
      : [['variables', variables, setVariables] as const]),
  ] as const;
  return (
    <>
      {fields.map(([name, text, set]) => (
        <Field
          key={name}
          label={t(`trials.one.${name}`)}
          error={jsonOf(text) === undefined ? t('trials.rehearsal.notJson') : ''}
        >
          <Input.TextArea
            className="mono"
            value={text}
            autoSize={{ minRows: 2, maxRows: 10 }}
            onChange={(event) => set(event.target.value)}
          />
        </Field>
      ))}
      {trial === undefined ? null : <Result trial={trial} />}
    </>
  );
}

function situationOf(input: Json, texts: readonly [string, string, string]): Situation | undefined {
  const [raw, context, variables] = texts.map(jsonOf);
  if (raw === undefined || context === undefined || variables === undefined) return undefined;
  const named =
    typeof variables === 'object' && variables !== null && !Array.isArray(variables) ? variables : {};
  return { input, raw, context, variables: named };
}

function Result({ trial }: { readonly trial: Trial | { readonly problems: readonly Problem[] } }) {
  const { t } = useTranslation();
  if ('problems' in trial)
    return <p role="status">{t('trials.one.problems', { detail: trial.problems[0]?.message ?? '' })}</p>;
  const { status, input, output, context, error, next } = trial;
  const parts = [
    ['got', input],
    ...(status === 'completed'
      ? ([
          ['gave', output],
          ['contextAfter', context],
        ] as const)
      : []),
  ] as const;
  return (
    <section aria-label={t('trials.one.result')}>
      <p className="line" role="status">
        <State name="rehearsal" />
        <State name={stepState(status, false)} />
        {error === null || status !== 'failed' ? null : <span>{error.detail ?? error.title}</span>}
      </p>
      {status === 'waiting' ? <p className="quiet">{t('trials.one.waiting')}</p> : null}
      {next === null ? null : (
        <p>
          {next === 'exit' || next === 'end'
            ? t('trials.one.leaves')
            : next === 'continue'
              ? null
              : t('trials.one.next', { step: next })}
        </p>
      )}
      {parts.map(([name, value]) => (
        <div key={name}>
          <span className="small quiet">{t(`trials.one.${name}`)}</span>
          <Preformatted text={JSON.stringify(value, null, 2)} label={t(`trials.one.${name}`)} />
        </div>
      ))}
    </section>
  );
}
