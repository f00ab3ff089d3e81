import { mkdtempSync, chmodSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { dataConverter } from './data-converter.ts';
import { deriveKeys, ensureMasterKey, readKeys } from './keys.ts';
import { createLog } from './log.ts';
import { createMetrics, serveMetrics } from './metrics.ts';
import { decrypt, encrypt, openVault, parseSecretReference } from './vault.ts';

const keys = deriveKeys(Buffer.alloc(32, 7));

describe('master key', () => {
  it('is made once with mode 0600 and refused when others may read it', () => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'afterbell-key-')), 'keys', 'master.key');
    expect(() => readKeys(file)).toThrow('does not exist');
    expect(ensureMasterKey(file)).toBe(true);
    expect(ensureMasterKey(file)).toBe(false);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readKeys(file).keyId).toMatch(/^[0-9a-f]{16}$/);
    chmodSync(file, 0o644);
    expect(() => readKeys(file)).toThrow('0600');
  });

  it('gives each purpose another key', () => {
    expect(keys.payload.equals(keys.vault)).toBe(false);
    expect(keys.opaque('OA-1')).toMatch(/^[0-9a-f]{64}$/);
    expect(keys.opaque('OA-1')).not.toBe(deriveKeys(Buffer.alloc(32, 8)).opaque('OA-1'));
  });
});

describe('vault', () => {
  it('binds a ciphertext to its name and version', () => {
    const vault = openVault(keys.vault);
    const sealed = vault.seal('device/a', 1, 'hunter2');
    expect(Buffer.from(sealed).includes('hunter2')).toBe(false);
    expect(vault.unseal('device/a', 1, sealed).reveal()).toBe('hunter2');
    expect(() => vault.unseal('device/a', 2, sealed)).toThrow();
    expect(() => vault.unseal('device/b', 1, sealed)).toThrow();
  });

  it('notices a changed byte', () => {
    const sealed = encrypt(keys.vault, Buffer.from('text'), 'c');
    sealed[sealed.length - 1] = (sealed.at(-1) ?? 0) ^ 1;
    expect(() => decrypt(keys.vault, sealed, 'c')).toThrow();
  });

  it('never shows a secret', () => {
    const secret = openVault(keys.vault).unseal('n', 1, openVault(keys.vault).seal('n', 1, 'hunter2'));
    expect([String(secret), JSON.stringify({ secret }), inspect({ secret })].join()).not.toContain('hunter2');
  });

  it('reads references', () => {
    expect(parseSecretReference('device/core-sw#v3')).toEqual({ name: 'device/core-sw', version: 3 });
    expect(() => parseSecretReference('device/core-sw')).toThrow('device/core-sw#v1');
  });
});

describe('payload codec', () => {
  const codec = dataConverter(keys).payloadCodecs?.[0];

  it('hides data and metadata and brings both back', async () => {
    const payload = {
      metadata: { encoding: Buffer.from('json/plain') },
      data: Buffer.from('"客户 13800000000"'),
    };
    const [encoded] = (await codec?.encode([payload])) ?? [];
    expect(Buffer.from(encoded?.data ?? []).includes('13800000000')).toBe(false);
    expect(Buffer.from(encoded?.metadata?.encoding ?? []).toString()).toBe('binary/afterbell-aes-256-gcm');
    const [decoded] = (await codec?.decode(encoded === undefined ? [] : [encoded])) ?? [];
    expect(Buffer.from(decoded?.data ?? []).toString()).toBe('"客户 13800000000"');
    expect(Buffer.from(decoded?.metadata?.encoding ?? []).toString()).toBe('json/plain');
  });

  it('names the key when another one is needed', async () => {
    const [encoded] = (await codec?.encode([{ metadata: {}, data: Buffer.from('1') }])) ?? [];
    const other = dataConverter(deriveKeys(Buffer.alloc(32, 9))).payloadCodecs?.[0];
    await expect(other?.decode(encoded === undefined ? [] : [encoded])).rejects.toThrow(
      `encrypted with key ${keys.keyId}`,
    );
  });
});

describe('log and metrics', () => {
  it('redacts credentials and carries the run id', () => {
    const lines: string[] = [];
    const log = createLog(
      { level: 'info', name: 'test' },
      { write: (line: string) => void lines.push(line) },
    );
    log
      .child({ runId: 'r1' })
      .info({ credential: { password: 'hunter2' }, request: { cookie: 'hunter2' } }, 'x');
    expect(lines.join()).not.toContain('hunter2');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ runId: 'r1', level: 'info' });
  });

  it('serves the metrics of the process', async () => {
    const served = await serveMetrics(createMetrics('test'), '127.0.0.1', 0);
    const text = await (await fetch(`http://127.0.0.1:${served.port}/metrics`)).text();
    await served.close();
    expect(text).toContain('process_resident_memory_bytes{process="test"}');
  });
});
