import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, chromium, type Page } from 'playwright';
import { findBrowser } from '../../activities/browser/browser-activities.ts';
import { createApp } from '../../api/app.ts';
import { openTestApp, PASSWORD, type TestApp } from '../../api/testing/test-app.ts';
import { addPerson } from '../../api/people.ts';
import {
  addHandOffs,
  HandOffImpossible,
  type HandOffQueueHandle,
  openQueue,
  openQueueWorker,
  type QueueName,
} from '../../platform/queues.ts';
import { waitFor } from '../support/api-session.ts';

const { executablePath } = findBrowser(process.env.AFTERBELL_CHROMIUM_PATH ?? null);
const WITHIN_MS = 20_000;

describe.skipIf(executablePath === null)(
  `the queue board in Chromium${executablePath === null ? ' (skipped: no Chromium)' : ''}`,
  () => {
    let store: TestApp;
    let app: Awaited<ReturnType<typeof createApp>>;
    let baseUrl: string;
    let browser: Browser;
    let queue: HandOffQueueHandle;
    const NAME: QueueName = 'notification';

    beforeAll(async () => {
      store = await openTestApp();
      for (const [username, roles] of [
        ['board.admin', ['administrator']],
        ['board.operator', ['ops-lead']],
        ['board.viewer', ['viewer']],
      ] as const)
        await addPerson(store.records, {
          username,
          displayName: username,
          roles: [...roles],
          password: PASSWORD,
        });
      queue = openQueue(store.databaseUrl, NAME, () => undefined);
      app = await createApp({ ...store.deps, queues: new Map([[NAME, queue]]) });
      baseUrl = await app.listen({ host: '127.0.0.1', port: 0 });
      await store.records.handOffs.put({
        queue: NAME,
        dedupeKey: 'msg_secret',
        payload: { body: 'the content' },
      });
      const row = (await store.records.handOffs.waiting(1))[0];
      await addHandOffs(queue, [{ outboxId: row?.outboxId ?? '', about: 'msg_secret' }]);
      await work(() => Promise.reject(new HandOffImpossible('the receiver answered 410')));
      await waitFor('the failed job', WITHIN_MS, async () =>
        (await queue.getJobCountByTypes('failed')) === 1 ? true : undefined,
      );
      browser = await chromium.launch({
        executablePath: executablePath ?? '',
        args: ['--no-sandbox', '--disable-gpu'],
      });
    });
    afterAll(async () => {
      await browser?.close();
      await app?.close();
      await queue?.close();
      await store?.close();
    });

    /** Works one job and stops. */
    async function work(deliver: () => Promise<void>): Promise<void> {
      const worker = openQueueWorker(store.databaseUrl, NAME, deliver, () => undefined);
      await new Promise<void>((resolve) => {
        worker.on('failed', () => resolve());
        worker.on('completed', () => resolve());
      });
      await worker.close();
    }

    async function pageOf(username: string): Promise<Page> {
      const { cookie = '' } = await store.signIn(username);
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
      const [name = '', value = ''] = cookie.split('=');
      await context.addCookies([{ name, value, url: baseUrl }]);
      const page = await context.newPage();
      page.setDefaultTimeout(WITHIN_MS);
      return page;
    }

    it('is closed to whoever is not signed in, and to a viewer', async () => {
      for (const path of ['/queues/look/', '/queues/act/', '/queues/act/api/queues'])
        expect((await fetch(`${baseUrl}${path}`)).status).toBe(401);
      const page = await pageOf('board.viewer');
      expect((await page.goto(`${baseUrl}/queues/look/`))?.status()).toBe(403);
    });

    it('lets an operator look, never act, and shows none of the content', async () => {
      const page = await pageOf('board.operator');
      await page.goto(`${baseUrl}/queues/look/queue/${NAME}?status=failed`);
      await page.getByText('the receiver answered 410').first().waitFor();
      const text = await page.locator('body').innerText();
      expect(text).toContain('msg_secret');
      expect(text).not.toContain('the content');
      expect(await page.getByRole('button', { name: /retry/i }).count()).toBe(0);
      expect((await page.goto(`${baseUrl}/queues/act/`))?.status()).toBe(403);
      const answer = await page.request.put(`${baseUrl}/queues/look/api/queues/${NAME}/retry/failed`, {
        headers: { origin: baseUrl },
      });
      expect(answer.status()).toBe(403);
      expect(await queue.getJobCountByTypes('failed')).toBe(1);
    });

    it('lets an administrator try again, and writes it down first', async () => {
      const page = await pageOf('board.admin');
      await page.goto(`${baseUrl}/queues/act/queue/${NAME}?status=failed`);
      await page.getByText('the receiver answered 410').first().waitFor();
      await page.getByRole('button', { name: /retry/i }).first().click();
      const confirm = page.getByRole('button', { name: /confirm/i });
      await confirm
        .or(page.getByText(/no jobs/i))
        .first()
        .waitFor();
      if ((await confirm.count()) > 0) await confirm.click();
      await waitFor('the job to wait again', WITHIN_MS, async () =>
        (await queue.getJobCountByTypes('failed')) === 0 ? true : undefined,
      );
      const entries = await store.records.audit.list({ limit: 50 });
      expect(entries.items.filter(({ action }) => action === 'queue.acted')).toMatchObject([
        { actor: 'board.admin', objectKind: 'queue', detail: { method: 'PUT' } },
      ]);
    });

    it('refuses an action that another site sends with the administrator’s cookie', async () => {
      const page = await pageOf('board.admin');
      const answer = await page.request.put(`${baseUrl}/queues/act/api/queues/${NAME}/pause`, {
        headers: { origin: 'https://elsewhere.example' },
      });
      expect(answer.status()).toBe(403);
      expect(await queue.isPaused()).toBe(false);
    });
  },
);
