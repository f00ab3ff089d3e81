import type { PlannedDevice, SwitchPortPlan } from '../../domain/network/switch-port-plan.ts';

/** An approval as the API sends it (times as RFC 3339 text). */
export interface ApprovalView {
  readonly approvalId: string;
  readonly runId: string;
  readonly title: string;
  readonly content: Readonly<Record<string, unknown>>;
  readonly contentHash: string;
  readonly rule: 'any' | 'all';
  readonly candidates: readonly string[];
  readonly requesterId: string;
  readonly authorId: string;
  readonly status: 'open' | 'approved' | 'refused' | 'expired' | 'cancelled' | 'voided';
  readonly openedAt: string;
  readonly deadlineAt: string | null;
  readonly closedAt: string | null;
}

/** A decision as the API sends it. */
export interface DecisionView {
  readonly decisionId: string;
  readonly personId: string;
  readonly decision: 'approve' | 'refuse';
  readonly comment: string;
  readonly decidedAt: string;
  readonly acknowledgedAt: string | null;
}

/** One approval with everything its card shows. */
export interface ApprovalDetail extends ApprovalView {
  readonly decisions: readonly DecisionView[];
  readonly run: {
    readonly runId: string;
    readonly flowName: string;
    readonly flowVersion: string;
    readonly businessKey: string | null;
    readonly status: string;
    readonly input: unknown;
  } | null;
  readonly mayDecide: boolean;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isLines(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((line) => typeof line === 'string');
}

function isPort(value: unknown): boolean {
  if (!isRecord(value) || typeof value['port'] !== 'string') return false;
  const { diff } = value;
  return (
    isLines(value['commands']) &&
    isLines(value['inverse']) &&
    Array.isArray(diff) &&
    diff.every((line) => isRecord(line) && typeof line['line'] === 'string')
  );
}

function isDevice(value: unknown): value is PlannedDevice {
  return (
    isRecord(value) &&
    typeof value['device'] === 'string' &&
    typeof value['platform'] === 'string' &&
    Array.isArray(value['ports']) &&
    value['ports'].every(isPort)
  );
}

function isSkipped(value: unknown): boolean {
  return isRecord(value) && ['device', 'port', 'reason'].every((member) => typeof value[member] === 'string');
}

/** The switch-port plan of a content; undefined for any other content, which is then shown as facts, so nothing is ever hidden. */
export function planOf(content: Readonly<Record<string, unknown>>): SwitchPortPlan | undefined {
  const { devices, skipped, planHash, planId, scriptText, ...others } = content;
  if (Object.keys(others).length > 0) return undefined;
  if (!Array.isArray(devices) || !devices.every(isDevice)) return undefined;
  if (!Array.isArray(skipped) || !skipped.every(isSkipped)) return undefined;
  if (typeof planHash !== 'string' || typeof planId !== 'string' || typeof scriptText !== 'string')
    return undefined;
  return { devices, skipped: skipped as SwitchPortPlan['skipped'], planHash, planId, scriptText };
}

/** What a plan changes: devices, ports, and lines that are added and removed. */
export function countChanges(plan: Pick<SwitchPortPlan, 'devices'>): {
  readonly devices: number;
  readonly ports: number;
  readonly added: number;
  readonly removed: number;
} {
  const ports = plan.devices.flatMap((device) => device.ports);
  const lines = ports.flatMap((port) => port.diff);
  return {
    devices: plan.devices.length,
    ports: ports.length,
    added: lines.filter((line) => line.mark === '+').length,
    removed: lines.filter((line) => line.mark === '-').length,
  };
}

/** One leaf of a content: the path as people read it and its text. */
export interface Fact {
  readonly path: string;
  readonly text: string;
}

/** Every leaf of a content in order, also empty ones: a decider sees all that the hash covers. */
export function factsOf(content: unknown, path = ''): Fact[] {
  if (Array.isArray(content)) {
    if (content.length === 0) return [{ path, text: '[]' }];
    return content.flatMap((item, index) => factsOf(item, `${path}[${index + 1}]`));
  }
  if (isRecord(content)) {
    const entries = Object.entries(content);
    if (entries.length === 0) return [{ path, text: '{}' }];
    return entries.flatMap(([name, value]) => factsOf(value, path === '' ? name : `${path}.${name}`));
  }
  return [{ path, text: typeof content === 'string' ? content : (JSON.stringify(content) ?? '') }];
}

/** The first 12 characters of a hash: what people compare by eye. */
export function shortHash(hash: string): string {
  return hash.slice(0, 12);
}

/** Why the signed-in person sees no buttons; undefined when they may decide. */
export type Standing = 'closed' | 'decided' | 'requester' | 'author' | 'not-asked';

/** Where the signed-in person stands to an approval, in the order the API judges it. */
export function standingOf(approval: ApprovalDetail, personId: string | null): Standing | undefined {
  if (personId !== null && approval.decisions.some((decision) => decision.personId === personId))
    return 'decided';
  if (approval.status !== 'open') return 'closed';
  if (approval.mayDecide) return undefined;
  if (personId !== null && personId === approval.requesterId) return 'requester';
  if (personId !== null && personId === approval.authorId) return 'author';
  return 'not-asked';
}

/** Why the request was made, when the run's input says so. */
export function requestReason(input: unknown): string | undefined {
  const reason = isRecord(input) ? input['reason'] : undefined;
  return typeof reason === 'string' && reason !== '' ? reason : undefined;
}
