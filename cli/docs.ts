import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { renderProfileSchema } from '../engine/index.ts';
import { definitions } from '../steps/index.ts';
import { renderStepIndex, renderStepPage } from './step-page.ts';

const STEPS = fileURLToPath(new URL('../docs/steps/', import.meta.url));
const PROFILE = fileURLToPath(new URL('../docs/flow-profile.schema.json', import.meta.url));

/** `npm run docs`: writes the step pages and the JSON Schema of flow documents that editors can use. */
function main(): void {
  mkdirSync(STEPS, { recursive: true });
  for (const file of readdirSync(STEPS)) rmSync(`${STEPS}${file}`);
  for (const definition of definitions)
    writeFileSync(`${STEPS}${definition.type}.md`, renderStepPage(definition));
  writeFileSync(`${STEPS}README.md`, renderStepIndex(definitions));
  writeFileSync(PROFILE, renderProfileSchema());
  process.stdout.write(`${definitions.length} step pages and the profile schema written\n`);
}

main();
