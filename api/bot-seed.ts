import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts';
import { publishBot } from './bots.ts';
import type { AppDependencies } from './dependencies.ts';

/** A system the demo's bots read: where it is and how to sign in. */
export interface DemoSystem {
  readonly baseUrl: string;
  readonly username: string;
  readonly password: string;
}

/** The systems by the first word of their bot: `counter` is read by `counter-positions`. */
export type DemoSystems = Readonly<Record<string, DemoSystem>>;

/** Publishes the shipped bots with the demo's addresses as defaults, and stores the logins as `bot/<system>#v1`. */
export async function seedBots(
  { records, secrets }: Pick<AppDependencies, 'records' | 'secrets'>,
  flowsFolder: string,
  systems: DemoSystems,
  publishedBy: string,
): Promise<void> {
  const folder = path.join(flowsFolder, 'bots');
  const files = (await readdir(folder)).filter((file) => file.endsWith('.json')).sort();
  for (const file of files) {
    const script = JSON.parse(await readFile(path.join(folder, file), 'utf8')) as Json;
    const system = systems[file.split('-')[0] ?? ''];
    if (!isJsonObject(script) || system === undefined) continue;
    await publishBot(records, withAddress(script, system.baseUrl), publishedBy);
  }
  for (const [name, { username, password }] of Object.entries(systems)) {
    const secret = `bot/${name}`;
    await records.secrets.put(secret, 1, secrets.seal(secret, 1, JSON.stringify({ username, password })));
  }
}

function withAddress(script: JsonObject, baseUrl: string): JsonObject {
  const params = Array.isArray(script.params) ? script.params : [];
  return {
    ...script,
    params: params.map((param) =>
      isJsonObject(param) && param.name === 'baseUrl' ? { ...param, default: baseUrl } : param,
    ),
  };
}
