import Type from 'typebox';
import { marketClock } from '../../domain/calendar/index.ts';
import { isCandidate } from '../../domain/approval/quorum.ts';
import { streamEvents } from '../live.ts';
import { defineRoute } from '../route.ts';
import { gatherToday } from '../today.ts';
import { pageOf, pageQuery } from './common.ts';

/** Health, description, market clock, live lists and the audit trail. */
export const systemRoutes = [
  defineRoute({
    method: 'GET',
    url: '/v1/health',
    permission: 'public',
    summary: 'Whether the api and its database answer',
    handle: async (_input, { records }) => {
      await records.windows.list();
      return { status: 200, body: { status: 'ok' } };
    },
  }),
  defineRoute({
    method: 'GET',
    url: '/v1/openapi.json',
    permission: 'public',
    summary: 'This description',
    handle: async ({ request }) => ({ status: 200, body: request.server.swagger() }),
  }),
  defineRoute({
    method: 'GET',
    url: '/v1/clock',
    permission: 'session.own',
    summary: 'Market clock: trading day, next session, time zone',
    handle: async (_input, { clock, settings }) => ({
      status: 200,
      body: { now: new Date(clock()).toISOString(), timeZone: settings.timeZone, ...marketClock(clock()) },
    }),
  }),
  defineRoute({
    method: 'GET',
    url: '/v1/today',
    permission: 'run.read',
    summary: 'The day: every run a schedule expects with where it stands, and what is open',
    handle: async (_input, deps) => ({ status: 200, body: await gatherToday(deps) }),
  }),
  defineRoute({
    method: 'GET',
    url: '/v1/live',
    permission: 'run.read',
    summary: 'Server-sent events for lists: `run` and `approval` name what has moved',
    handle: async ({ request, reply, caller }, { records }) => {
      await streamEvents(request, reply, records, ['run', 'approval'], async (channel, payload) => {
        if (channel === 'run') return { event: 'run', data: { runId: payload } };
        const approval = await records.approvals.find(payload);
        const mine =
          approval !== undefined &&
          caller.personId !== null &&
          isCandidate(approval.asked, caller.personId, caller.roles);
        return { event: 'approval', data: { approvalId: payload, status: approval?.status ?? null, mine } };
      });
      return 'streamed';
    },
  }),
  defineRoute({
    method: 'GET',
    url: '/v1/audit',
    permission: 'audit.read',
    summary: 'The audit trail, newest first',
    query: Type.Object(pageQuery, { additionalProperties: false }),
    handle: async ({ query }, { records }) => ({
      status: 200,
      body: await records.audit.list(pageOf(query)),
    }),
  }),
];
