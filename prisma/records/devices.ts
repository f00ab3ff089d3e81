import { isJsonObject } from '../../domain/json.ts';
import type { Device } from '../generated/client.ts';
import type { Database, Row } from './database.ts';
import { cursorPoint, pageOfRows, rowsToRead } from './page.ts';
import { bigOf, textOf, timeOf, timeOrNull, wordOf } from './row.ts';
import type { DeviceRow, LinkState, PortSampleRow, Records } from './types.ts';

type Devices = Records['devices'];

/** Devices, the lease on each of them, and what their ports looked like at the close of trading days. */
export function createDeviceRecords(database: Database): Devices {
  const { prisma, query } = database;
  return {
    put: async (row) => {
      const { deviceId, name, attributes, protectedPorts, ...rest } = row;
      const data = { ...rest, attributes, protectedPorts: [...protectedPorts] };
      // The name identifies a device for people; its id stays when the rest is changed.
      const stored = await prisma.device.upsert({
        where: { name },
        create: { ...data, name, deviceId },
        update: data,
      });
      return toDevice(stored);
    },
    findByName: async (name) => {
      const found = await prisma.device.findUnique({ where: { name } });
      return found === null ? undefined : toDevice(found);
    },
    list: async (page) => {
      const found = await prisma.device.findMany({
        where: { name: { gt: cursorPoint(page)?.sort ?? '' } },
        orderBy: { name: 'asc' },
        take: rowsToRead(page),
      });
      return pageOfRows(found.map(toDevice), page, (row) => ({ sort: row.name, tie: '' }));
    },
    ...createLeases(query),
    putSamples: (rows) => putSamples(query, rows),
    samples: async (deviceName, tradingDays) => {
      const rows = await query(
        `SELECT *, trading_day::text AS day FROM port_sample
         WHERE device_name = $1 AND trading_day = ANY($2::date[]) ORDER BY trading_day, port`,
        [deviceName, tradingDays],
      );
      return rows.map(toSample);
    },
  };
}

/**
 * Leases by the clock of the database alone. Every acquisition takes a new fence, also one by the same holder: a retry fences its own
 * earlier attempt, which may still be alive.
 */
function createLeases(
  query: Database['query'],
): Pick<Devices, 'acquireLease' | 'renewLease' | 'releaseLease'> {
  return {
    acquireLease: async (deviceId, holder, ttlMs) => {
      const [row] = await query(
        `INSERT INTO device_lease AS lease (device_id, holder, fence, expires_at)
         VALUES ($1, $2, nextval('device_fence'), clock_timestamp() + $3 * interval '1 millisecond')
         ON CONFLICT (device_id) DO UPDATE
           SET holder = excluded.holder, fence = nextval('device_fence'),
               expires_at = clock_timestamp() + $3 * interval '1 millisecond'
           WHERE lease.expires_at <= clock_timestamp() OR lease.holder = excluded.holder
         RETURNING *`,
        [deviceId, holder, ttlMs],
      );
      if (row === undefined) return undefined;
      return { deviceId, holder, fence: bigOf(row, 'fence'), expiresAt: timeOf(row, 'expires_at') };
    },
    renewLease: async ({ deviceId, holder, fence }, ttlMs) => {
      const renewed = await query(
        `UPDATE device_lease SET expires_at = clock_timestamp() + $4 * interval '1 millisecond'
         WHERE device_id = $1 AND holder = $2 AND fence = $3 AND expires_at > clock_timestamp() RETURNING fence`,
        [deviceId, holder, fence.toString(), ttlMs],
      );
      return renewed.length === 1;
    },
    releaseLease: async ({ deviceId, holder, fence }) => {
      await query(
        `UPDATE device_lease SET expires_at = clock_timestamp()
         WHERE device_id = $1 AND holder = $2 AND fence = $3 AND expires_at > clock_timestamp()`,
        [deviceId, holder, fence.toString()],
      );
    },
  };
}

/** A seeded sample never replaces one that was taken from the device. */
async function putSamples(query: Database['query'], rows: readonly PortSampleRow[]): Promise<void> {
  const newest = new Map(
    rows.map((row) => [JSON.stringify([row.deviceName, row.port, row.tradingDay]), row]),
  );
  const samples = [...newest.values()];
  if (samples.length === 0) return;
  const column = (pick: (row: PortSampleRow) => unknown): unknown[] => samples.map(pick);
  await query(
    `INSERT INTO port_sample AS old (device_name, port, trading_day, sampled_at, link, flap_count, down_since, device_up_since,
                                     source)
     SELECT * FROM unnest($1::text[], $2::text[], $3::date[], $4::timestamptz[], $5::text[], $6::int[], $7::timestamptz[],
                          $8::timestamptz[], $9::text[])
     ON CONFLICT (device_name, port, trading_day) DO UPDATE SET
       sampled_at = excluded.sampled_at, link = excluded.link, flap_count = excluded.flap_count,
       down_since = excluded.down_since, device_up_since = excluded.device_up_since, source = excluded.source
     WHERE excluded.source <> 'seed' OR old.source = 'seed'`,
    [
      column((row) => row.deviceName),
      column((row) => row.port),
      column((row) => row.tradingDay),
      column((row) => row.sampledAt),
      column((row) => row.link),
      column((row) => row.flapCount),
      column((row) => row.downSince),
      column((row) => row.deviceUpSince),
      column((row) => row.source),
    ],
  );
}

function toSample(row: Row): PortSampleRow {
  return {
    deviceName: textOf(row, 'device_name'),
    port: textOf(row, 'port'),
    tradingDay: textOf(row, 'day'),
    sampledAt: timeOf(row, 'sampled_at'),
    link: wordOf<LinkState>(row, 'link'),
    flapCount: typeof row.flap_count === 'number' ? row.flap_count : null,
    downSince: timeOrNull(row, 'down_since'),
    deviceUpSince: timeOrNull(row, 'device_up_since'),
    source: wordOf<PortSampleRow['source']>(row, 'source'),
  };
}

function toDevice(row: Device): DeviceRow {
  return {
    ...row,
    platform: row.platform as DeviceRow['platform'],
    sshProfile: row.sshProfile as DeviceRow['sshProfile'],
    attributes: isJsonObject(row.attributes) ? row.attributes : {},
  };
}
