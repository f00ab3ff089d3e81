import Type from 'typebox';
import type { JsonObject } from '../../domain/json.ts';
import { parseCloudEvents } from '../events/cloud-events.ts';
import { ApiProblem } from '../problem.ts';
import { defineRoute } from '../route.ts';

const SHOWN = 100;

/** Events in and a look at the newest ones. */
export const eventRoutes = [
  defineRoute({
    method: 'POST',
    url: '/v1/events',
    permission: 'event.publish',
    summary:
      'Take CloudEvents 1.0: structured, batch or binary. Stored before the answer, once per source and id; they wake waiting runs and start flows',
    handle: async ({ body, caller, request }, { records }) => {
      const parsed = parseCloudEvents(request.headers, body);
      if (parsed.problems !== undefined) {
        const isForeign = parsed.problems[0]?.code === 'not-a-cloud-event';
        throw new ApiProblem(
          isForeign ? 415 : 422,
          isForeign ? 'not-a-cloud-event' : 'event-not-valid',
          `Nothing was taken: ${parsed.problems[0]?.message ?? ''}.`,
          { problems: parsed.problems },
        );
      }
      const { stored } = await records.events.accept(
        parsed.events.map((envelope) => ({
          source: textOf(envelope, 'source') ?? '',
          eventId: textOf(envelope, 'id') ?? '',
          type: textOf(envelope, 'type') ?? '',
          subject: textOf(envelope, 'subject') ?? null,
          envelope,
          receivedBy: caller.actor,
        })),
      );
      return { status: 202, body: { stored, duplicates: parsed.events.length - stored } };
    },
  }),
  defineRoute({
    method: 'GET',
    url: '/v1/events',
    permission: 'run.read',
    summary: 'The newest 100 events, of one type or of all',
    query: Type.Object(
      { type: Type.Optional(Type.String({ maxLength: 300 })) },
      { additionalProperties: false },
    ),
    handle: async ({ query }, { records }) => ({
      status: 200,
      body: {
        items: await records.events.list(query.type === undefined ? {} : { type: query.type }, SHOWN),
      },
    }),
  }),
];

function textOf(envelope: JsonObject, attribute: string): string | undefined {
  const value = envelope[attribute];
  return typeof value === 'string' ? value : undefined;
}
