import Type from 'typebox';
import { findCaller, requirePermission } from '../caller.ts';
import { ApiProblem, notFound } from '../problem.ts';
import { rawBodyOf } from '../raw-body.ts';
import { defineRoute } from '../route.ts';
import { checkSignature, receiveWebhook, secretRefs } from '../triggers/webhook.ts';
import { nameSchema } from './common.ts';

/** Where other systems start flows by webhook. */
export const hookRoutes = [
  defineRoute({
    method: 'POST',
    url: '/hooks/triggers/:name',
    // The signature over the body is the sign-in; without secrets the trigger asks for a token.
    permission: 'public',
    summary:
      'Fire a webhook trigger: JSON, Alertmanager or CloudEvents as the trigger says; signed after Standard Webhooks, or with a token where it names no secret',
    params: Type.Object({ name: nameSchema }),
    handle: async ({ params, request }, deps) => {
      const trigger = await deps.records.triggers.find(params.name);
      if (trigger?.kind !== 'webhook') throw notFound('webhook trigger', params.name);
      const received = { headers: request.headers, raw: rawBodyOf(request) };
      if (secretRefs(trigger.settings).length > 0) await checkSignature(deps, trigger, received);
      else {
        const caller = await findCaller(request, deps.records, deps.clock());
        // A cookie is no sign-in here: another site could send it.
        if (caller === undefined || caller.csrfToken !== null)
          throw new ApiProblem(401, 'not-signed-in', 'Send a token as “Authorization: Bearer abt_…”.');
        requirePermission(caller, 'event.publish');
      }
      return { status: 202, body: { items: await receiveWebhook(deps, trigger, received) } };
    },
  }),
];
