import { Context } from '@temporalio/activity';
import { createHttpActivity } from '../activities/general/http.ts';
import type { HttpDependencies } from '../activities/general/http-request.ts';
import { createOpenapiActivity } from '../activities/general/openapi.ts';
import type { EgressClient } from '../platform/egress.ts';
import { createVault, parseSecretReference, resolveSecret, SecretUnavailable } from '../platform/vault.ts';
import type { WorkerParts } from './create-worker.ts';

/**
 * `call: http` and `call: openapi` of a worker. A secret is named as a document does, which means its latest version, or with a version
 * (`name#v2`).
 */
export function createHttp({ keys, records }: Pick<WorkerParts, 'keys' | 'records'>, egress: EgressClient) {
  const vault = createVault(keys);
  const dependencies: HttpDependencies = {
    egress,
    resolveText: async (name) => {
      if (parseSecretReference(name) !== undefined)
        return (await resolveSecret(vault, records.secrets, name)).reveal();
      const version = await records.secrets.latest(name);
      if (version === undefined) throw new SecretUnavailable(`secret “${name}” is not stored`);
      return (await resolveSecret(vault, records.secrets, `${name}#v${version}`)).reveal();
    },
    currentTask: () => {
      const context = Context.current();
      return { heartbeat: () => context.heartbeat(), signal: context.cancellationSignal };
    },
  };
  return {
    callHttp: createHttpActivity(dependencies),
    callOpenapi: createOpenapiActivity(dependencies),
  };
}
