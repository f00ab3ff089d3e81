import { type ReportedAlarm, serviceNamed } from '../domain/healing/alarms.ts';
import { sha256Hex } from '../domain/json.ts';
import type { IncidentRow } from '../prisma/records/healing-types.ts';
import { acceptRun } from './accept-run.ts';
import type { AppDependencies } from './dependencies.ts';

/** True when the alarm is new. The incident it opens gets the run of its playbook; a run that cannot start is told on the incident. */
export async function takeAlarm(
  deps: AppDependencies,
  alarm: ReportedAlarm,
  actor: string,
): Promise<boolean> {
  const { incident, opened, isNew } = await deps.records.healing.takeAlarm(alarm, serviceNamed(alarm.labels));
  // A repeat of a report whose answer was lost finds the incident without its run.
  if (incident !== undefined && (opened || (incident.runId === null && incident.status === 'open')))
    await startPlaybook(deps, incident, actor);
  return isNew;
}

async function startPlaybook(deps: AppDependencies, incident: IncidentRow, actor: string): Promise<void> {
  const { healing, flows, runs } = deps.records;
  const playbook = (await healing.playbooks()).find((row) => row.playbook === incident.playbook);
  const version = playbook === undefined ? undefined : await flows.find(playbook.flowName);
  if (version === undefined) {
    await healing.note(incident.incidentId, {
      kind: 'escalated',
      text: `the playbook “${incident.playbook}” has no published flow`,
      detail: {},
    });
    await healing.end(incident.incidentId, 'escalated');
    return;
  }
  const runId = sha256Hex(`incident\n${incident.incidentId}`).slice(0, 32);
  if ((await runs.find(runId)) === undefined)
    await acceptRun(deps, {
      version,
      runId,
      businessKey: `incident/${incident.incidentId}`,
      input: { incidentId: incident.incidentId, service: incident.serviceName, title: incident.title },
      requestedBy: actor,
    });
  await healing.setRun(incident.incidentId, runId);
}
