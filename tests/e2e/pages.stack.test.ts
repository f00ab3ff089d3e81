import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folders } from '../../cli/folders.ts';
import { findBrowser } from '../../activities/browser/browser-activities.ts';
import { type LocalStack, startLocalStack } from '../support/local-stack.ts';
import { Tour } from '../support/page-tour.ts';

const DIST = fileURLToPath(new URL('../../designer/dist/', import.meta.url));
const MAX_INITIAL_BYTES = 250_000;
/** The demo window opens every two minutes; the push itself takes seconds. */
const RUN_TIMEOUT_MS = 240_000;

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

describe('the pages in Chromium, on a stack started as its user starts it', () => {
  let stack: LocalStack;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const faults: string[] = [];

  beforeAll(async () => {
    const { executablePath } = findBrowser(process.env.AFTERBELL_CHROMIUM_PATH ?? null);
    if (executablePath === null) throw new Error('no Chromium: install the package chromium');
    stack = await startLocalStack();
    browser = await chromium.launch({ executablePath, args: FLAGS });
    context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      locale: 'zh-CN',
      acceptDownloads: true,
    });
    page = await context.newPage();
    page.setDefaultTimeout(15_000);
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      // The first question “who is signed in” is answered 401 on purpose.
      if (message.type() === 'error' && !message.text().includes('401')) faults.push(message.text());
    });
  });

  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
    stack?.remove();
  });

  const passwordOf = (username: string): string => {
    const file = folders({ ...process.env, ...stack.environment }).demoPeopleFile;
    const people = JSON.parse(readFileSync(file, 'utf8')) as Array<{ username: string; password: string }>;
    return people.find((person) => person.username === username)?.password ?? '';
  };
  const overflow = () =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

  it('refuses a wrong password in words and lets the reviewer in', async () => {
    await page.goto(`${stack.baseUrl}/inbox`);
    await page.fill('input[autocomplete="username"]', 'wang.min');
    await page.fill('input[type="password"]', 'not-the-password');
    await page.keyboard.press('Enter');
    await page.getByText('用户名或密码').first().waitFor();
    await page.fill('input[type="password"]', passwordOf('wang.min'));
    await page.keyboard.press('Enter');
    await page.locator('.row-link').first().waitFor();
    expect(await page.title()).toMatch(/^\(1\)/);
  });

  it('opens the approval with the keyboard and shows exactly the commands, the difference and the way back', async () => {
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.locator('.decide').waitFor();
    const text = await page.locator('.card').innerText();
    expect(text).toContain('switchport access vlan 120');
    expect(text).toContain('port default vlan 130');
    expect(await page.locator('[data-mark="removed"]').count()).toBe(2);
    expect(await page.locator('[data-mark="added"]').count()).toBe(4);
    const [approve, refuse] = await page.locator('.answers button').all();
    const [left, right] = [await approve?.boundingBox(), await refuse?.boundingBox()];
    expect([left?.width, left?.height]).toEqual([right?.width, right?.height]);
  });

  it('fits a telephone, in both languages', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.locator('html[data-room="phone"]').waitFor();
    await expect.poll(overflow).toBe(0);
    await page.getByText('中 / EN').click();
    await page.getByText('Approve push to 2 ports').waitFor();
    await expect.poll(overflow).toBe(0);
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.locator('html[data-room="wide"]').waitFor();
  });

  it('asks for a reason before it refuses, then approves and says what happens next', async () => {
    await page.getByRole('button', { name: 'Refuse push to 2 ports' }).click();
    await page.getByText('Say why you refuse.').waitFor();
    await page.getByRole('button', { name: 'Approve push to 2 ports' }).click();
    await page.getByText('Approved. The flow goes on.').waitFor();
    await page.getByRole('link', { name: 'Open the run' }).click();
    await page.locator('.tree-row').first().waitFor();
    await page.locator('.standing', { hasText: /change window “demo”|Running|Completed/ }).waitFor();
  });

  it(
    'follows the run live to its end and gives out the result file',
    async () => {
      await page.locator('.standing', { hasText: 'Completed' }).waitFor({ timeout: RUN_TIMEOUT_MS });
      await page.locator('.tree-row', { hasText: 'push' }).click();
      await page.getByText('applied').first().waitFor();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.locator('a[download$=".csv"]').first().click(),
      ]);
      const csv = readFileSync(await download.path(), 'utf8');
      expect(csv).toContain('GigabitEthernet1/0/7');
      expect(csv).toContain('applied');
    },
    RUN_TIMEOUT_MS + 30_000,
  );

  it('draws the ended run, goes back in it, and takes it as test data and for a back-test', async () => {
    const runId = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    const tour = new Tour(browser, stack, { language: 'en', mode: 'light' });
    const lead = await tour.open({
      name: 'run',
      route: 'runs/:runId',
      path: `/runs/${runId}?view=canvas&step=${encodeURIComponent('/do/5/review')}`,
      person: 'chen.lei',
      ready: '.n-card[data-step="/do/5/review"]',
    });
    const card = lead.locator('.n-card[data-step="/do/5/review"]');
    await expect.poll(() => card.getAttribute('data-run')).toBe('done');
    await lead.getByRole('slider').focus();
    await lead.keyboard.press('Home');
    await expect.poll(() => card.getAttribute('data-run')).toBe(null);
    await lead.getByRole('link', { name: 'Use as test data' }).click();
    await lead.locator('.r-past').getByText('steps are pinned').waitFor();
    await lead.getByRole('status').getByText('ran to its end').waitFor();
    await lead.getByRole('button', { name: 'Back-test the last runs' }).click();
    await lead.getByText('1 the same, 0 different, 0 unknown.').waitFor();
    await tour.close();
  }, 60_000);

  it('shows lists, a flow with its document, and a device, without an error in the console', async () => {
    for (const [path, what] of [
      ['/runs', '.row-link'],
      ['/flows', '.row-link'],
      ['/flows/switch-port-provisioning', '.yaml-line'],
      ['/devices', '.row-link'],
      ['/devices/access-1', '.table'],
      ['/settings', '.table'],
    ] as const) {
      await page.goto(`${stack.baseUrl}${path}`);
      await page.locator(what).first().waitFor();
      await expect.poll(overflow, { message: path }).toBe(0);
    }
    expect(faults).toEqual([]);
  });

  it('tests the login of a device from the page', async () => {
    await page.goto(`${stack.baseUrl}/devices/access-1`);
    await page.getByRole('button', { name: 'Test the login' }).click();
    await page.getByText(/Logged in and read \d+ ports/).waitFor({ timeout: 30_000 });
  });

  it('keeps what a page needs at first within 250 kB of compressed script', () => {
    const html = readFileSync(`${DIST}index.html`, 'utf8');
    const names = new Set([...html.matchAll(/assets\/([\w.-]+\.js)/g)].map((match) => match[1] ?? ''));
    const bytes = [...names].map((name) => gzipSync(readFileSync(`${DIST}assets/${name}`)).length);
    const files = readdirSync(`${DIST}assets`);
    expect(files.length).toBeGreaterThan(names.size);
    // A page reads one language at first: the larger one counts.
    const languages = files.filter((name) => /^(zh-CN|en)-[\w-]+\.js$/.test(name) && !names.has(name));
    expect(languages.length).toBeGreaterThan(0);
    const texts = languages.map((name) => gzipSync(readFileSync(`${DIST}assets/${name}`)).length);
    const all = bytes.reduce((sum, size) => sum + size, 0) + Math.max(...texts);
    expect(all).toBeLessThanOrEqual(MAX_INITIAL_BYTES);
  });
});
