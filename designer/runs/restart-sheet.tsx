import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Checkbox, Drawer, Input, Radio, Select } from 'antd';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { queries } from '../api/queries.ts';
import type { Run } from '../api/types.ts';
import { Field } from '../shared/field.tsx';
import { Loading, Note, ProblemNote, Section } from '../shared/parts.tsx';
import { State } from '../shared/state.tsx';
import { newRequestKey } from '../shared/request-key.ts';
import type { StateName } from '../theme.ts';
import {
  type EarlierEffect,
  type RestartPoint,
  restartPointsQuery,
  type RestartRequest,
  restartRun,
} from './restart-api.ts';

/** How the sheet is given to the run page. */
export interface RestartSheetProps {
  readonly run: Run;
  /** Pointer of the step that is chosen on the page. */
  readonly preset: string | undefined;
  readonly onClose: () => void;
}

/** Restarts an ended run from a step: what is kept, what runs again, what was done before, and why it is wanted. */
export function RestartSheet({ run, preset, onClose }: RestartSheetProps) {
  const { t } = useTranslation();
  return (
    <Drawer open onClose={onClose} size="large" title={t('restart.title')}>
      <Form run={run} preset={preset} />
    </Drawer>
  );
}

type Said = Readonly<Record<string, 'done' | 'not-done'>>;

/** What the form holds. Another request is another restart: it gets a key of its own, and what was said of effects is asked anew. */
function useRestartForm(run: Run, preset: string | undefined) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const [version, setVersion] = useState(run.flowVersion);
  const [chosen, setChosen] = useState(preset);
  const [reason, setReason] = useState('');
  const [said, setSaid] = useState<Said>({});
  const [key, setKey] = useState(newRequestKey);
  const points = useQuery(restartPointsQuery(run.runId, version));
  const restart = useMutation({
    mutationFn: (request: RestartRequest) => restartRun(run.runId, request, key),
    onSuccess: async ({ runId }) => {
      // The earlier run names the new one from now on.
      await client.invalidateQueries({ queryKey: ['run', run.runId], refetchType: 'none' });
      await navigate(`/runs/${runId}`);
    },
  });
  const change = (apply: () => void) => {
    apply();
    setKey(newRequestKey());
    restart.reset();
  };
  const all = points.data?.points ?? [];
  const point = all.find(({ pointer }) => pointer === chosen) ?? all.findLast(({ isPossible }) => isPossible);
  const asked = (point?.effects ?? []).filter(needsWord);
  const isReady =
    point?.isPossible === true &&
    reason.trim() !== '' &&
    asked.every(({ effectId }) => said[effectId] !== undefined);
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (!isReady) return;
    const effects = asked.map(({ effectId }) => ({ effectId, as: said[effectId] ?? 'done' }));
    restart.mutate({ step: point.pointer, version, reason: reason.trim(), effects });
  };
  return {
    all,
    point,
    points,
    version,
    reason,
    said,
    restart,
    isReady,
    hasWords: asked.length > 0,
    onSubmit,
    onVersion: (next: string) => change(() => setVersion(next)),
    onStep: (next: string) =>
      change(() => {
        setChosen(next);
        setSaid({});
      }),
    onReason: (text: string) => change(() => setReason(text)),
    onSay: (effectId: string, as: 'done' | 'not-done' | undefined) =>
      change(() => {
        const { [effectId]: _before, ...others } = said;
        setSaid(as === undefined ? others : { ...others, [effectId]: as });
      }),
  };
}

function needsWord({ status }: EarlierEffect): boolean {
  return status === 'done' || status === 'unknown';
}

function Form({ run, preset }: { readonly run: Run; readonly preset: string | undefined }) {
  const { t } = useTranslation();
  const form = useRestartForm(run, preset);
  const flow = useQuery(queries.flow(run.flowName));
  const { all, point, points, restart } = form;
  const versions = flow.data?.versions.map(({ version }) => version) ?? [run.flowVersion];
  if (points.error !== null)
    return <ProblemNote error={points.error} onAgain={() => void points.refetch()} />;
  if (points.data === undefined) return <Loading rows={8} />;
  return (
    <form className="restart" noValidate onSubmit={form.onSubmit} aria-busy={points.isPlaceholderData}>
      <p className="quiet">{t('restart.intro')}</p>
      <Field label={t('restart.version')}>
        <Select
          aria-label={t('restart.version')}
          value={form.version}
          onChange={form.onVersion}
          options={versions.map((version) => ({
            value: version,
            label: version === run.flowVersion ? t('restart.versionSame', { version }) : version,
          }))}
        />
      </Field>
      <Field label={t('restart.step')} help={t('restart.stepHelp')}>
        <Select
          aria-label={t('restart.step')}
          showSearch={{ optionFilterProp: 'label' }}
          value={point?.pointer ?? null}
          onChange={form.onStep}
          options={all.map((each) => ({
            value: each.pointer,
            label: pointLabel(each, t('restart.cannot', { step: each.name })),
          }))}
        />
      </Field>
      {point === undefined ? null : (
        <Outlook point={point} all={all} asks={run.approvals.length > 0} onStep={form.onStep} />
      )}
      {point?.isPossible === true ? <Effects point={point} said={form.said} onSay={form.onSay} /> : null}
      <Field label={t('restart.reason')} help={t('restart.reasonHelp')}>
        <Input.TextArea
          value={form.reason}
          maxLength={500}
          rows={2}
          onChange={(event) => form.onReason(event.target.value)}
        />
      </Field>
      {restart.error === null ? null : <ProblemNote error={restart.error} />}
      {form.isReady || point?.isPossible !== true ? null : (
        <p className="small quiet">{form.hasWords ? t('restart.missingWord') : t('restart.missing')}</p>
      )}
      <Button type="primary" htmlType="submit" disabled={!form.isReady} loading={restart.isPending}>
        {t('restart.submit', { step: point?.name ?? '' })}
      </Button>
    </form>
  );
}

/** Nested steps are set in by their depth. */
function pointLabel({ pointer, name, isPossible }: RestartPoint, cannot: string): string {
  const depth =
    pointer.split('/').filter((part) => ['do', 'try', 'catch', 'branches'].includes(part)).length - 1;
  return `${'\u2003'.repeat(Math.max(0, depth))}${isPossible ? name : cannot}`;
}

/** What is kept and what runs again from a step, or why it cannot be begun with. */
function Outlook({
  point,
  all,
  asks,
  onStep,
}: {
  readonly point: RestartPoint;
  readonly all: readonly RestartPoint[];
  /** The run has asked people. */
  readonly asks: boolean;
  readonly onStep: (pointer: string) => void;
}) {
  const { t, i18n } = useTranslation();
  const { refusal } = point;
  if (refusal !== null) {
    const instead = all.find(({ pointer, isPossible }) => pointer === refusal.from && isPossible);
    return (
      <Note icon="barredHand" tone="problem">
        <p>{i18n.language === 'en' ? refusal.sentence.en : refusal.sentence.zh}</p>
        {instead === undefined ? null : (
          <Button onClick={() => onStep(instead.pointer)}>
            {t('restart.instead', { step: instead.name })}
          </Button>
        )}
      </Note>
    );
  }
  return (
    <>
      <Section title={point.kept === 0 ? t('restart.keptNone') : t('restart.kept', { count: point.kept })}>
        {point.kept === 0 ? null : <StepNames names={point.keptSteps} />}
      </Section>
      <Section title={t('restart.again')}>
        <StepNames names={point.againSteps} />
        <p className="quiet">{t('restart.againRest', { step: point.name })}</p>
        {asks ? <p className="quiet">{t('restart.asks')}</p> : null}
      </Section>
    </>
  );
}

function StepNames({ names }: { readonly names: readonly string[] }) {
  return (
    <ul className="step-names">
      {names.map((name, at) => (
        <li key={`${at} ${name}`}>{name}</li>
      ))}
    </ul>
  );
}

const EFFECT_STATES: Readonly<Record<EarlierEffect['status'], StateName>> = {
  done: 'done',
  unknown: 'unknown',
  failed: 'failed',
  compensated: 'rolledBack',
};

function Effects({
  point,
  said,
  onSay,
}: {
  readonly point: RestartPoint;
  readonly said: Said;
  readonly onSay: (effectId: string, as: 'done' | 'not-done' | undefined) => void;
}) {
  const { t } = useTranslation();
  const words: Readonly<Record<EarlierEffect['status'], string>> = {
    done: t('restart.isDone'),
    unknown: t('restart.isUnknown'),
    failed: t('restart.isFailed'),
    compensated: t('restart.isUndone'),
  };
  if (point.effects.length === 0) return <p className="quiet restart-none">{t('restart.effectsNone')}</p>;
  return (
    <Section title={t('restart.effects')}>
      <ul className="effects">
        {point.effects.map((effect) => (
          <li key={effect.effectId}>
            <span className="effect-name">
              {effect.step}{' '}
              <span className="quiet mono">{effect.part === '' ? effect.what : effect.part}</span>
            </span>
            <State name={EFFECT_STATES[effect.status]} word={words[effect.status]} />
            {effect.status === 'done' ? (
              <Checkbox
                checked={said[effect.effectId] === 'done'}
                onChange={(event) => onSay(effect.effectId, event.target.checked ? 'done' : undefined)}
              >
                {t('restart.confirm')}
              </Checkbox>
            ) : effect.status === 'unknown' ? (
              <Radio.Group
                aria-label={`${t('restart.didIt')} ${effect.step}`}
                value={said[effect.effectId]}
                onChange={(event) =>
                  onSay(effect.effectId, event.target.value === 'done' ? 'done' : 'not-done')
                }
                options={[
                  { value: 'done', label: t('restart.happened') },
                  { value: 'not-done', label: t('restart.notHappened') },
                ]}
              />
            ) : null}
          </li>
        ))}
      </ul>
    </Section>
  );
}
