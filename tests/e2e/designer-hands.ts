import type { Locator, Page } from 'playwright';

/** Hands of a person in the designer, in Chinese: what a mouse does, and what a keyboard does. */

const POLL_MS = 50;

/** Waits until the draft is on the server. */
export async function untilSaved(page: Page): Promise<void> {
  await page.locator('.d-saved[data-state="saved"]').waitFor();
}

/** Names of the cards from top to bottom. */
export async function stepNames(page: Page): Promise<string[]> {
  const cards = await page.locator('.n-card[data-step]').all();
  const placed = await Promise.all(
    cards.map(async (card) => ({
      name: await card.locator('.n-name').innerText(),
      y: (await card.boundingBox())?.y ?? 0,
    })),
  );
  return placed.toSorted((left, right) => left.y - right.y).map(({ name }) => name);
}

const fieldOf = (page: Page, name: string): Locator => page.locator(`[data-field="field-${name}"]`);

/** Closes the drawer, so that the canvas has its room. */
async function closeDrawer(page: Page): Promise<void> {
  const close = page.locator('.w-head .tool');
  if ((await close.count()) > 0) await close.click();
}

/** Presses the last “+” of the flow and chooses a step from the palette. */
export async function insertWithMouse(page: Page, search: string, item: string): Promise<void> {
  await closeDrawer(page);
  await page.getByRole('button', { name: '显示全部' }).click();
  const last = page.locator('.n-gap').last();
  await last.hover();
  await last.locator('.n-plus').click();
  await page.getByRole('combobox', { name: '添加步骤' }).fill(search);
  await page.locator(`[data-item="${item}"]`).click();
  await page.locator('.d-drawer .w-name').waitFor();
}

/** Drags a step of the palette onto the last line. */
export async function dragFromPalette(page: Page, item: string): Promise<void> {
  await closeDrawer(page);
  await page.getByRole('button', { name: '步骤库' }).click();
  await page.getByRole('button', { name: '显示全部' }).click();
  const from = page.locator(`.d-side [data-item="${item}"]`);
  await from.scrollIntoViewIfNeeded();
  await dragTo(page, from, page.locator('.n-gap').last());
  await page.locator('.d-drawer .w-name').waitFor();
  await page.getByRole('button', { name: '步骤库' }).click();
}

/** Where something is once the canvas has come to rest: at the same place twice, further apart than a panel takes to open. */
async function atRest(page: Page, target: Locator) {
  let before = await target.boundingBox();
  for (let tries = 0; tries < 40; tries += 1) {
    await page.evaluate(() => new Promise((done) => setTimeout(done, 120)));
    const now = await target.boundingBox();
    if (now !== null && before !== null && now.x === before.x && now.y === before.y) return now;
    before = now;
  }
  throw new Error('the canvas does not come to rest');
}

/** Drags one thing onto another with the pointer, in small moves. */
export async function dragTo(page: Page, from: Locator, to: Locator): Promise<void> {
  const start = await atRest(page, from);
  const end = await atRest(page, to);
  await page.mouse.move(start.x + start.width / 2, start.y + start.height / 2);
  await page.mouse.down();
  await page.mouse.move(end.x + end.width / 2, end.y + end.height / 2 + 40, { steps: 8 });
  await page.mouse.move(end.x + end.width / 2, end.y + end.height / 2, { steps: 4 });
  await page.locator('.n-gap[data-drop="here"]').waitFor();
  await page.mouse.up();
}

/** Takes a field from an earlier result: by its name and the step it comes from. */
export async function take(page: Page, field: string, from: string, label: string): Promise<void> {
  const box = fieldOf(page, field);
  await box.getByRole('button', { name: '取自前面的结果' }).click();
  await box.getByLabel('按名称查找').fill(from);
  await box.locator('.f-pick').filter({ hasText: label }).first().click();
  await box.locator('.f-taken').waitFor();
}

/** Takes a field from an expression of one's own. */
export async function express(page: Page, field: string, source: string): Promise<void> {
  const box = fieldOf(page, field);
  await box.getByRole('button', { name: '取自前面的结果' }).click();
  await box.getByRole('button', { name: '自己写表达式' }).click();
  await box.getByLabel('表达式').fill(source);
  await box.getByLabel('表达式').press('Enter');
}

/** Fills one line. */
export async function fill(page: Page, field: string, text: string): Promise<void> {
  await page.locator(`#field-${field}`).fill(text);
  await page.locator(`#field-${field}`).press('Enter');
}

/** Adds fields to the start form: name, title, kind. */
export async function addStartField(
  page: Page,
  { name, title, kind }: { readonly name: string; readonly title: string; readonly kind: string },
): Promise<void> {
  await page.getByRole('button', { name: '添加字段' }).last().click();
  const settings = page.locator('[data-form-field]').last();
  await settings.getByLabel('显示名称').first().fill(title);
  await settings.getByLabel('类型').first().selectOption({ label: kind });
  await settings.getByLabel('字段标识').first().fill(name);
  await settings.getByLabel('字段标识').first().press('Enter');
  await page.locator(`[data-form-field="${name}"]`).waitFor();
  await page.locator(`[data-form-field="${name}"] > .f-rule-parts > .f-taken`).click();
}

/** Names the flow and gives it the start form of a port request. */
export async function settings(page: Page, name: string, title: string): Promise<void> {
  await page.getByRole('button', { name: '开始', exact: true }).click();
  await page.locator('#flow-title').fill(title);
  await page.locator('#flow-name').fill(name);
  await page.locator('#flow-name').press('Enter');
  await addStartField(page, { name: 'requestId', title: '申请编号', kind: '文本' });
  await addStartField(page, { name: 'reason', title: '原因', kind: '文本' });
  await addStartField(page, { name: 'ports', title: '端口', kind: '表格' });
  await untilSaved(page);
}

/** Waits until the checks have nothing more to say. */
export async function untilClean(page: Page): Promise<void> {
  await page
    .locator('.d-problems[data-count="0"]')
    .waitFor({ timeout: 5_000 })
    .catch(async (error: unknown) => {
      await page.locator('.d-problems').click();
      const rows = await page.locator('.q-row').allInnerTexts();
      throw new Error(`the flow still has problems:\n${rows.join('\n')}`, { cause: error });
    });
}

/** Submits with the mouse; gives the address of the review. */
export async function submit(page: Page, comment: string): Promise<string> {
  await untilClean(page);
  await untilSaved(page);
  await page.getByRole('button', { name: '提交发布' }).click();
  await page.locator('#submit-comment').fill(comment);
  await page.getByRole('button', { name: '提交给同事核对' }).click();
  await page.waitForURL('**/reviews/**');
  return page.url();
}

/** Presses keys one after the other, waiting until the page has taken each. */
export async function keys(page: Page, ...names: readonly string[]): Promise<void> {
  for (const name of names) {
    await page.keyboard.press(name);
    await page.evaluate((pause) => new Promise((done) => setTimeout(done, pause)), POLL_MS);
  }
}

/** Tabs until an element has the focus. Throws when it is not reached: then it cannot be used without a mouse. */
export async function tabTo(page: Page, selector: string, isBack = false): Promise<void> {
  for (let presses = 0; presses < 120; presses += 1) {
    const isThere = await page.evaluate(
      (wanted) => document.activeElement?.matches(wanted) === true,
      selector,
    );
    if (isThere) return;
    await page.keyboard.press(isBack ? 'Shift+Tab' : 'Tab');
  }
  throw new Error(`Tab does not reach ${selector}`);
}

/** Adds a step after the selection by keys and goes into its form. */
export async function insertWithKeys(page: Page, search: string): Promise<void> {
  await keys(page, 'a');
  await page.locator('.p-pop input:focus').waitFor();
  await page.keyboard.type(search);
  await keys(page, 'Enter');
  await page.locator('.d-drawer .w-name').waitFor();
  await keys(page, 'Enter');
  await page.locator('.w-body :focus').waitFor();
}

/** Takes a field from an earlier result by keys. */
export async function takeWithKeys(page: Page, field: string, search: string): Promise<void> {
  await tabTo(page, `[data-field="field-${field}"] > .f-label > .f-mode`);
  await keys(page, 'Enter');
  await page.locator('.f-picker input:focus').waitFor();
  await page.keyboard.type(search);
  await keys(page, 'Enter');
  await page.locator(`button#field-${field}:focus`).waitFor();
}

/** Types into a field by keys. */
export async function typeInto(page: Page, selector: string, text: string): Promise<void> {
  await tabTo(page, selector);
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type(text);
  await keys(page, 'Enter');
}

/** Adds a field to the start form by keys; `down` is how often the arrow goes down in the list of kinds. */
export async function addStartFieldWithKeys(
  page: Page,
  at: number,
  { name, title, down }: { readonly name: string; readonly title: string; readonly down: number },
): Promise<void> {
  await tabTo(page, '[aria-label="发起表单"] > .f-rows > .f-add');
  await keys(page, 'Enter');
  await page.locator(`#start-${at}-title`).waitFor();
  await tabTo(page, `#start-${at}-title`, true);
  await page.keyboard.type(title);
  await tabTo(page, `#start-${at}-kind`);
  // Native lists change with the arrows while they are closed.
  for (let pressed = 0; pressed < down; pressed += 1) await keys(page, 'ArrowDown');
  await typeInto(page, `#start-${at}-name`, name);
  await page.locator(`[data-form-field="${name}"]`).waitFor();
}
