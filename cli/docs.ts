import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { renderProfileSchema } from '../engine/index.ts';
import { definitions } from '../steps/index.ts';
import { renderStepIndex, renderStepPage } from './step-page.ts';
import { withSupportTable } from './support-table.ts';

const STEPS = fileURLToPath(new URL('../docs/steps/', import.meta.url));
const LANGUAGE = fileURLToPath(new URL('../docs/flow-language.md', import.meta.url));
const PROFILE = fileURLToPath(new URL('../docs/flow-profile.schema.json', import.meta.url));

/** `npm run docs`: writes the step pages, the JSON Schema of flow documents that editors can use, and the support table. */
function main(): void {
  mkdirSync(STEPS, { recursive: true });
  for (const file of readdirSync(STEPS)) rmSync(`${STEPS}${file}`);
  for (const definition of definitions)
    writeFileSync(`${STEPS}${definition.type}.md`, renderStepPage(definition));
  writeFileSync(`${STEPS}README.md`, renderStepIndex(definitions));
  writeFileSync(PROFILE, renderProfileSchema());
  writeFileSync(LANGUAGE, withSupportTable(readFileSync(LANGUAGE, 'utf8')));
  process.stdout.write(
    `${definitions.length} step pages, the profile schema and the support table written\n`,
  );
}

main();
