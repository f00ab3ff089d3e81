import type { LinkState } from './platform.ts';

/** Why a port may be changed or not. */
export const ELIGIBILITY_REASONS = [
  'eligible',
  'link-up',
  'flapped',
  'down-since-too-recent',
  'err-disabled',
  'no-optics',
  'no-history',
  'history-unproven',
  'protected-port',
  'neighbor-present',
  'channel-member',
  'mac-learned',
  'not-found',
  'unreachable',
] as const;
export type EligibilityReason = (typeof ELIGIBILITY_REASONS)[number];

/** A stored sample of a port at the close of a trading day. */
export interface PortSample {
  readonly sampledAt: Date;
  readonly link: LinkState;
  /** Cumulative; null where the device does not count. */
  readonly flapCount: number | null;
  readonly downSince: Date | null;
  readonly deviceUpSince: Date | null;
}

/** The live check of a port. */
export interface LivePort {
  readonly link: LinkState;
  /** ISO instant by our clock; null where the device does not tell. */
  readonly downSince: string | null;
  readonly flapCount: number | null;
  readonly macCount: number;
  readonly neighbor: string | null;
  readonly channelMember: boolean;
}

/** Everything a verdict on one port is made of. */
export interface PortEvidence {
  /** Undefined when the device does not list the port. */
  readonly live: LivePort | undefined;
  readonly reachable: boolean;
  /** Epoch milliseconds; null where the device does not tell. */
  readonly deviceUpSinceMs: number | null;
  readonly protectedPort: boolean;
  /** Sample of the older of the two last completed trading days; undefined when there is none. */
  readonly older: PortSample | undefined;
  readonly newer: PortSample | undefined;
}

/**
 * Decides whether a port has been idle for two trading days: both samples and the live check show no link, the flap counter has not
 * risen between them, and the device's own down-since (where it reports one) is earlier than the older sample. An administrative
 * shutdown is idleness; err-disabled and missing optics are faults. A device that started after the older sample, or a counter that
 * fell, proves nothing. The first reason that applies is the answer; `eligible` when none does.
 */
export function judgePort(evidence: PortEvidence): EligibilityReason {
  if (!evidence.reachable) return 'unreachable';
  const { live, older, newer } = evidence;
  if (!live) return 'not-found';
  return judgeNow(evidence, live) ?? judgeHistory(evidence, live, older, newer) ?? 'eligible';
}

function judgeNow(evidence: PortEvidence, live: LivePort): EligibilityReason | undefined {
  if (evidence.protectedPort) return 'protected-port';
  const link = judgeLink(live.link);
  if (link !== undefined) return link;
  if (live.neighbor !== null) return 'neighbor-present';
  if (live.channelMember) return 'channel-member';
  return live.macCount > 0 ? 'mac-learned' : undefined;
}

/** A state nobody could read is no proof of idleness. */
function judgeLink(link: LinkState): EligibilityReason | undefined {
  if (link === 'up') return 'link-up';
  if (link === 'err-disabled' || link === 'no-optics') return link;
  return link === 'unknown' ? 'history-unproven' : undefined;
}

function judgeHistory(
  evidence: PortEvidence,
  live: LivePort,
  older: PortSample | undefined,
  newer: PortSample | undefined,
): EligibilityReason | undefined {
  if (!older || !newer) return 'no-history';
  const olderMs = older.sampledAt.getTime();
  if (!Number.isFinite(olderMs) || newer.sampledAt.getTime() < olderMs) return 'history-unproven';
  const link = judgeLink(older.link) ?? judgeLink(newer.link);
  if (link !== undefined) return link;
  if (evidence.deviceUpSinceMs !== null && !(evidence.deviceUpSinceMs < olderMs)) return 'history-unproven';
  return (
    judgeFlaps([older.flapCount, newer.flapCount, live.flapCount]) ?? judgeDownSince(live, newer, olderMs)
  );
}

/** Counters oldest first; unknown ones are left out. A fall means a restart or a cleared counter. */
function judgeFlaps(counts: ReadonlyArray<number | null>): EligibilityReason | undefined {
  const known = counts.filter((count) => count !== null);
  const steps = known.slice(1).map((count, index) => count - (known[index] ?? count));
  if (steps.some((step) => step < 0)) return 'history-unproven';
  return steps.some((step) => step > 0) ? 'flapped' : undefined;
}

function judgeDownSince(live: LivePort, newer: PortSample, olderMs: number): EligibilityReason | undefined {
  const told = [
    live.downSince === null ? null : Date.parse(live.downSince),
    newer.downSince?.getTime() ?? null,
  ];
  for (const sinceMs of told) {
    if (sinceMs === null) continue;
    if (Number.isNaN(sinceMs)) return 'history-unproven';
    if (!(sinceMs < olderMs)) return 'down-since-too-recent';
  }
  return undefined;
}
