import Type from 'typebox';
import { isJsonObject, type Json } from '../../domain/json.ts';
import { BotScriptRefused, publishBot } from '../bots.ts';
import { ApiProblem, notFound } from '../problem.ts';
import { defineRoute } from '../route.ts';

const botParams = Type.Object({
  name: Type.String({ pattern: '^[a-z][a-z0-9-]{0,59}$' }),
  version: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
});

/** Browser bots as data: published versions never change, a run names one. */
export const botRoutes = [
  defineRoute({
    method: 'GET',
    url: '/v1/bots',
    permission: 'flow.read',
    summary: 'Newest version of every bot',
    handle: async (_request, { records }) => ({
      status: 200,
      body: { items: (await records.bots.list()).map(({ script: _script, ...bot }) => bot) },
    }),
  }),
  defineRoute({
    method: 'GET',
    url: '/v1/bots/:name/:version',
    permission: 'flow.read',
    summary: 'One version of a bot with its script',
    params: botParams,
    handle: async ({ params }, { records }) => {
      const bot = await records.bots.find(params.name, params.version);
      if (bot === undefined) throw notFound('bot', `${params.name}@${params.version}`);
      return { status: 200, body: bot };
    },
  }),
  defineRoute({
    method: 'POST',
    url: '/v1/bots',
    permission: 'flow.publish',
    summary: 'Publish a bot script (BotScript v1) as the next version of its bot',
    body: Type.Record(Type.String(), Type.Unknown()),
    handle: async ({ body, caller }, { records }) => {
      const script = body as Json;
      try {
        const bot = await publishBot(records, isJsonObject(script) ? script : {}, caller.actor);
        await records.audit.append({
          actor: caller.actor,
          action: 'bot.published',
          objectKind: 'bot',
          objectId: `${bot.name}@${bot.version}`,
          contentHash: bot.scriptSha256,
        });
        return { status: 201, body: bot };
      } catch (error) {
        if (!(error instanceof BotScriptRefused)) throw error;
        throw new ApiProblem(422, 'bot-script-refused', error.message);
      }
    },
  }),
];
