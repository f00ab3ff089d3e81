import { QUEUE_NAMES } from '../../platform/queues.ts';
import { mayCall } from '../caller.ts';
import { defineRoute } from '../route.ts';
import { QUEUE_BOARDS } from '../queue-board.ts';

/** The hand-off queues in numbers; the board itself is a page of its own. */
export const queueRoutes = [
  defineRoute({
    method: 'GET',
    url: '/v1/queues',
    permission: 'queue.read',
    summary:
      'The hand-off queues: jobs by state, hand-offs not yet in a queue, receipts of the last day; and where the board is',
    handle: async ({ caller }, { records, queues, clock }) => {
      const standing = await records.handOffs.standing(new Date(clock() - 86_400_000));
      const items = await Promise.all(
        QUEUE_NAMES.map(async (name) => {
          const jobs =
            (await queues?.get(name)?.getJobCounts('waiting', 'active', 'delayed', 'failed')) ?? {};
          const own = standing.find((row) => row.queue === name);
          return {
            name,
            waiting: jobs['waiting'] ?? 0,
            active: jobs['active'] ?? 0,
            delayed: jobs['delayed'] ?? 0,
            failed: jobs['failed'] ?? 0,
            notTaken: own?.notTaken ?? 0,
            delivered: own?.delivered ?? 0,
          };
        }),
      );
      const board = mayCall(caller, 'queue.act') ? QUEUE_BOARDS.act : QUEUE_BOARDS.look;
      return { status: 200, body: { items, board: queues === null ? null : `${board}/` } };
    },
  }),
];
