import { fileURLToPath } from 'node:url';
import type { Config } from '../platform/config.ts';
import { type Keys, opaque } from '../platform/keys.ts';
import type { Logger } from '../platform/log.ts';
import { createVault, resolveSecret } from '../platform/vault.ts';
import type { Records } from '../prisma/records/types.ts';
import type { AppDependencies, FlowClient } from './dependencies.ts';

/** Folder of the built pages. */
export const PAGES_FOLDER = fileURLToPath(new URL('../designer/dist', import.meta.url));

/** Puts the parts of a process together as the app wants them. */
export function dependenciesOf(parts: {
  readonly config: Config;
  readonly keys: Keys;
  readonly records: Records;
  readonly flowClient: FlowClient;
  readonly log: Logger;
  readonly queues?: AppDependencies['queues'];
}): AppDependencies {
  const { config, keys, records, flowClient, log } = parts;
  const vault = createVault(keys);
  return {
    records,
    flowClient,
    secrets: vault,
    webhookSecret: async (reference) => {
      if (!reference.startsWith('webhook/')) throw new Error(`“${reference}” is not the secret of a webhook`);
      return (await resolveSecret(vault, records.secrets, reference)).reveal();
    },
    opaque: (text) => opaque(keys, text),
    log,
    queues: parts.queues ?? null,
    clock: Date.now,
    settings: {
      publicUrl: config.publicUrl,
      sessionHours: config.sessionHours,
      secureCookie: config.isCookieSecure,
      timeZone: config.timeZone,
      pagesFolder: PAGES_FOLDER,
      signInAttemptsPerMinute: config.signInPerMinute,
    },
  };
}
