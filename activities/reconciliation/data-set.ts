import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { columnsOf, type Position, type PositionColumns } from '../../domain/reconciliation/position.ts';
import type { Records } from '../../prisma/records/types.ts';

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/** Where a set of positions stands: in the payload storage, never in the history of a run. */
export interface DataSetRef {
  readonly sha256: string;
  readonly rows: number;
}

type Storage = Pick<Records['evidence'], 'putPayload' | 'readPayload'>;

/** Stores positions, compressed; the same positions get the same reference. */
export async function storePositions(storage: Storage, positions: readonly Position[]): Promise<DataSetRef> {
  const { sha256 } = await storage.putPayload(await pack(JSON.stringify(positions)));
  return { sha256, rows: positions.length };
}

/** Reads a set of positions as columns. Throws when it is gone. */
export async function readColumns(storage: Storage, ref: DataSetRef): Promise<PositionColumns> {
  return columnsOf(await readPositionRows(storage, ref));
}

/** Reads a set of positions. Throws when it is gone. */
export async function readPositionRows(storage: Storage, { sha256 }: DataSetRef): Promise<Position[]> {
  return (await readJson(storage, sha256)) as Position[];
}

/** Stores any value as compressed JSON. */
export async function storeJson(storage: Storage, value: unknown): Promise<string> {
  return (await storage.putPayload(await pack(JSON.stringify(value)))).sha256;
}

/** Reads what `storeJson` stored. Throws when it is gone. */
export async function readJson(storage: Storage, sha256: string): Promise<unknown> {
  const content = await storage.readPayload(sha256);
  if (content === undefined) throw new Error(`the data set ${sha256} is not in the storage any more`);
  return JSON.parse((await unpack(content)).toString('utf8')) as unknown;
}
