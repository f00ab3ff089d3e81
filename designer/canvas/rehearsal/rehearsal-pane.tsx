import { Button, Input } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { useStore } from 'zustand';
import type { Json } from '../../../domain/json.ts';
import type { Pins } from '../../../steps/pins.ts';
import type { RehearsalAnswer } from '../../../steps/rehearsal.ts';
import { Preformatted } from '../../shared/data.tsx';
import { Field } from '../../shared/field.tsx';
import { State, stepState } from '../../shared/state.tsx';
import { draftApi } from '../draft-api.ts';
import { useDesigner, useFlow } from '../designer-context.ts';
import type { Saver } from '../saving.ts';
import { BackTests } from './back-tests.tsx';
import { PastRunPicker } from './past-run-picker.tsx';
import { jsonOf, lastStates, pinnedTo, pinsOf, rehearseDraft, withPin } from './rehearse-draft.ts';

type Line = RehearsalAnswer['trace'][number];

/** Rehearses the flow as it is on the screen, beside the canvas; every step can be given another answer. */
export function RehearsalPane({ saver }: { readonly saver: Saver }) {
  const { t } = useTranslation();
  const { flow, ui } = useDesigner();
  const { flowName } = useParams();
  const draftId = useStore(saver.store, (state) => state.draftId);
  const text = useFlow((state) => state.text);
  const [pins, setPins] = useState<Pins>(() => pinsOf(null, flow.getState().document));
  const [input, setInput] = useState(() => JSON.stringify(pins.input, null, 2));
  const [answer, setAnswer] = useState<RehearsalAnswer>();
  const given = jsonOf(input);
  useEffect(() => {
    if (draftId === undefined) return;
    void draftApi.read(draftId).then(
      (draft) => {
        const saved = pinsOf(draft.pins, flow.getState().document);
        setPins(saved);
        setInput(JSON.stringify(saved.input, null, 2));
      },
      () => undefined,
    );
  }, [draftId, flow]);
  useEffect(() => {
    const value = jsonOf(input);
    if (value === undefined) return undefined;
    let isOver = false;
    void rehearseDraft(text, { ...pins, input: value }, Date.now()).then((result) => {
      if (isOver) return;
      setAnswer(result);
      ui.getState().set({ marks: lastStates(result) });
    });
    return () => {
      isOver = true;
    };
  }, [text, pins, input, ui]);
  const keep = (next: Pins) => {
    setPins(next);
    if (draftId !== undefined) void draftApi.pin(draftId, { ...next, input: given ?? next.input });
  };
  const replace = (next: Pins) => {
    setInput(JSON.stringify(next.input, null, 2));
    setPins(next);
    if (draftId !== undefined) void draftApi.pin(draftId, next as unknown as Json);
  };
  const close = () => ui.getState().set({ isRehearsal: false, marks: new Map() });
  return (
    <aside className="d-drawer" aria-label={t('trials.rehearsal.title')}>
      <div className="q-head">
        <h2>{t('trials.rehearsal.title')}</h2>
        <div className="grow" />
        <button type="button" className="tool" onClick={close}>
          {t('trials.rehearsal.close')}
        </button>
      </div>
      <div className="r-body">
        <p className="quiet">{t('trials.rehearsal.text')}</p>
        {flowName === undefined ? null : (
          <PastRunPicker
            flowName={flowName}
            pins={pins}
            onPins={replace}
            onClear={() => replace(pinsOf(null, flow.getState().document))}
          />
        )}
        <Field
          label={t('trials.rehearsal.input')}
          error={given === undefined ? t('trials.rehearsal.notJson') : ''}
        >
          <Input.TextArea
            className="mono"
            value={input}
            autoSize={{ minRows: 3, maxRows: 12 }}
            onChange={(event) => setInput(event.target.value)}
            onBlur={() => keep(pins)}
          />
        </Field>
        {answer === undefined ? null : (
          <>
            <p className="line" role="status">
              <State name="rehearsal" />
              <span>{t(`reviews.rehearsalStatus.${answer.status}`)}</span>
              {answer.error === null ? null : <span>{answer.error.detail ?? answer.error.title}</span>}
            </p>
            <Trace answer={answer} pins={pins} onPins={keep} />
          </>
        )}
        {flowName === undefined ? null : <BackTests flowName={flowName} />}
      </div>
    </aside>
  );
}

/** The steps in the order they ended; one is opened to see what went in and out, and to answer it otherwise. */
function Trace({
  answer,
  pins,
  onPins,
}: {
  readonly answer: RehearsalAnswer;
  readonly pins: Pins;
  readonly onPins: (pins: Pins) => void;
}) {
  const { ui } = useDesigner();
  const [openStep, setOpenStep] = useState<number>();
  return (
    <ol className="r-steps">
      {answer.trace.map((line, at) => (
        // Steps of one rehearsal never change place.
        <li key={`${at} ${line.step}`}>
          <button
            type="button"
            className="q-go"
            aria-expanded={openStep === at}
            onClick={() => {
              setOpenStep(openStep === at ? undefined : at);
              ui.getState().set({ selected: [line.step], show: { id: line.step } });
            }}
          >
            <span className="q-where">{line.step.split('/').at(-1)}</span>
            <State name={stepState(line.status, false)} />
          </button>
          {openStep === at ? (
            <StepData
              line={line}
              pinned={pinnedTo(pins, line.step)}
              onPin={(value) => onPins(withPin(pins, line.step, line.status === 'waiting', value))}
            />
          ) : null}
        </li>
      ))}
    </ol>
  );
}

/** What went in and came out of a step, and the answer it is given instead. */
function StepData({
  line,
  pinned,
  onPin,
}: {
  readonly line: Line;
  readonly pinned: Json | undefined;
  readonly onPin: (value: Json | undefined) => void;
}) {
  const { t } = useTranslation();
  const [text, setText] = useState(() => JSON.stringify(pinned ?? line.output, null, 2));
  const value = jsonOf(text);
  return (
    <div className="r-data">
      <span className="small quiet">{t('trials.rehearsal.in')}</span>
      <Preformatted text={JSON.stringify(line.input, null, 2)} label={t('trials.rehearsal.in')} />
      {line.error === undefined ? null : <p>{line.error.detail ?? line.error.title}</p>}
      <Field
        label={t(pinned === undefined ? 'trials.rehearsal.out' : 'trials.rehearsal.pinned')}
        error={value === undefined ? t('trials.rehearsal.notJson') : ''}
      >
        <Input.TextArea
          className="mono"
          value={text}
          autoSize={{ minRows: 2, maxRows: 12 }}
          onChange={(event) => setText(event.target.value)}
        />
      </Field>
      <div className="line">
        <Button disabled={value === undefined} onClick={() => onPin(value)}>
          {t('trials.rehearsal.pin')}
        </Button>
        {pinned === undefined ? null : (
          <Button onClick={() => onPin(undefined)}>{t('trials.rehearsal.unpin')}</Button>
        )}
      </div>
    </div>
  );
}
