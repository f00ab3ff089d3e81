import { sleep } from '@temporalio/workflow';
import {
  isWindowOpen,
  nextWindow,
  type WindowRule,
  type WindowSpan,
  windowAt,
} from '../../domain/calendar/index.ts';
import { isJsonObject, type Json } from '../../domain/json.ts';
import { parseDuration } from '../../engine/index.ts';
import type { FlowError } from '../../engine/types.ts';
import { runFailure } from '../failures.ts';
import type { PrimitiveState } from '../messages.ts';
import { driverActivities } from './activities.ts';
import type { PrimitiveCall } from './primitive.ts';

const DEFAULT_APPROVAL_VALID_MS = 24 * 3_600_000;

/**
 * Waits until the named window is open with enough time left. A window that was missed or is too far gone waits for the next one
 * while the approval still holds when that opens; otherwise the step ends with `window-missed`. Re-entrant.
 */
export async function runChangeWindow(
  call: PrimitiveCall,
  saved: Extract<PrimitiveState, { kind: 'change-window' }> | undefined,
): Promise<Json> {
  const input = isJsonObject(call.input) ? call.input : {};
  const name = typeof input.name === 'string' ? input.name : '';
  const rule = saved?.rule ?? (await call.inFlight(() => driverActivities.findChangeWindow({ name })));
  call.save({ kind: 'change-window', rule });
  const holdsUntilMs = approvalHoldsUntil(input);
  for (;;) {
    const span = windowAt(rule, Date.now());
    if (span !== undefined && isWindowOpen(rule, Date.now())) return answer(name, span);
    const next = followingWindow(rule, call.context.pointer);
    if (next.opensAtMs > holdsUntilMs) throw runFailure(missed(name, next, call.context.pointer));
    call.waiting();
    await sleep(Math.max(1, next.opensAtMs - Date.now()));
  }
}

function answer(name: string, span: WindowSpan): Json {
  const iso = (ms: number) => new Date(ms).toISOString();
  return {
    name,
    opensAt: iso(span.opensAtMs),
    closesAt: iso(span.closesAtMs),
    lastStartAt: iso(span.lastStartAtMs),
  };
}

/** An unpublished calendar year stops the run with the reason instead of guessing. */
function followingWindow(rule: WindowRule, pointer: string): WindowSpan {
  try {
    return nextWindow(rule, Date.now());
  } catch (error) {
    throw runFailure(
      windowError(
        'window-unknown',
        'Change window unknown',
        error instanceof Error ? error.message : 'no window',
        pointer,
      ),
    );
  }
}

function approvalHoldsUntil(input: { readonly [key: string]: Json }): number {
  const { approval } = input;
  if (!isJsonObject(approval) || typeof approval.decidedAt !== 'string') return Number.POSITIVE_INFINITY;
  const validMs = typeof input.approvalValid === 'string' ? parseDuration(input.approvalValid) : undefined;
  return Date.parse(approval.decidedAt) + (validMs ?? DEFAULT_APPROVAL_VALID_MS);
}

function missed(name: string, next: WindowSpan, pointer: string): FlowError {
  const opens = new Date(next.opensAtMs).toISOString();
  return windowError(
    'window-missed',
    'Window missed',
    `the next window “${name}” opens at ${opens}, when the approval no longer holds`,
    pointer,
  );
}

function windowError(slug: string, title: string, detail: string, instance: string): FlowError {
  return { type: `https://afterbell.example/errors/${slug}`, status: 409, title, detail, instance };
}
