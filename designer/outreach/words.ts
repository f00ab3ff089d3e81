import type { TFunction } from 'i18next';
import type { StateName } from '../theme.ts';
import { outreachZh } from '../i18n/outreach.ts';
import type { CallTask } from './desk-api.ts';

const has = <Words extends object>(words: Words, key: string): key is Extract<keyof Words, string> =>
  Object.hasOwn(words, key);

/** A step in words; the steps of a journey somebody else published are shown by their name. */
export function stepText(t: TFunction, step: string): string {
  return has(outreachZh.steps, step) ? t(`outreach.steps.${step}`) : step;
}

/** Why something ended, in words; an unknown reason as it is. */
export function reasonText(t: TFunction, reason: string): string {
  return has(outreachZh.reasons, reason) ? t(`outreach.reasons.${reason}`) : reason;
}

/** How an entry ended, in words. */
export function endText(t: TFunction, status: string): string {
  return has(outreachZh.endedAs, status) ? t(`outreach.endedAs.${status}`) : status;
}

/** What a person in a call must know now. */
export function noticeText(t: TFunction, notice: string): string {
  return notice !== 'other' && has(outreachZh.notice, notice)
    ? t(`outreach.notice.${notice}`)
    : t('outreach.notice.other', { reason: reasonText(t, notice) });
}

/** State of a call task. */
export const TASK_STATES: Readonly<Record<CallTask['status'], StateName>> = {
  open: 'needsPerson',
  calling: 'running',
  done: 'done',
  cancelled: 'cancelled',
};
