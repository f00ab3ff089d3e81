import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../support/api-session.ts';
import { type LocalStack, startLocalStack } from '../support/local-stack.ts';
import { chromiumPath, Tour } from '../support/page-tour.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TIME_MS = 240_000;

const source = (
  version: string,
  file: string,
) => `document: { dsl: '1.0.3', namespace: demo, name: evening-report, version: '${version}', title: 盘后日报 }
do:
  - collect: { set: { rows: [1, 2] }, export: { as: '\${ { total: (.rows | length) } }' } }
  - perRow: { for: { each: row, in: '\${ .rows }' }, do: [ { mark: { set: { row: '\${ $row }' } } } ] }
  - announce: { emit: { event: { with: { type: report.ready, data: { total: '\${ $context.total }' } } } } }
  - file: ${file}
  - finish: { set: { total: '\${ $context.total }' } }
`;
const BROKEN = "{ raise: { error: { type: 'https://x.example/full', status: 507, title: 归档盘已满 } } }";

describe('the page of an ended run, in Chromium', () => {
  let stack: LocalStack;
  let browser: Browser;
  let runId: string;

  beforeAll(async () => {
    stack = await startLocalStack(['--demo'], { AFTERBELL_SIGN_IN_PER_MINUTE: '1000' });
    browser = await chromium.launch({
      executablePath: chromiumPath(),
      args: ['--no-sandbox', '--disable-gpu'],
    });
    const lead = await stack.signIn('chen.lei');
    const reviewer = await stack.signIn('wang.min');
    for (const text of [source('1.0.0', BROKEN), source('1.1.0', '{ set: { filed: true } }')]) {
      const asked = await lead.need<{ submissionId: string; contentHash: string }>('POST', '/v1/flows', {
        source: text,
        comment: 'for a test',
      });
      await reviewer.need('POST', `/v1/submissions/${asked.submissionId}/decision`, {
        decision: 'approve',
        contentHash: asked.contentHash,
      });
    }
    const body = { flow: 'evening-report', version: '1.0.0', businessKey: 'REPORT-1', input: {} };
    ({ runId } = await lead.need<{ runId: string }>('POST', '/v1/runs', body, { 'idempotency-key': 'k' }));
    await waitFor('the end of the run', TIME_MS, async () => {
      const { status } = await lead.need<{ status: string }>('GET', `/v1/runs/${runId}`);
      return status === 'failed' ? true : undefined;
    });
  }, TIME_MS);
  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
    stack?.remove();
  });

  const opened = (
    query: string,
    language: 'zh-CN' | 'en',
    person = 'chen.lei',
    width = 1440,
  ): Promise<Page> =>
    new Tour(browser, stack, { language, mode: language === 'en' ? 'dark' : 'light' }, width).open({
      name: 'restart',
      route: '',
      path: `/runs/${runId}${query}`,
      person,
      ready: '.standing',
    });
  const violations = async (page: Page): Promise<string[]> => {
    const found = await page.evaluate(
      `(() => { ${AXE}; return axe.run({ resultTypes: ['violations'] }).then((r) => r.violations); })()`,
    );
    return (found as Array<{ id: string; impact: string | null; nodes: Array<{ target: string[] }> }>)
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id} ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
  };
  const step = (pointer: string) => encodeURIComponent(pointer);

  it('offers no restart to who may only look', { timeout: TIME_MS }, async () => {
    const page = await opened('', 'zh-CN', 'zhou.hao');
    expect(await page.getByRole('button', { name: '从某一步重新开始' }).count()).toBe(0);
    await page.context().close();
  });

  it('says why a step cannot be begun with and leads to the one that can', { timeout: TIME_MS }, async () => {
    const page = await opened(`?view=canvas&step=${step('/do/1/perRow/do/0/mark')}`, 'en');
    await page.getByRole('button', { name: 'Restart from a step' }).focus();
    await page.keyboard.press('Enter');
    const sheet = page.getByRole('dialog');
    await sheet.getByText('The step is inside a loop, “perRow”').waitFor();
    expect(await sheet.getByRole('button', { name: 'Restart from “mark”' }).isDisabled()).toBe(true);
    await sheet.getByRole('button', { name: 'Begin with “perRow” instead' }).focus();
    await page.keyboard.press('Enter');
    await sheet.getByText('Kept, not carried out again (timeline: 1)').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'hidden' });
    await page.context().close();
  });

  it('restarts on another version once reason and effects are told, and links both runs', {
    timeout: TIME_MS,
  }, async () => {
    const page = await opened(`?step=${step('/do/2/announce@0.1')}`, 'zh-CN');
    await page.getByRole('button', { name: '从某一步重新开始' }).click();
    const sheet = page.getByRole('dialog');
    await sheet.getByText('已生效，会再做一次').waitFor();
    const submit = sheet.getByRole('button', { name: '从“announce”重新开始' });
    await sheet.getByLabel('原因').fill('归档盘已清理');
    expect(await submit.isDisabled()).toBe(true);
    await sheet.getByRole('checkbox').focus();
    await page.keyboard.press('Space');
    expect(await submit.isDisabled()).toBe(false);
    expect(await violations(page)).toEqual([]);
    await sheet.getByRole('combobox', { name: '使用的流程版本' }).focus();
    await page.keyboard.press('Enter');
    await page.locator('.ant-select-item-option', { hasText: '1.1.0' }).click();
    await sheet.getByText('collect').waitFor();
    await submit.click();
    await page.getByText('由 chen.lei 从上一次运行的“announce”重新开始：归档盘已清理').waitFor();
    await page.locator('[data-state="done"]').first().waitFor();
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('REPORT-1#2');
    expect(await page.locator('.tree-row', { hasText: '沿用' }).count()).toBe(4);
    await page.getByRole('link', { name: '查看上一次运行' }).click();
    await page.getByText('chen.lei 已从“announce”重新开始').waitFor();
    await page.getByRole('link', { name: '查看新的运行 REPORT-1#2' }).click();
    await page.locator('.tree-row', { hasText: 'collect' }).click();
    await page.getByRole('link', { name: '查看当时的执行' }).click();
    await page.waitForURL((url) => url.pathname === `/runs/${runId}`);
    await page.context().close();
  });

  it('fits a telephone', { timeout: TIME_MS }, async () => {
    const page = await opened('', 'zh-CN', 'chen.lei', 390);
    await page.getByRole('button', { name: '从某一步重新开始' }).click();
    await page.getByRole('dialog').getByLabel('原因').waitFor();
    const wide = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(wide).toBeLessThanOrEqual(0);
    await page.context().close();
  });
});
