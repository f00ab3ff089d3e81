import { contentHash, type Json, isJsonObject } from '../../../domain/json.ts';
import type { FlowError } from '../../../engine/types.ts';
import type { ApprovalRow } from '../../../prisma/records/types.ts';
import { flowError } from '../network-deps.ts';
import type { PlannedPort, PushInput } from './push-types.ts';

/** Words that frame a port's lines; the driver sends them itself, so they are no part of what is compared. */
const FRAME =
  /^(?:configure terminal|conf t|system-view|interface .+|end|exit|quit|return|commit(?: .*)?|!|#)$/i;

/** The lines of a port that change it. */
export function bodyLines(lines: readonly string[]): string[] {
  return lines.map((line) => line.trim()).filter((line) => line !== '' && !FRAME.test(line));
}

/** Interfaces named by the frame of a port's lines: must be that port and nothing else. */
function foreignInterface(port: PlannedPort): string | undefined {
  for (const line of [...port.commands, ...port.inverse]) {
    const named = /^interface (.+)$/i.exec(line.trim())?.[1];
    if (named !== undefined && named.replace(/\s/g, '').toLowerCase() !== port.port.toLowerCase())
      return named;
  }
  return undefined;
}

/**
 * Why this plan must not be pushed, or undefined when it may: the bytes are what was approved (plan hash over the devices, approval's
 * content hash over the plan, the stored approval says approved), and each port's lines touch that port alone.
 */
export function refusePlan(input: PushInput, approval: ApprovalRow | undefined): FlowError | undefined {
  const { plan } = input;
  const refuse = (detail: string): FlowError =>
    flowError('approval-mismatch', 409, 'The approval does not cover this plan', detail);
  if (contentHash(plan.devices) !== plan.planHash)
    return refuse('the plan hash is not the hash of its devices');
  if (input.approval.decision !== 'approved') return refuse('the decision is not "approved"');
  if (!approval) return refuse('the approval is not on record');
  if (approval.status !== 'approved') return refuse(`the approval on record is ${approval.status}`);
  if (approval.contentHash !== input.approval.contentHash)
    return refuse('the approval on record has another content hash');
  if (contentHash(approval.content) !== approval.contentHash)
    return refuse('the approved content does not give its own hash');
  if (!covers(approval.content, plan)) return refuse('the approved content does not hold this plan');
  for (const device of plan.devices) {
    for (const port of device.ports) {
      const other = foreignInterface(port);
      if (other !== undefined)
        return refuse(`the lines of ${device.device} ${port.port} enter interface ${other}`);
      if (contentHash(port.preState) !== port.preStateHash)
        return refuse(`the pre-state of ${device.device} ${port.port} does not give its hash`);
    }
  }
  return undefined;
}

/** True when the approved content is this plan, or holds it as a member. */
function covers(content: Json, plan: PushInput['plan']): boolean {
  if (!isJsonObject(content)) return false;
  const same = (candidate: Json | undefined): boolean =>
    isJsonObject(candidate) &&
    candidate.planHash === plan.planHash &&
    contentHash(candidate.devices) === plan.planHash;
  return same(content) || Object.values(content).some(same);
}

/** Milliseconds of the window that are left; negative when it has closed or not opened yet. */
export function windowLeftMs(input: PushInput, nowMs: number): number {
  return nowMs < Date.parse(input.window.opensAt) ? -1 : Date.parse(input.window.closesAt) - nowMs;
}
