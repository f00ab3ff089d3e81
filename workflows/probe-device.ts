import { proxyActivities } from '@temporalio/workflow';
import type { Json } from '../domain/json.ts';

/** Logs in to a device from a worker of its zone and reports what was seen; changes nothing. */
export async function probeDevice({
  deviceName,
  zone,
}: {
  readonly deviceName: string;
  readonly zone: string;
}): Promise<Json> {
  const { probeDevice: probe } = proxyActivities<{
    probeDevice(call: { readonly device: string }): Promise<Json>;
  }>({
    taskQueue: `net-${zone}`,
    startToCloseTimeout: '45 seconds',
    scheduleToCloseTimeout: '50 seconds',
    retry: { maximumAttempts: 1 },
  });
  return probe({ device: deviceName });
}
