import { readFileSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBrowser } from '../../activities/browser/browser-activities.ts';
import { folders } from '../../cli/folders.ts';
import { waitFor } from '../support/api-session.ts';
import { type LocalStack, startLocalStack } from '../support/local-stack.ts';
import {
  addStartFieldWithKeys,
  dragFromPalette,
  dragTo,
  express,
  fill,
  insertWithKeys,
  insertWithMouse,
  keys,
  settings,
  stepNames,
  submit,
  tabTo,
  take,
  takeWithKeys,
  typeInto,
  untilClean,
  untilSaved,
} from './designer-hands.ts';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const STEPS = ['采集端口状态', '端口资格', '生成端口脚本', '审批', '变更窗口', '下发到设备'];

const REQUEST = {
  requestId: 'OA-2026-0901',
  reason: '开通 12 楼 09 号工位',
  ports: [
    {
      device: 'access-1',
      port: 'GigabitEthernet1/0/7',
      mode: 'access',
      accessVlan: 120,
      description: 'desk 12F-09',
      adminUp: true,
    },
  ],
};

describe('a flow drawn in the designer, published by a second person, and run', () => {
  let stack: LocalStack;
  let browser: Browser;
  const contexts: BrowserContext[] = [];
  const faults: string[] = [];

  beforeAll(async () => {
    const { executablePath } = findBrowser(process.env.AFTERBELL_CHROMIUM_PATH ?? null);
    if (executablePath === null) throw new Error('no Chromium: install the package chromium');
    stack = await startLocalStack();
    browser = await chromium.launch({ executablePath, args: FLAGS });
  });

  afterAll(async () => {
    for (const context of contexts) await context.close();
    await browser?.close();
    await stack?.stop();
    stack?.remove();
  });

  /** A browser of one person, signed in. */
  async function pageOf(username: string, path: string): Promise<Page> {
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      locale: 'zh-CN',
      reducedMotion: 'reduce',
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    contexts.push(context);
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      // The first question “who is signed in” is answered 401 on purpose.
      if (message.type() === 'error' && !message.text().includes('401')) faults.push(message.text());
    });
    const file = folders({ ...process.env, ...stack.environment }).demoPeopleFile;
    const people = JSON.parse(readFileSync(file, 'utf8')) as Array<{ username: string; password: string }>;
    await page.goto(`${stack.baseUrl}${path}`);
    await page.fill('input[autocomplete="username"]', username);
    await page.fill(
      'input[type="password"]',
      people.find((person) => person.username === username)?.password ?? '',
    );
    await page.keyboard.press('Enter');
    return page;
  }

  /** The second person approves on the page; then a run starts and comes to its approval. */
  async function publishAndRun(review: string, flowName: string): Promise<void> {
    const second = await pageOf('wang.min', new URL(review).pathname);
    await second.getByRole('button', { name: '批准并上线 1.0.0' }).click();
    await second.getByText('已上线。以后启动的运行使用新版本').waitFor();
    const caller = await stack.signIn('chen.lei');
    const started = await caller.call(
      'POST',
      '/v1/runs',
      { flow: flowName, version: '1.0.0', input: REQUEST },
      { 'idempotency-key': `e2e-${flowName}` },
    );
    expect(started.status, JSON.stringify(started.body)).toBeLessThan(300);
    const { runId } = started.body as { runId: string };
    const steps = await waitFor('the approval of the run', 60_000, async () => {
      const { body } = await caller.call('GET', `/v1/runs/${runId}/steps`);
      const { items } = body as { items: Array<{ name: string; status: string }> };
      return items.some(({ name }) => name === '审批') ? items : undefined;
    });
    expect(steps.filter(({ status }) => status === 'completed').map(({ name }) => name)).toEqual(
      STEPS.slice(0, 3),
    );
    await second.context().close();
  }

  it('is built with the mouse', async () => {
    const page = await pageOf('chen.lei', '/flows');
    await page.getByRole('button', { name: '新建流程' }).click();
    await settings(page, 'switch-port-by-mouse', '端口开通（鼠标）');
    await insertWithMouse(page, '采集端口', 'device-collect');
    await express(page, 'devices', '[ $workflow.input.ports[].device ] | unique');
    await insertWithMouse(page, '资格', 'port-eligibility');
    await take(page, 'collected', '采集', '全部');
    await take(page, 'ports', '发起', '端口');
    await insertWithMouse(page, '审批', 'approval');
    await dragFromPalette(page, 'switch-port-plan');
    await take(page, 'request', '发起', '全部');
    await take(page, 'collected', '采集', '全部');
    await take(page, 'eligibility', '资格', '全部');
    // Dragged to its place: the approval comes after the plan.
    await page.getByRole('button', { name: '显示全部' }).click();
    await dragTo(page, page.locator('.n-card', { hasText: '审批' }), page.locator('.n-gap').last());
    await expect.poll(() => stepNames(page)).toEqual(STEPS.slice(0, 4));
    await page.locator('.n-card', { hasText: '审批' }).click();
    await fill(page, 'title', '开通端口');
    await page.locator('#field-from').fill('role:net-reviewer');
    await page.locator('#field-from').press('Enter');
    await take(page, 'content', '生成端口脚本', '全部');
    await insertWithMouse(page, '窗口', 'change-window');
    await page.locator('#field-name').fill('demo');
    await page.locator('#field-name').press('Enter');
    await take(page, 'approval', '审批', '全部');
    await insertWithMouse(page, '下发', 'device-push');
    await take(page, 'plan', '生成端口脚本', '全部');
    await take(page, 'approval', '审批', '全部');
    await take(page, 'window', '变更窗口', '全部');
    await expect.poll(() => stepNames(page)).toEqual(STEPS);
    const review = await submit(page, '第一版');
    await publishAndRun(review, 'switch-port-by-mouse');
  }, 240_000);

  it('is built with the keyboard alone', async () => {
    const page = await pageOf('chen.lei', '/flows/new');
    await page.locator('.n-plus').first().waitFor();
    await keys(page, 's');
    await typeInto(page, '#flow-title', '端口开通（键盘）');
    await typeInto(page, '#flow-name', 'switch-port-by-keys');
    await addStartFieldWithKeys(page, 0, { name: 'requestId', title: '申请编号', down: 0 });
    await addStartFieldWithKeys(page, 1, { name: 'reason', title: '原因', down: 0 });
    await addStartFieldWithKeys(page, 2, { name: 'ports', title: '端口', down: 6 });
    await keys(page, 'Escape');
    await insertWithKeys(page, '采集端口');
    await tabTo(page, '[data-field="field-devices"] > .f-label > .f-mode');
    await keys(page, 'Enter');
    await tabTo(page, '.f-picker > .p-search:last-child > .f-mode');
    await keys(page, 'Enter');
    await typeInto(page, '#field-devices', '[ $workflow.input.ports[].device ] | unique');
    await keys(page, 'Escape');
    await insertWithKeys(page, '资格');
    await takeWithKeys(page, 'collected', '采集端口状态');
    await takeWithKeys(page, 'ports', '发起内容 $workflow.input.ports');
    await keys(page, 'Escape');
    await insertWithKeys(page, '生成端口');
    await takeWithKeys(page, 'request', '发起内容');
    await takeWithKeys(page, 'collected', '采集端口状态');
    await takeWithKeys(page, 'eligibility', '端口资格');
    await keys(page, 'Escape');
    await insertWithKeys(page, '审批');
    await typeInto(page, '#field-title', '开通端口');
    await typeInto(page, '#field-from', 'role:net-reviewer');
    await takeWithKeys(page, 'content', '生成端口脚本');
    await keys(page, 'Escape');
    await insertWithKeys(page, '下发');
    await takeWithKeys(page, 'plan', '生成端口脚本');
    await takeWithKeys(page, 'approval', '审批');
    await keys(page, 'Escape', 'ArrowUp');
    await insertWithKeys(page, '窗口');
    await typeInto(page, '#field-name', 'demo');
    await takeWithKeys(page, 'approval', '审批');
    await keys(page, 'Escape', 'ArrowDown', 'Enter');
    await page.locator('.w-body :focus').waitFor();
    await takeWithKeys(page, 'window', '变更窗口');
    await keys(page, 'Escape');
    await expect.poll(() => stepNames(page)).toEqual(STEPS);
    // Moved up, undone, made again and undone again: the order is the same.
    await keys(page, 'Alt+ArrowUp', 'Control+z');
    await expect.poll(() => stepNames(page)).toEqual(STEPS);
    await untilClean(page);
    await untilSaved(page);
    await keys(page, 'Control+Enter');
    await page.locator('#submit-comment:focus').waitFor();
    await page.keyboard.type('键盘搭建');
    await tabTo(page, '.s-foot .ant-btn-primary');
    await keys(page, 'Enter');
    await page.waitForURL('**/reviews/**');
    await publishAndRun(page.url(), 'switch-port-by-keys');
  }, 240_000);

  it('shows no error in the console', () => {
    expect(faults).toEqual([]);
  });
});
