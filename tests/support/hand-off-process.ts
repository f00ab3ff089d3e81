import { createEgressClient } from '../../platform/egress.ts';
import { createLogger } from '../../platform/log.ts';
import { openRecords } from '../../prisma/records/index.ts';
import { startHandOffs } from '../../worker/hand-offs.ts';

/** A process that works the hand-off queues, for tests that kill it. Its database comes by AFTERBELL_TEST_HAND_OFFS. */
const databaseUrl = process.env.AFTERBELL_TEST_HAND_OFFS ?? '';
const records = openRecords(databaseUrl);
const handOffs = await startHandOffs({
  databaseUrl,
  records,
  log: createLogger('hand-offs', 'warn'),
  delivery: {
    handOffs: records.handOffs,
    egress: createEgressClient(['127.0.0.1']),
    resolveText: async () => JSON.stringify({}),
    clock: Date.now,
    dialler: null,
  },
});
process.stdout.write('ready\n');
process.once('SIGTERM', () => {
  void handOffs
    .stop()
    .then(() => records.close())
    .then(() => process.exit(0));
});
