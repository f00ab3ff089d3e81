import { randomUUID } from 'node:crypto';
import type { Plan } from '../../engine/types.ts';
import type { Prisma, FlowVersion } from '../generated/client.ts';
import type { Database } from './database.ts';
import { RecordConflict } from './errors.ts';
import { cursorPoint, pageOfRows, rowsToRead } from './page.ts';
import type { FlowVersionRow, Page, PageOf, Records } from './types.ts';

/** Published flow versions. They are never changed: the role has no right to. */
export function createFlowRecords({ prisma, query }: Database): Records['flows'] {
  const newest = { orderBy: { ordinal: 'desc' } } as const;
  return {
    publishShipped: async (row) => {
      const data = { ...row, origin: 'shipped', plan: row.plan as unknown as Prisma.InputJsonValue };
      const inserted = await prisma.flowVersion.createManyAndReturn({
        data: [{ ...data, flowVersionId: randomUUID() }],
        skipDuplicates: true,
      });
      const [created] = inserted;
      if (created !== undefined) return toFlowVersion(created);
      const { flowName, version } = row;
      const existing = await prisma.flowVersion.findUnique({
        where: { flowName_version: { flowName, version } },
      });
      if (existing?.documentHash === row.documentHash) return toFlowVersion(existing);
      throw new RecordConflict(
        'flow-version-exists',
        `${flowName} ${version} is published with other content`,
      );
    },
    find: async (flowName, version) => {
      const where = version === undefined ? { flowName } : { flowName, version };
      const found = await prisma.flowVersion.findFirst({ where, ...newest });
      return found === null ? undefined : toFlowVersion(found);
    },
    byId: async (flowVersionId) => {
      const found = await prisma.flowVersion.findUnique({ where: { flowVersionId } });
      return found === null ? undefined : toFlowVersion(found);
    },
    versions: async (flowName) =>
      (await prisma.flowVersion.findMany({ where: { flowName }, ...newest })).map(toFlowVersion),
    list: (page) => listNewest({ prisma, query }, page),
  };
}

/** The newest version of every flow, by name. */
async function listNewest(
  { prisma, query }: Pick<Database, 'prisma' | 'query'>,
  page: Page,
): Promise<PageOf<FlowVersionRow>> {
  const rows = await query(
    `SELECT DISTINCT ON (flow_name) flow_version_id FROM flow_version
     WHERE flow_name > $1 ORDER BY flow_name, ordinal DESC LIMIT $2`,
    [cursorPoint(page)?.sort ?? '', rowsToRead(page)],
  );
  const ids = rows.map((row) => String(row.flow_version_id));
  const versions = await prisma.flowVersion.findMany({ where: { flowVersionId: { in: ids } } });
  const byId = new Map(versions.map((version) => [version.flowVersionId, toFlowVersion(version)]));
  const items = ids.flatMap((flowVersionId) => byId.get(flowVersionId) ?? []);
  return pageOfRows(items, page, (row) => ({ sort: row.flowName, tie: '' }));
}

function toFlowVersion({ ordinal: _ordinal, plan, ...row }: FlowVersion): FlowVersionRow {
  return { ...row, plan: plan as unknown as Plan, origin: row.origin as FlowVersionRow['origin'] };
}
