import { useMutation } from '@tanstack/react-query';
import { Button, Input, Modal } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '../api/client.ts';
import type { Restart, Run } from '../api/types.ts';
import { useMay } from '../session/session.tsx';
import { ProblemNote } from '../shared/parts.tsx';
import { actorText } from '../shared/person.ts';
import './restart.css';

const RestartSheet = lazy(async () => ({ default: (await import('./restart-sheet.tsx')).RestartSheet }));

/** What can be done with a run: cancel it while it goes on, restart it from a step when it has ended. `step` is the chosen one. */
export function RunActions({ run, step }: { readonly run: Run; readonly step: string | undefined }) {
  const mayCancel = useMay('run.cancel');
  const mayRestart = useMay('run.restart');
  const isLive = ['accepted', 'running', 'waiting'].includes(run.status);
  if (isLive) return mayCancel ? <CancelButton runId={run.runId} /> : null;
  return mayRestart ? <RestartButton run={run} step={step} /> : null;
}

function RestartButton({ run, step }: { readonly run: Run; readonly step: string | undefined }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t('restart.open')}</Button>
      {isOpen ? (
        <Suspense fallback={null}>
          <RestartSheet key={run.runId} run={run} preset={step} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}

function CancelButton({ runId }: { readonly runId: string }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const cancel = useMutation({
    mutationFn: () => api.cancelRun(runId, reason.trim()),
    onSuccess: () => setOpen(false),
  });
  return (
    <>
      {cancel.isSuccess ? (
        <span className="quiet">{t('restart.cancelAsked')}</span>
      ) : (
        <Button onClick={() => setOpen(true)}>{t('restart.cancelRun')}</Button>
      )}
      <Modal
        title={t('restart.cancelTitle')}
        open={isOpen}
        okText={t('restart.cancelSubmit')}
        cancelText={t('common.cancel')}
        okButtonProps={{ danger: true, disabled: reason.trim() === '', loading: cancel.isPending }}
        onOk={() => cancel.mutate()}
        onCancel={() => setOpen(false)}
      >
        <p>{t('restart.cancelText')}</p>
        <label className="field">
          <span>{t('restart.cancelReason')}</span>
          <Input.TextArea
            value={reason}
            maxLength={500}
            onChange={(event) => setReason(event.target.value)}
          />
        </label>
        {cancel.error === null ? null : <ProblemNote error={cancel.error} />}
      </Modal>
    </>
  );
}

/** The runs this one goes on from, and those that go on from it. */
export function RestartLinks({ run }: { readonly run: Run }) {
  const { t } = useTranslation();
  const { restartOf, restarts } = run;
  if (restartOf === null && restarts.length === 0) return null;
  const facts = ({ restartedBy, stepName, reason }: Restart) => ({
    who: actorText(restartedBy),
    step: stepName,
    reason,
  });
  return (
    <div className="restart-links">
      {restartOf === null ? null : (
        <p className="line">
          <span>{t('restart.of', facts(restartOf))}</span>
          <Link to={`/runs/${restartOf.restartOf}`}>{t('restart.ofLink')}</Link>
        </p>
      )}
      {restarts.map((restart) => (
        <p key={restart.runId} className="line">
          <span>{t('restart.later', facts(restart))}</span>
          <Link to={`/runs/${restart.runId}`}>{t('restart.laterLink', { key: restart.businessKey })}</Link>
        </p>
      ))}
    </div>
  );
}
