import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findFreeLowPorts, findFreePorts, isPortFree } from './ports.ts';
import { checkPorts, prepareHome } from './preflight.ts';
import { markOf, takeLock } from './state.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'afterbell-preflight-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('checkPorts', () => {
  it('names every busy port with the setting that moves it', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const [free = 0] = await findFreePorts(1);
    const check = checkPorts([
      { what: 'pages and API', port, setting: 'AFTERBELL_HTTP_PORT' },
      { what: 'PostgreSQL', port: free, setting: 'AFTERBELL_POSTGRES_PORT' },
    ]);
    await expect(check).rejects.toThrow(`port ${port} for pages and API is in use (AFTERBELL_HTTP_PORT)`);
    await expect(check).rejects.not.toThrow('AFTERBELL_POSTGRES_PORT');
    await new Promise((resolve) => server.close(resolve));
    expect(await isPortFree(port)).toBe(true);
  });

  it('refuses one port for two things', async () => {
    const [port = 0] = await findFreePorts(1);
    await expect(
      checkPorts([
        { what: 'a', port, setting: 'AFTERBELL_HTTP_PORT' },
        { what: 'b', port, setting: 'AFTERBELL_TEMPORAL_PORT' },
      ]),
    ).rejects.toThrow(`port ${port} is given to both AFTERBELL_HTTP_PORT and AFTERBELL_TEMPORAL_PORT`);
  });
});

describe('findFreeLowPorts', () => {
  it('gives different ports that fit a smallint and leaves out the promised one', async () => {
    const [first = 0] = await findFreeLowPorts(1);
    const ports = await findFreeLowPorts(3, [first]);
    expect(new Set(ports).size).toBe(3);
    expect(ports).not.toContain(first);
    expect(Math.max(...ports)).toBeLessThan(32_768);
  });
});

describe('prepareHome', () => {
  it('makes the folder', () => {
    prepareHome(join(folder, 'home'));
    expect(existsSync(join(folder, 'home'))).toBe(true);
  });

  it('refuses a disk with less room than needed, in one line', () => {
    expect(() => prepareHome(folder, Number.MAX_SAFE_INTEGER)).toThrow(
      /^disk of .* MiB free, at least .* needed/,
    );
  });
});

describe('takeLock', () => {
  it('refuses a second holder, naming the process, and is free again afterwards', () => {
    const release = takeLock(folder);
    expect(() => takeLock(folder)).toThrow(`in use by another stack (process ${process.pid})`);
    release();
    takeLock(folder)();
  });

  it('takes over from a holder that has died or whose number belongs to another process now', () => {
    const file = join(folder, 'stack.lock');
    writeFileSync(file, JSON.stringify({ ...markOf('supervisor', process.pid), startTicks: '1' }));
    const release = takeLock(folder);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pid: process.pid });
    release();
    writeFileSync(file, '{"pid":');
    takeLock(folder)();
  });
});
