import { useTranslation } from 'react-i18next';
import type { ApprovalStatus, RunStatus } from '../api/types.ts';
import type { StateName } from '../theme.ts';
import { Icon, type IconName } from './icons.tsx';

const ICONS: Readonly<Record<StateName, IconName>> = {
  needsPerson: 'hand',
  waiting: 'hourglass',
  running: 'dot',
  done: 'check',
  rolledBack: 'undo',
  failed: 'cross',
  unknown: 'question',
  late: 'clockBar',
  skipped: 'dash',
  refused: 'barredHand',
  cancelled: 'square',
  paused: 'bars',
  rehearsal: 'mask',
};

/** A state: icon, word and colour together. `word` says it more exactly than the state's own word. */
export function State({ name, word }: { readonly name: StateName; readonly word?: string }) {
  const { t } = useTranslation();
  return (
    <span className="state" data-state={name}>
      <Icon name={ICONS[name]} />
      <span>{word ?? t(`state.${name}`)}</span>
    </span>
  );
}

const ROLLED_BACK = 'https://afterbell.example/errors/rolled-back';
const REFUSED = 'https://afterbell.example/errors/refused';

/** State of a run. `needsPerson` when an approval of it is open. */
export function runState(
  run: { readonly status: RunStatus; readonly error: { readonly type: string } | null },
  needsPerson: boolean,
): StateName {
  switch (run.status) {
    case 'accepted':
      return 'waiting';
    case 'running':
    case 'waiting':
      return needsPerson ? 'needsPerson' : run.status;
    case 'completed':
      return 'done';
    case 'cancelled':
      return 'cancelled';
    case 'failed':
      return run.error?.type === ROLLED_BACK
        ? 'rolledBack'
        : run.error?.type === REFUSED
          ? 'refused'
          : 'failed';
  }
}

const STEP_STATES: Readonly<Record<string, StateName>> = {
  running: 'running',
  waiting: 'waiting',
  completed: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
  skipped: 'skipped',
};

/** State of a step; a word we do not know is shown as unknown, never as done. */
export function stepState(status: string, isApproval: boolean): StateName {
  if (isApproval && (status === 'waiting' || status === 'running')) return 'needsPerson';
  return STEP_STATES[status] ?? 'unknown';
}

const APPROVAL_STATES: Readonly<Record<ApprovalStatus, StateName>> = {
  open: 'needsPerson',
  approved: 'done',
  refused: 'refused',
  returned: 'rolledBack',
  withdrawn: 'cancelled',
  expired: 'late',
  cancelled: 'cancelled',
  voided: 'cancelled',
};

/** State of an approval with its own word. */
export function ApprovalState({ status }: { readonly status: ApprovalStatus }) {
  const { t } = useTranslation();
  const words: Partial<Record<ApprovalStatus, string>> = {
    approved: t('state.approved'),
    returned: t('state.returned'),
    withdrawn: t('state.withdrawn'),
    expired: t('state.expired'),
    voided: t('state.voided'),
  };
  const word = words[status];
  return <State name={APPROVAL_STATES[status]} {...(word === undefined ? {} : { word })} />;
}
