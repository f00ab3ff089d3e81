import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureNode, packagesProblem } from './packages.mjs';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'afterbell-packages-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

interface Entry {
  version: string;
  dev?: boolean;
  optional?: boolean;
}

function write(file: string, packages: Record<string, Entry>): void {
  writeFileSync(join(root, file), JSON.stringify({ packages }));
}

describe('ensureNode', () => {
  it.each(['20.19.0', '20.20.2', '22.0.0', '24.1.0'])('accepts %s', (version) => {
    expect(() => ensureNode(version)).not.toThrow();
  });

  it.each(['18.20.0', '20.18.3'])('refuses %s in one line', (version) => {
    expect(() => ensureNode(version)).toThrow(`Node.js ${version} is too old: 20.19 or newer is needed`);
  });
});

describe('packagesProblem', () => {
  it('names what is missing, wrong or half installed, and accepts the rest', () => {
    const wanted = {
      'node_modules/a': { version: '1.0.0' },
      'node_modules/b': { version: '1.0.0', optional: true },
      'node_modules/c': { version: '1.0.0', dev: true },
    };
    write('package-lock.json', wanted);
    expect(packagesProblem(root)).toBe('no packages are installed');
    mkdirSync(join(root, 'node_modules', 'a'), { recursive: true });
    write('node_modules/.package-lock.json', { 'node_modules/a': { version: '0.9.0' } });
    expect(packagesProblem(root)).toBe('a 1.0.0 is not installed');
    write('node_modules/.package-lock.json', { 'node_modules/a': { version: '1.0.0' } });
    expect(packagesProblem(root)).toBeNull();
    rmSync(join(root, 'node_modules', 'a'), { recursive: true });
    expect(packagesProblem(root)).toBe('node_modules/a is missing');
  });
});
