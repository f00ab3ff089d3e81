import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Checkbox, Drawer, Input, InputNumber, Select } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { MARKETS } from '../../domain/calendar/index.ts';
import type { JsonObject } from '../../domain/json.ts';
import { ApiError, api } from '../api/client.ts';
import { queries, rowsOf } from '../api/queries.ts';
import type { Trigger } from '../api/types.ts';
import { useNow } from '../shared/clock.ts';
import { ProblemNote } from '../shared/parts.tsx';
import { relativeTime } from '../shared/time.ts';

const PREVIEWED = 5;

/** Makes or changes a schedule; the next times are shown before it is saved. */
export function ScheduleDrawer({
  isOpen,
  onClose,
  trigger,
}: {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly trigger?: Trigger;
}) {
  const { t } = useTranslation();
  return (
    <Drawer
      open={isOpen}
      onClose={onClose}
      destroyOnHidden
      title={trigger === undefined ? t('triggers.add') : trigger.triggerName}
    >
      {isOpen ? <Form onClose={onClose} {...(trigger === undefined ? {} : { trigger })} /> : null}
    </Drawer>
  );
}

function Form({ onClose, trigger }: { readonly onClose: () => void; readonly trigger?: Trigger }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const flows = useInfiniteQuery(queries.flows());
  const [name, setName] = useState(trigger?.triggerName ?? '');
  const [flow, setFlow] = useState(trigger?.flowName ?? '');
  const [settings, setSettings] = useState<JsonObject>(
    trigger?.settings ?? { days: 'trading-days', market: 'SSE', at: '16:00' },
  );
  const change = (part: JsonObject) => setSettings({ ...settings, ...part });
  const save = useMutation({
    mutationFn: () => api.putTrigger(name, { kind: 'schedule', flow, settings }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['triggers'] });
      await client.invalidateQueries({ queryKey: ['trigger', name] });
      onClose();
      await navigate(`/triggers/${name}`);
    },
  });
  const wrong = save.error instanceof ApiError ? save.error.pointers : [];
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <Field id="trigger-name" label={t('triggers.name')} isWrong={wrong.includes('/name')}>
        <Input
          id="trigger-name"
          value={name}
          disabled={trigger !== undefined}
          onChange={(event) => setName(event.target.value.trim())}
        />
      </Field>
      <Field id="trigger-flow" label={t('triggers.flow')} isWrong={wrong.includes('/flow')}>
        <Select
          id="trigger-flow"
          showSearch
          value={flow}
          onChange={setFlow}
          options={(flows.data === undefined ? [] : rowsOf(flows.data)).map((row) => ({
            value: row.flowName,
            label: `${row.title} · ${row.flowName}`,
          }))}
        />
      </Field>
      <ScheduleFields settings={settings} onChange={change} wrong={wrong} />
      <NextTimes settings={settings} />
      {save.error === null ? null : <ProblemNote error={save.error} />}
      <Button type="primary" htmlType="submit" loading={save.isPending} disabled={name === '' || flow === ''}>
        {t('triggers.save')}
      </Button>
    </form>
  );
}

function ScheduleFields({
  settings,
  onChange: change,
  wrong,
}: {
  readonly settings: JsonObject;
  readonly onChange: (part: JsonObject) => void;
  readonly wrong: readonly string[];
}) {
  const { t } = useTranslation();
  const isTrading = settings['days'] === 'trading-days';
  return (
    <>
      <Field id="trigger-days" label={t('triggers.days')} isWrong={wrong.includes('/settings/days')}>
        <Select
          id="trigger-days"
          value={settings['days'] as string}
          onChange={(days) => change({ days, ...(days === 'trading-days' ? {} : { dayOffset: 0 }) })}
          options={(['trading-days', 'office-days', 'every-day'] as const).map((word) => ({
            value: word,
            label: t(`triggers.dayWords.${word}`),
          }))}
        />
      </Field>
      {isTrading ? (
        <>
          <Field
            id="trigger-market"
            label={t('triggers.market')}
            isWrong={wrong.includes('/settings/market')}
          >
            <Select
              id="trigger-market"
              value={(settings['market'] ?? 'SSE') as string}
              onChange={(market) => change({ market })}
              options={MARKETS.map((market) => ({ value: market, label: market }))}
            />
          </Field>
          <Checkbox
            checked={settings['dayOffset'] === -1}
            onChange={(event) => change({ dayOffset: event.target.checked ? -1 : 0 })}
          >
            {t('triggers.offset')}
          </Checkbox>
        </>
      ) : null}
      <Field id="trigger-at" label={t('triggers.at')} isWrong={wrong.includes('/settings/at')}>
        <Input
          id="trigger-at"
          value={settings['at'] as string}
          placeholder="16:00"
          onChange={(event) => change({ at: event.target.value.trim() })}
        />
      </Field>
      <Field id="trigger-overlap" label={t('triggers.overlap')} isWrong={false}>
        <Select
          id="trigger-overlap"
          value={(settings['overlap'] ?? 'skip') as string}
          onChange={(overlap) => change({ overlap })}
          options={(['skip', 'allow'] as const).map((word) => ({
            value: word,
            label: t(`triggers.overlapWords.${word}`),
          }))}
        />
      </Field>
      <Field
        id="trigger-catch-up"
        label={t('triggers.catchUp')}
        isWrong={wrong.includes('/settings/catchUpMinutes')}
      >
        <InputNumber
          id="trigger-catch-up"
          min={0}
          max={1440}
          value={(settings['catchUpMinutes'] ?? 30) as number}
          onChange={(minutes) => change({ catchUpMinutes: minutes ?? 0 })}
        />
      </Field>
    </>
  );
}

function Field({
  id,
  label,
  isWrong,
  children,
}: {
  readonly id: string;
  readonly label: string;
  readonly isWrong: boolean;
  readonly children: ReactNode;
}) {
  return (
    <div className="field" data-wrong={isWrong}>
      <label htmlFor={id}>{label}</label>
      {children}
    </div>
  );
}

function NextTimes({ settings }: { readonly settings: JsonObject }) {
  const { t } = useTranslation();
  const nowMs = useNow();
  const preview = useQuery({
    queryKey: ['preview', settings],
    queryFn: () => api.previewSchedule(settings),
    retry: false,
  });
  if (preview.error !== null) return <ProblemNote error={preview.error} />;
  if (preview.data === undefined) return null;
  return (
    <div className="field" aria-live="polite">
      <span className="quiet">{t('triggers.next')}</span>
      <ol className="times">
        {preview.data.times.slice(0, PREVIEWED).map((time) => (
          <li key={time.atMs} className="mono">
            {relativeTime(t, time.atMs, nowMs)}
          </li>
        ))}
      </ol>
      {preview.data.times.length < PREVIEWED && preview.data.stopped !== undefined ? (
        <p className="quiet">{t('triggers.previewStops', { reason: preview.data.stopped })}</p>
      ) : null}
    </div>
  );
}
