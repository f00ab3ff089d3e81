import { lastCompletedTradingDays } from '../../domain/calendar/index.ts';
import type { PortSampleRow } from '../../prisma/records/types.ts';
import type { CollectedDevice, CollectOutput } from './collect-devices.ts';
import type { PortState } from './drivers/port-state.ts';
import type { NetworkDeps } from './network-deps.ts';
import { samePort } from './push/same-port.ts';

/** What a verdict on one port is made of; the rule itself is the domain's. */
export interface PortEvidence {
  readonly live: PortState | undefined;
  readonly reachable: boolean;
  readonly deviceUpSinceMs: number | null;
  readonly protectedPort: boolean;
  /** Samples of the two last completed trading days; undefined where there is none. */
  readonly older: PortSampleRow | undefined;
  readonly newer: PortSampleRow | undefined;
}

/** Judges one port: `eligible` or the reason against it. */
export type JudgePort = (evidence: PortEvidence) => string;

export interface EligibilityOutput {
  readonly decidedAt: string;
  /** Older, newer. */
  readonly tradingDays: string[];
  readonly eligible: Array<{ device: string; port: string }>;
  readonly refused: Array<{ device: string; port: string; reason: string }>;
  readonly verdicts: Array<{ device: string; port: string; eligible: boolean; reason: string }>;
}

/** Gathers samples and inventory for the asked ports and lets the rule judge each. Port names may be abbreviated. */
export async function selectEligiblePorts(
  deps: NetworkDeps,
  judge: JudgePort,
  input: {
    readonly collected: CollectOutput;
    readonly ports: ReadonlyArray<{ readonly device: string; readonly port: string }>;
    readonly market: string;
  },
): Promise<EligibilityOutput> {
  const nowMs = deps.clock();
  const tradingDays = lastCompletedTradingDays(input.market, nowMs, 2);
  const verdicts: EligibilityOutput['verdicts'] = [];
  for (const { device, port } of input.ports) {
    const reason = judge(await gather(deps, input.collected, device, port, tradingDays));
    verdicts.push({ device, port, eligible: reason === 'eligible', reason });
  }
  return {
    decidedAt: new Date(nowMs).toISOString(),
    tradingDays,
    eligible: verdicts.filter((one) => one.eligible).map(({ device, port }) => ({ device, port })),
    refused: verdicts
      .filter((one) => !one.eligible)
      .map(({ device, port, reason }) => ({ device, port, reason })),
    verdicts,
  };
}

async function gather(
  deps: NetworkDeps,
  collected: CollectOutput,
  deviceName: string,
  port: string,
  tradingDays: readonly string[],
): Promise<PortEvidence> {
  const device = collected.devices.find((one: CollectedDevice) => one.device === deviceName);
  const row = await deps.records.devices.findByName(deviceName);
  const samples = await deps.records.devices.samples(deviceName, tradingDays);
  const sampleOf = (day: string | undefined): PortSampleRow | undefined =>
    samples.find((sample) => sample.tradingDay === day && samePort(sample.port, port));
  return {
    live: device?.ports.find((one) => samePort(one.port, port)),
    reachable: device?.reachable ?? false,
    deviceUpSinceMs: device?.upSince ? Date.parse(device.upSince) : null,
    protectedPort: row?.protectedPorts.some((name) => samePort(name, port)) ?? false,
    older: sampleOf(tradingDays[0]),
    newer: sampleOf(tradingDays[1]),
  };
}
