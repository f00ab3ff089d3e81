import { createAccessGrantRecords, createDelegationRecords } from './access.ts';
import { createApprovalRecords } from './approvals.ts';
import { createAuditRecords } from './audit.ts';
import { createBotRecords } from './bots.ts';
import { type Database, openDatabase, type RecordsOptions } from './database.ts';
import { createDeviceRecords } from './devices.ts';
import { createDraftRecords } from './drafts.ts';
import { createEffectRecords } from './effects.ts';
import { RecordConflict } from './errors.ts';
import { createEventRecords } from './events.ts';
import { createEvidenceRecords } from './evidence.ts';
import { createFlowRecords } from './flows.ts';
import { createHandOffRecords } from './hand-offs.ts';
import { createHealingRecords } from './healing.ts';
import { createListener } from './listen.ts';
import { createOutreachRecords } from './outreach.ts';
import { createPeopleRecords } from './people.ts';
import { createReconciliationRecords } from './reconciliation.ts';
import { createRestartRecords } from './restarts.ts';
import { createRunRecords } from './runs.ts';
import { createScriptRecords } from './scripts.ts';
import { createSubmissionRecords } from './submissions.ts';
import { createSwitchRecords } from './switches.ts';
import { createTimelineRecords } from './timeline.ts';
import { createTriggerRecords } from './triggers.ts';
import type { Records } from './types.ts';

export type { RecordsOptions } from './database.ts';
export { CursorError, RecordConflict } from './errors.ts';
export type { Records } from './types.ts';

/**
 * Opens the records on a migrated database (`prisma/migrate.ts`). Works as the role `afterbell_app`, which may read and append but not
 * change the audit trail. Connects on first use; close it last.
 */
export function openRecords(databaseUrl: string, options: RecordsOptions = {}): Records {
  const database = openDatabase(databaseUrl, options);
  const listener = createListener(databaseUrl, options);
  return {
    flows: createFlowRecords(database),
    runs: createRunRecords(database),
    restarts: createRestartRecords(database),
    timeline: createTimelineRecords(database),
    approvals: createApprovalRecords(database),
    delegations: createDelegationRecords(database),
    grants: createAccessGrantRecords(database),
    effects: createEffectRecords(database),
    devices: createDeviceRecords(database),
    windows: createWindowRecords(database),
    evidence: createEvidenceRecords(database),
    audit: createAuditRecords(database),
    people: createPeopleRecords(database),
    events: createEventRecords(database),
    healing: createHealingRecords(database),
    reconciliation: createReconciliationRecords(database),
    triggers: createTriggerRecords(database),
    outreach: createOutreachRecords(database),
    bots: createBotRecords(database),
    handOffs: createHandOffRecords(database),
    scripts: createScriptRecords(database),
    drafts: createDraftRecords(database),
    submissions: createSubmissionRecords(database),
    switches: createSwitchRecords(database),
    secrets: createSecretRecords(database),
    listen: listener.listen,
    close: async () => {
      await listener.close();
      await database.close();
    },
  };
}

function createWindowRecords({ prisma }: Database): Records['windows'] {
  return {
    put: async ({ name, ...row }) => {
      await prisma.changeWindow.upsert({ where: { name }, create: { ...row, name }, update: row });
    },
    find: async (name) => (await prisma.changeWindow.findUnique({ where: { name } })) ?? undefined,
    list: () => prisma.changeWindow.findMany({ orderBy: { name: 'asc' } }),
  };
}

/** Versions of a secret are never replaced: a run that names one gets that one. */
function createSecretRecords({ prisma, query }: Database): Records['secrets'] {
  return {
    put: async (name, version, ciphertext) => {
      const stored = await query(
        'INSERT INTO secret (name, version, ciphertext) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING version',
        [name, version, Buffer.from(ciphertext)],
      );
      if (stored.length === 0)
        throw new RecordConflict('secret-version-exists', `secret ${name} has a version ${version}`);
    },
    read: async (name, version) => {
      const [row] = await query('SELECT ciphertext FROM secret WHERE name = $1 AND version = $2', [
        name,
        version,
      ]);
      return row?.ciphertext instanceof Uint8Array ? row.ciphertext : undefined;
    },
    latest: async (name) => {
      const [row] = await query('SELECT max(version) AS version FROM secret WHERE name = $1', [name]);
      return typeof row?.version === 'number' ? row.version : undefined;
    },
    list: () =>
      prisma.secret.findMany({
        select: { name: true, version: true, createdAt: true },
        orderBy: [{ name: 'asc' }, { version: 'desc' }],
      }),
  };
}
