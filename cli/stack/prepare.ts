// What must be done once before the processes of a deployment start, and is harmless every time after: master key,
// migrations, change windows, Temporal's namespace and search attributes. Used by docker compose; prints one line each.
import { loadConfig, requireDatabaseUrl } from '../../platform/config.ts';
import { loadKeys } from '../../platform/keys.ts';
import { messageOf } from './failure.ts';
import { runNode } from './processes.ts';
import { ROOT } from './root.ts';
import { prepareNamespace } from './temporal-server.ts';
import { waitForTemporal } from './temporal.ts';

const TEMPORAL_LIMIT_MS = 120_000;

try {
  const config = loadConfig(process.env);
  requireDatabaseUrl(config);
  if (loadKeys(config.paths.masterKeyFile, { create: true }).wasCreated) {
    console.log(`master key: made ${config.paths.masterKeyFile}; keep a copy of it in a safe place`);
  }
  await runNode(ROOT, 'prisma/generate.mjs', [], process.env);
  await runNode(ROOT, 'cli/stack/migrate.mjs', [], process.env);
  console.log('database: migrated');
  await runNode(ROOT, 'api/set-up.ts', ['base'], process.env, '{}');
  console.log('change windows: there');
  await waitForTemporal(config.temporalAddress, 'temporal-system', TEMPORAL_LIMIT_MS);
  await prepareNamespace(config.temporalAddress, config.temporalNamespace);
  console.log(`Temporal: namespace ${config.temporalNamespace} at ${config.temporalAddress}`);
} catch (thrown) {
  console.error(`prepare: ${messageOf(thrown)}`);
  process.exitCode = 1;
}
