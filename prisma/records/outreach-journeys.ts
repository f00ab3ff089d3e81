import type { Database } from './database.ts';
import { toJourneyVersion } from './outreach-rows.ts';
import type { JourneyEntryRow, JourneyVersionRow, OutreachRecords } from './outreach-types.ts';
import { textOf, wholeOf } from './row.ts';

type Query = Database['query'];
type Journeys = Pick<OutreachRecords, 'publishJourney' | 'journeys' | 'journeyVersion' | 'pauseJourney'>;

const NEWEST = `SELECT DISTINCT ON (journey_version.journey) journey_version.*, title, paused_by
  FROM journey_version JOIN journey USING (journey)`;

/** Journeys and their versions. */
export function createJourneyRecords(database: Database): Journeys {
  const { query } = database;
  return {
    publishJourney: (journey, title, rules, publishedBy) =>
      database.transaction(async (inside) => {
        await inside(
          'INSERT INTO journey (journey, title) VALUES ($1, $2) ON CONFLICT (journey) DO UPDATE SET title = excluded.title',
          [journey, title],
        );
        await inside('SELECT journey FROM journey WHERE journey = $1 FOR UPDATE', [journey]);
        await inside(
          `INSERT INTO journey_version (journey, version, rules, published_by)
           SELECT $1, COALESCE(max(version), 0) + 1, $2::json, $3 FROM journey_version WHERE journey = $1`,
          [journey, JSON.stringify(rules), publishedBy],
        );
        const [row] = await inside(`${NEWEST} WHERE journey = $1 ORDER BY journey, version DESC`, [journey]);
        if (row === undefined) throw new Error(`journey ${journey} was not stored`);
        return toJourneyVersion(row);
      }),
    journeys: async () => (await query(`${NEWEST} ORDER BY journey, version DESC`)).map(toJourneyVersion),
    journeyVersion: async (journey, version) => {
      const [row] = await query(
        `SELECT journey_version.*, title, paused_by FROM journey_version JOIN journey USING (journey)
         WHERE journey = $1 AND version = $2`,
        [journey, version],
      );
      return row === undefined ? undefined : toJourneyVersion(row);
    },
    pauseJourney: async (journey, pausedBy) => {
      const rows = await query(
        `UPDATE journey SET paused_by = $2, paused_at = CASE WHEN $2::text IS NULL THEN NULL ELSE now() END
         WHERE journey = $1 RETURNING journey`,
        [journey, pausedBy],
      );
      return rows.length > 0;
    },
  };
}

/** The newest version of each journey these stalls ask for. */
export async function newestJourneys(
  inside: Query,
  stalls: ReadonlyArray<{ readonly journey: string }>,
): Promise<Map<string, JourneyVersionRow>> {
  const rows = await inside(`${NEWEST} WHERE journey = ANY($1::text[]) ORDER BY journey, version DESC`, [
    [...new Set(stalls.map((stall) => stall.journey))],
  ]);
  return new Map(rows.map((row) => [textOf(row, 'journey'), toJourneyVersion(row)]));
}

/** Versions by `journey/version`, for the entries that stay on them. */
export async function versionsOf(
  inside: Query,
  entries: readonly JourneyEntryRow[],
): Promise<Map<string, JourneyVersionRow>> {
  const rows = await inside(
    `SELECT journey_version.*, title, paused_by FROM journey_version JOIN journey USING (journey)
     WHERE (journey, version) IN (SELECT * FROM unnest($1::text[], $2::int[]))`,
    [entries.map((entry) => entry.journey), entries.map((entry) => entry.version)],
  );
  return new Map(
    rows.map((row) => [`${textOf(row, 'journey')}/${wholeOf(row, 'version')}`, toJourneyVersion(row)]),
  );
}
