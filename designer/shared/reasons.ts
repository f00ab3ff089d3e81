import type { TFunction } from 'i18next';
import { zhCN } from '../i18n/zh-CN.ts';

type Reason = keyof typeof zhCN.reason;
type Outcome = keyof typeof zhCN.outcome;

/** Why a port may be changed or not, in words; an unknown reason is shown as it is. */
export function reasonText(t: TFunction, reason: string): string {
  return Object.hasOwn(zhCN.reason, reason) ? t(`reason.${reason as Reason}`) : reason;
}

/** What became of a port, in words. */
export function outcomeText(t: TFunction, outcome: string): string {
  return Object.hasOwn(zhCN.outcome, outcome) ? t(`outcome.${outcome as Outcome}`) : outcome;
}
