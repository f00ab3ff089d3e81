import { expectedValuesOf, keySourcesOf, keyValuesOf } from '../../engine/index.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { EventRoute } from '../../engine/types.ts';
import type { EventRow } from '../../prisma/records/event-types.ts';
import type { Records } from '../../prisma/records/types.ts';
import type { DriverActivities } from '../../workflows/primitives/activities.ts';

const PAGE = 500;
/** Early events one listen task is given; far above what a run misses between its start and the task. */
const MOST_EARLY = 1_000;

/** Hands events between runs and the event store. */
export function createEventActivities({
  records,
}: {
  readonly records: Pick<Records, 'events'>;
}): Pick<DriverActivities, 'openEventWait' | 'emitEvent'> {
  return {
    async openEventWait({ runId, workflowId, commandId, routes, openCommands }) {
      // Written before the look back: an event that comes in between is seen by one of the two.
      await records.events.openWait(
        { runId, workflowId },
        commandId,
        routes.map((route) => ({
          type: route.type,
          keySources: keySourcesOf(route),
          keyValues: expectedValuesOf(route),
        })),
        openCommands,
      );
      return { events: await earlyEvents(records, runId, routes) };
    },

    async emitEvent({ context, event }) {
      const text = (key: string): string | null => {
        const value = event[key];
        return typeof value === 'string' ? value : null;
      };
      await records.events.accept([
        {
          source: text('source') ?? '',
          eventId: text('id') ?? '',
          type: text('type') ?? '',
          subject: text('subject'),
          envelope: event,
          receivedBy: `run:${context.runId}`,
        },
      ]);
    },
  };
}

async function earlyEvents(
  records: Pick<Records, 'events'>,
  runId: string,
  routes: readonly EventRoute[],
): Promise<JsonObject[]> {
  const types = routes.map((route) => route.type);
  const named = types.filter((type): type is string => type !== null);
  const early: JsonObject[] = [];
  let after = 0n;
  for (;;) {
    const page = await records.events.since(runId, named.length < types.length ? null : named, after, PAGE);
    for (const row of page) {
      if (routes.some((route) => mayMatter(route, row))) early.push(row.envelope);
      if (early.length === MOST_EARLY) return early;
    }
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return early;
    after = last.sequence;
  }
}

function mayMatter(route: EventRoute, row: EventRow): boolean {
  if (route.type !== null && route.type !== row.type) return false;
  return keyValuesOf(keySourcesOf(route), row.envelope, row.receivedAt.getTime()) === expectedValuesOf(route);
}
