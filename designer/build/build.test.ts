import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'vite';
import { afterEach, describe, expect, it } from 'vitest';
import { sizeBudget, weigh, type Weight } from './size-budget.ts';
import { compareLanguages, textCheck } from './text-check.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Builds one page whose code is given, as the real pages are built. */
async function buildPage(code: string, plugins: NonNullable<Parameters<typeof build>[0]>['plugins']) {
  const root = mkdtempSync(path.join(tmpdir(), 'afterbell-page-'));
  folders.push(root);
  writeFileSync(path.join(root, 'index.html'), '<script type="module" src="/main.tsx"></script>');
  writeFileSync(path.join(root, 'main.tsx'), code);
  writeFileSync(path.join(root, 'later.ts'), 'export const later = "read on demand";');
  await build({ root, configFile: false, logLevel: 'silent', plugins: plugins ?? [] });
}

const ZH = { a: { b: '保存', many_other: '{{count}} 项', state: { on: '开', off: '关' } } };
const EN = { a: { b: 'Save', many_other: '{{count}} items', state: { on: 'on', off: 'off' } } };
const HEAD =
  'const t = (key: string, more?: object): string => key + String(more);\nconst kind = String(location);\n';

describe('a build of the pages', () => {
  const texts = (zh: object, en: object) =>
    textCheck({ 'zh-CN': zh as typeof ZH, en: en as typeof EN }, (id) => id.endsWith('main.tsx'));
  const page = (...calls: string[]) => HEAD + calls.map((call) => `document.write(${call});`).join('\n');

  it('passes when every text asked for is there', async () => {
    const code = page(
      "t('a.b')",
      "t('a.many', { count: 2 })",
      't(`a.state.${kind}`)',
      "t(kind ? 'a.b' : 'a.state.on')",
    );
    await expect(buildPage(code, [texts(ZH, EN)])).resolves.toBeUndefined();
  });

  it.each([
    ["t('a.gone')", 'a.gone is missing in zh-CN'],
    ["t(kind ? 'a.b' : 'a.other')", 'a.other is missing in en'],
    ['t(`a.nowhere.${kind}`)', 'a.nowhere. is missing in zh-CN'],
  ])('fails on %s', async (call, message) => {
    await expect(buildPage(page(call), [texts(ZH, EN)])).rejects.toThrow(message);
  });

  it('fails when one language lacks a key or names other variables', async () => {
    await expect(buildPage(page("t('a.b')"), [texts(ZH, { a: { b: 'Save' } })])).rejects.toThrow(
      'a.state.on is missing in en',
    );
    expect(compareLanguages({ 'zh-CN': { x: '{{a}} 项' }, en: { x: '{{b}} items' } })).toEqual([
      'x has other variables in zh-CN than in en',
    ]);
  });

  it('fails when it weighs more than its budget, and tells what it weighs', async () => {
    const seen: Weight[] = [];
    const code = "void import('./later.ts').then(({ later }) => document.write(later));";
    const budgets = (maximum: number) => [{ name: 'first page', modules: ['later.ts'], maximum }];
    await buildPage(code, [sizeBudget(budgets(100_000), (weights) => seen.push(...weights))]);
    expect(seen[0]?.bytes).toBeGreaterThan(50);
    await expect(buildPage(code, [sizeBudget(budgets(50))])).rejects.toThrow('first page weighs');
  });

  it('counts a shared chunk once and the heavier of two languages', async () => {
    const chunk = (fileName: string, size: number, imports: string[] = [], isEntry = false) => ({
      fileName,
      code: Array.from({ length: size }, (_unused, at) =>
        String.fromCharCode(33 + ((at * at * 7) % 90)),
      ).join(''),
      isEntry,
      facadeModuleId: `/x/${fileName}`,
      imports,
    });
    const chunks = [
      chunk('main.js', 900, ['shared.js'], true),
      chunk('shared.js', 500),
      chunk('zh.js', 300),
      chunk('en.js', 10),
      chunk('canvas.js', 400, ['shared.js']),
    ];
    const [first, canvas] = await weigh(chunks, [
      { name: 'first', modules: ['zh.js|en.js'], maximum: 1 },
      { name: 'canvas', modules: ['zh.js|en.js', 'canvas.js'], maximum: 1 },
    ]);
    const alone = await weigh(chunks, [
      { name: 'with both', modules: ['zh.js', 'en.js', 'canvas.js'], maximum: 1 },
    ]);
    expect(canvas?.bytes).toBeGreaterThan(first?.bytes ?? 0);
    expect(alone[0]?.bytes).toBeGreaterThan(canvas?.bytes ?? 0);
    await expect(weigh(chunks, [{ name: 'x', modules: ['gone.js'], maximum: 1 }])).rejects.toThrow('gone.js');
  });
});
