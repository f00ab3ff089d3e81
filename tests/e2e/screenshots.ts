import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { startLocalStack } from '../support/local-stack.ts';
import { chromiumPath, LOOKS, preparePages, Tour } from '../support/page-tour.ts';

const FOLDER = fileURLToPath(new URL('../../docs/screenshots/', import.meta.url));
const PHONE = 390;
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** `npm run screenshots`: every page in both languages, light and dark, from a demo stack of its own. Names of pages may be given. */
const wanted = new Set(process.argv.slice(2));
mkdirSync(FOLDER, { recursive: true });
if (wanted.size === 0) for (const name of readdirSync(FOLDER)) rmSync(join(FOLDER, name));
const stack = await startLocalStack(['--demo'], { AFTERBELL_SIGN_IN_PER_MINUTE: '1000' });
const browser = await chromium.launch({
  executablePath: chromiumPath(),
  args: ['--no-sandbox', '--disable-gpu'],
});
let failed = 0;
try {
  const stops = (await preparePages(stack)).filter(({ name }) => wanted.size === 0 || wanted.has(name));
  const widths = [1440, PHONE];
  for (const look of LOOKS)
    for (const width of widths) {
      const tour = new Tour(browser, stack, look, width);
      for (const stop of width === PHONE ? stops.filter(({ isPhone }) => isPhone === true) : stops) {
        const language = look.language === 'zh-CN' ? 'zh' : 'en';
        const file = `${stop.name}-${language}-${look.mode}${width === PHONE ? '-phone' : ''}.jpg`;
        try {
          const page = await tour.open(stop);
          await page.screenshot({ path: join(FOLDER, file), type: 'jpeg', quality: 72 });
          await page.close();
          say(file);
        } catch (error) {
          failed += 1;
          say(`${file}: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`);
        }
      }
      await tour.close();
    }
} finally {
  await browser.close();
  await stack.stop();
  stack.remove();
}
process.exit(failed === 0 ? 0 : 1);
