import { afterAll, beforeAll, describe, it } from 'vitest';
import { openRecords } from '../../prisma/records/index.ts';
import type { Records } from '../../prisma/records/types.ts';
import { grantKill, openCallbackReceiver } from '../chaos/grant-kill.ts';
import { nightlyKill } from '../chaos/nightly-kill.ts';
import { CHROMIUM } from '../simulators/legacy/bot-bench.ts';
import { type LocalStack, startLocalStack } from '../support/local-stack.ts';

/** One short kill each; `npm run test:chaos` has the other moments, and the restart of a service, whose retry takes two minutes. */
describe('kill -9 in the middle of a shipped flow, once each', () => {
  let stack: LocalStack;
  let records: Records;

  beforeAll(async () => {
    stack = await startLocalStack(['--demo'], { AFTERBELL_EGRESS_ALLOW: '127.0.0.1' });
    records = openRecords(stack.databaseUrl());
  });
  afterAll(async () => {
    await records?.close();
    await stack?.stop();
    stack?.remove();
  });

  it.skipIf(CHROMIUM === null)(
    `nightly reconciliation, killed while a bot works${CHROMIUM === null ? ' (skipped: no Chromium)' : ''}`,
    () => nightlyKill(stack, records, 'bot-run'),
    240_000,
  );

  it('access request, killed while the grant is made', async () => {
    const receiver = await openCallbackReceiver();
    try {
      await grantKill(stack, records, receiver);
    } finally {
      receiver.close();
    }
  }, 240_000);
});
