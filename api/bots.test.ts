import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../domain/json.ts';
import { checkBotScript } from './bots.ts';

const FOLDER = fileURLToPath(new URL('../flows/bots/', import.meta.url));
const bots = readdirSync(FOLDER).map(
  (file) => [file, JSON.parse(readFileSync(`${FOLDER}${file}`, 'utf8')) as JsonObject] as const,
);

describe('bot scripts at publishing', () => {
  it.each(bots)('ships %s without an error', (file, script) => {
    expect(checkBotScript(script).filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(script.name).toBe(file.replace(/\.json$/, ''));
  });

  it('says where the shape is wrong', () => {
    const [, script] = bots[0] ?? [];
    expect(checkBotScript({ ...script, limits: {} }).map(({ code }) => code)).toContain('bad-shape');
    expect(checkBotScript([]).map(({ code }) => code)).toEqual(['not-a-script']);
  });
});
