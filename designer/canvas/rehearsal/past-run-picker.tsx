import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Select } from 'antd';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { type Pins, pinsOfRecording } from '../../../steps/pins.ts';
import { useNow } from '../../shared/clock.ts';
import { ProblemNote } from '../../shared/parts.tsx';
import { runState } from '../../shared/state.tsx';
import { wallTime } from '../../shared/time.ts';
import { useDesigner } from '../designer-context.ts';
import { pastRuns } from './back-test-api.ts';
import { pinCount } from './rehearse-draft.ts';

/** Takes a past run of the flow as test data: its input and the answers of all its steps at once. `?pins=` in the address takes a run at once. */
export function PastRunPicker({
  flowName,
  pins,
  onPins,
  onClear,
}: {
  readonly flowName: string;
  readonly pins: Pins;
  readonly onPins: (pins: Pins) => void;
  readonly onClear: () => void;
}) {
  const { t } = useTranslation();
  const nowMs = useNow();
  const { flow } = useDesigner();
  const [params, setParams] = useSearchParams();
  const runs = useQuery(pastRuns.ended(flowName));
  const take = useMutation({
    mutationFn: (runId: string) => pastRuns.recording(runId),
    onSuccess: (recording) => onPins(pinsOfRecording(recording, flow.getState().document)),
  });
  const asked = useRef(params.get('pins'));
  const { mutate } = take;
  useEffect(() => {
    const runId = asked.current;
    if (runId === null) return;
    asked.current = null;
    mutate(runId);
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        next.delete('pins');
        return next;
      },
      { replace: true },
    );
  }, [mutate, setParams]);
  const count = pinCount(pins);
  return (
    <div className="r-past">
      <Select
        aria-label={t('trials.rehearsal.past')}
        placeholder={t('trials.rehearsal.past')}
        value={null}
        loading={take.isPending || runs.isPending}
        notFoundContent={t('trials.rehearsal.noPast')}
        onChange={(runId) => {
          if (runId !== null) mutate(runId);
        }}
        options={(runs.data ?? []).map((run) => ({
          value: run.runId,
          label: `${run.businessKey} · ${wallTime(Date.parse(run.acceptedAt), nowMs)} · ${t(`state.${runState(run, false)}`)}`,
        }))}
      />
      {count === 0 ? null : (
        <p className="line" role="status">
          <span>{t('trials.rehearsal.pinnedSteps', { count })}</span>
          <Button onClick={onClear}>{t('trials.rehearsal.unpinAll')}</Button>
        </p>
      )}
      {take.error === null ? null : <ProblemNote error={take.error} />}
    </div>
  );
}
