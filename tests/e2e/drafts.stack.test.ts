import pg from 'pg';
import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiSession } from '../support/api-session.ts';
import { type LocalStack, startLocalStack } from '../support/local-stack.ts';
import { chromiumPath, Tour } from '../support/page-tour.ts';
import { untilSaved } from './designer-hands.ts';

const FLOW = 'switch-port-provisioning';
const LOOK = { language: 'zh-CN', mode: 'light' } as const;

describe('a draft that two people edit', () => {
  let stack: LocalStack;
  let browser: Browser;
  let lead: ApiSession;
  beforeAll(async () => {
    stack = await startLocalStack();
    browser = await chromium.launch({
      executablePath: chromiumPath(),
      args: ['--no-sandbox', '--disable-gpu'],
    });
    lead = await stack.signIn('chen.lei');
    const database = new pg.Client({ connectionString: stack.databaseUrl() });
    await database.connect();
    await database.query("UPDATE person SET roles = roles || 'publisher'::text WHERE person_id = 'wang.min'");
    await database.end();
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
    stack?.remove();
  });

  const open = (person: string, path: string, ready: string): Promise<Page> =>
    new Tour(browser, stack, LOOK).open({ name: 'draft', route: path, path, person, ready });
  const title = async (page: Page, text: string): Promise<void> => {
    const field = page.locator('#flow-title');
    if (!(await field.isVisible())) await page.getByRole('button', { name: '开始', exact: true }).click();
    await field.fill(text);
    await field.press('Enter');
  };
  const titleOf = async (draftId: string): Promise<string | undefined> => {
    const { source } = await lead.need<{ source: string }>('GET', `/v1/drafts/${draftId}`);
    return /title: *(.+)/.exec(source)?.[1];
  };
  /** Begins a draft from the published version, as the page of the flow does it. */
  const begin = async (): Promise<{ page: Page; draftId: string }> => {
    const page = await open('chen.lei', `/flows/${FLOW}`, '.yaml-line');
    await page.getByRole('button', { name: '以此版本新建草稿' }).click();
    await page.waitForURL(/[?]draft=/);
    await page.locator('.react-flow__node').first().waitFor();
    return { page, draftId: new URL(page.url()).searchParams.get('draft') ?? '' };
  };

  it('shows the conflict with both texts and keeps both', async () => {
    const { page: first, draftId } = await begin();
    const list = await open('wang.min', '/flows', '.row-link');
    await list.getByRole('table', { name: '草稿' }).locator('.row-link').first().click();
    await list.locator('.react-flow__node').first().waitFor();
    expect(new URL(list.url()).searchParams.get('draft')).toBe(draftId);
    await title(first, '甲的标题');
    await untilSaved(first);
    await title(list, '乙的标题');
    await list.getByRole('button', { name: '有冲突' }).click();
    await list.getByRole('region', { name: 'chen.lei' }).getByText('甲的标题').waitFor();
    await list.getByRole('region', { name: '你的' }).getByText('乙的标题').waitFor();
    expect(await titleOf(draftId)).toBe('甲的标题');
    await list.getByRole('button', { name: '用我的覆盖' }).click();
    await untilSaved(list);
    expect(await titleOf(draftId)).toBe('乙的标题');
    const { source } = await lead.need<{ source: string }>('GET', `/v1/drafts/${draftId}/revisions/2`);
    expect(source).toContain('甲的标题');
    await list.getByRole('button', { name: '更多' }).click();
    await list.getByRole('menuitem', { name: '保存记录' }).click();
    await list.getByRole('button', { name: '第 2 次保存' }).click();
    await list.getByText('乙的标题', { exact: false }).first().waitFor();
    await list.getByRole('button', { name: '恢复到这次保存' }).click();
    await untilSaved(list);
    await expect.poll(() => titleOf(draftId)).toBe('甲的标题');
    await list.keyboard.press('Control+z');
    await expect.poll(() => titleOf(draftId)).toBe('乙的标题');
    await list.context().close();
    await first.context().close();
  }, 120_000);

  it('loses nothing when the tab is closed before the server has the text', async () => {
    const { page, draftId } = await begin();
    const context = page.context();
    await title(page, '还连着');
    await untilSaved(page);
    await context.setOffline(true);
    await title(page, '关页之前');
    await page.locator('.d-saved[data-state="offline"]').waitFor();
    await page.close();
    expect(await titleOf(draftId)).toBe('还连着');
    await context.setOffline(false);
    const again = await context.newPage();
    await again.goto(`${stack.baseUrl}/flows/${FLOW}/edit?draft=${draftId}`);
    await expect.poll(() => titleOf(draftId), { timeout: 20_000 }).toBe('关页之前');
    await untilSaved(again);
  }, 120_000);
});
