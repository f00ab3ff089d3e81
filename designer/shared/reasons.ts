import type { TFunction } from 'i18next';
import { zhCN } from '../i18n/zh-CN.ts';

type Reason = keyof typeof zhCN.reason;
type Outcome = keyof typeof zhCN.outcome;

/** A reason as `code` or `code: detail`. Only a known code has words; anything else is a detail of its own. */
export function reasonParts(reason: string): { readonly code: Reason | undefined; readonly detail: string } {
  const at = reason.indexOf(': ');
  const code = at < 0 ? reason : reason.slice(0, at);
  if (!Object.hasOwn(zhCN.reason, code)) return { code: undefined, detail: reason };
  return { code: code as Reason, detail: at < 0 ? '' : reason.slice(at + 2) };
}

/** Why a port may be changed or not, in words; an unknown reason is shown as it is. The detail of a known one stands apart (`reasonParts`). */
export function reasonText(t: TFunction, reason: string): string {
  const { code, detail } = reasonParts(reason);
  return code === undefined ? detail : t(`reason.${code}`);
}

/** What became of a port, in words. */
export function outcomeText(t: TFunction, outcome: string): string {
  return Object.hasOwn(zhCN.outcome, outcome) ? t(`outcome.${outcome as Outcome}`) : outcome;
}
