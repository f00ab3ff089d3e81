import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { ApplicationFailure } from '@temporalio/common';
import {
  decodeFromPayloadsAtIndex,
  decodeOptionalFailureToOptionalError,
  encodeErrorToFailure,
  encodeToPayloads,
  loadDataConverter,
} from '@temporalio/common/lib/internal-non-workflow';
import { afterAll, describe, expect, it } from 'vitest';
import { CipherError } from './cipher.ts';
import { memoryPayloads } from '../tests/support/memory-payloads.ts';
import { createPayloadCodec, dataConverter, payloadLimits } from './data-converter.ts';
import { StoredPayloads } from './stored-payloads.ts';
import { sha256Hex } from '../domain/json.ts';
import { deriveKeys, loadKeys, newMasterKey, opaque } from './keys.ts';
import { createLogger, runLogger } from './log.ts';
import { createMetrics, serveMetrics } from './metrics.ts';
import { resolvePaths } from './paths.ts';
import { createTracing } from './tracing.ts';
import { createVault, parseSecretReference, resolveSecret, Secret, testVault } from './vault.ts';

const folder = mkdtempSync(join(tmpdir(), 'afterbell-platform-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const OLD = newMasterKey();
const NEW = newMasterKey();
const keys = deriveKeys([OLD]);
const rotated = deriveKeys([NEW, OLD]);

describe('paths', () => {
  it('follows the user, the system for root, and the settings before both', () => {
    const facts = { env: {}, isRoot: false, userHome: '/home/u' };
    expect(resolvePaths(facts).home).toBe('/home/u/.local/share/afterbell');
    expect(resolvePaths({ ...facts, isRoot: true }).cache).toBe('/var/cache/afterbell');
    const own = resolvePaths({
      ...facts,
      isRoot: true,
      env: { AFTERBELL_HOME: '/srv/a', XDG_DATA_HOME: '/x' },
    });
    expect(own.masterKeyFile).toBe('/srv/a/keys/master.key');
  });
});

describe('keys', () => {
  it('makes the master key once, for its owner only, and reads the same one again', () => {
    const file = join(folder, 'keys', 'master.key');
    const first = loadKeys(file, { create: true });
    expect(first.wasCreated).toBe(true);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const second = loadKeys(file, { create: true });
    expect(second).toMatchObject({ wasCreated: false, keyId: first.keyId });
  });

  it('refuses a missing, an open and a damaged file', () => {
    const file = join(folder, 'bad.key');
    expect(() => loadKeys(file)).toThrow('does not exist');
    writeFileSync(file, 'short\n', { mode: 0o600 });
    expect(() => loadKeys(file)).toThrow('not 32 bytes');
    chmodSync(file, 0o644);
    expect(() => loadKeys(file)).toThrow('only its owner');
  });

  it('keeps workflow ids and opens old values after a rotation', () => {
    expect(opaque(rotated, 'OA-1')).toBe(opaque(keys, 'OA-1'));
    expect(opaque(deriveKeys([NEW]), 'OA-1')).not.toBe(opaque(keys, 'OA-1'));
    const sealed = createVault(keys).seal('device/sw', 1, 'pw');
    expect(createVault(rotated).open('device/sw', 1, sealed).reveal()).toBe('pw');
    const sealedNew = createVault(rotated).seal('device/sw', 1, 'pw');
    expect(() => createVault(keys).open('device/sw', 1, sealedNew)).toThrow(CipherError);
  });
});

describe('vault', () => {
  const store = () => {
    const rows = new Map<string, Uint8Array>();
    return {
      put: async (name: string, version: number, bytes: Uint8Array) =>
        void rows.set(`${name}#v${version}`, bytes),
      read: async (name: string, version: number) => rows.get(`${name}#v${version}`),
      latest: async (name: string) =>
        [...rows.keys()].some((key) => key.startsWith(`${name}#`)) ? 1 : undefined,
    };
  };

  it('binds a secret to its name and version and notices a changed byte', () => {
    const vault = createVault(keys);
    const sealed = vault.seal('device/sw', 1, 'pw');
    expect(() => vault.open('device/other', 1, sealed)).toThrow(CipherError);
    expect(() => vault.open('device/sw', 2, sealed)).toThrow(CipherError);
    const changed = Uint8Array.from(sealed);
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    expect(() => vault.open('device/sw', 1, changed)).toThrow(CipherError);
  });

  it('resolves references and says which one is missing', async () => {
    const secrets = store();
    const vault = createVault(keys);
    await secrets.put('device/sw', 1, vault.seal('device/sw', 1, 'pw'));
    expect((await resolveSecret(vault, secrets, 'device/sw#v1')).reveal()).toBe('pw');
    await expect(resolveSecret(vault, secrets, 'device/sw#v2')).rejects.toThrow('device/sw#v2');
    expect(parseSecretReference('device/sw')).toBeUndefined();
  });

  it('refuses to start on a store or a vault that keeps secrets in clear', async () => {
    await testVault(createVault(keys), store());
    const clear = {
      ...createVault(keys),
      seal: (_n: string, _v: number, value: string) => Buffer.from(value),
    };
    await expect(testVault(clear, store())).rejects.toThrow('in clear');
  });

  it('prints a secret in no way', () => {
    const secret = new Secret('hunter2');
    const printed = [
      String(secret),
      JSON.stringify({ secret }),
      inspect({ secret }),
      secret.toString(),
    ].join();
    expect(printed).not.toContain('hunter2');
  });
});

describe('data converter', () => {
  const storage = memoryPayloads();
  const loaded = loadDataConverter(dataConverter(keys, storage));
  const clearText = 'cannot-be-read-in-temporal';

  it('seals values and gives them back', async () => {
    const payloads = await encodeToPayloads(loaded, { clearText });
    expect(JSON.stringify(payloads)).not.toContain(Buffer.from(clearText).toString('base64').slice(2, 20));
    expect(Buffer.from(payloads?.[0]?.data ?? []).includes(clearText)).toBe(false);
    expect(await decodeFromPayloadsAtIndex(loaded, 0, payloads)).toEqual({ clearText });
    const later = loadDataConverter(dataConverter(rotated, storage));
    expect(await decodeFromPayloadsAtIndex(later, 0, payloads)).toEqual({ clearText });
  });

  it('seals message and stack of failures', async () => {
    const failure = await encodeErrorToFailure(loaded, ApplicationFailure.create({ message: clearText }));
    expect(`${failure.message}${failure.stackTrace}`).not.toContain(clearText);
    expect((await decodeOptionalFailureToOptionalError(loaded, failure))?.message).toBe(clearText);
  });

  it('keeps what is over 64 KiB by its hash, and 64 KiB as it is', async () => {
    const text = (bytes: number) => clearText.padEnd(bytes - 2, '.');
    const [inline] = (await encodeToPayloads(loaded, text(payloadLimits.inline))) ?? [];
    expect([inline?.data?.length ?? 0, storage.contents.size]).toEqual([expect.closeTo(65_600, -3), 0]);
    const payloads = await encodeToPayloads(loaded, text(payloadLimits.inline + 1));
    const [large] = payloads ?? [];
    expect(large?.data?.length).toBeLessThan(300);
    expect([...storage.contents.keys()]).toEqual([sha256Hex(JSON.stringify(text(payloadLimits.inline + 1)))]);
    expect(await decodeFromPayloadsAtIndex(loaded, 0, payloads)).toBe(text(payloadLimits.inline + 1));
    // Another of the same process finds it at hand; a process that has kept nothing reads the storage, and refuses what it does not have.
    const beside = loadDataConverter(dataConverter(rotated, storage));
    expect(await decodeFromPayloadsAtIndex(beside, 0, payloads)).toBe(text(payloadLimits.inline + 1));
    expect(storage.reads).toBe(0);
    const later = memoryPayloads();
    for (const content of storage.contents.values()) await later.putPayload(content);
    const other = loadDataConverter(dataConverter(keys, later));
    expect(await decodeFromPayloadsAtIndex(other, 0, payloads)).toBe(text(payloadLimits.inline + 1));
    expect(later.reads).toBe(1);
    const empty = loadDataConverter(dataConverter(keys, memoryPayloads()));
    await expect(decodeFromPayloadsAtIndex(empty, 0, payloads)).rejects.toThrow(
      'has no content with the hash',
    );
  });

  it('refuses more than it can carry', async () => {
    const data = Buffer.alloc(payloadLimits.most + 1);
    await expect(createPayloadCodec(keys, storage).encode([{ metadata: {}, data }])).rejects.toThrow(
      `a payload has ${payloadLimits.most + 1} bytes, ${payloadLimits.most} are allowed`,
    );
  });

  it('keeps at hand what passed through last, within its bound', async () => {
    const backing = memoryPayloads();
    const stored = new StoredPayloads(backing, 250);
    const hashes = await Promise.all([1, 2, 3].map((n) => stored.put(Buffer.alloc(100, n))));
    await stored.read(hashes[2] ?? '');
    expect(backing.reads).toBe(0);
    expect(await stored.read(hashes[0] ?? '')).toEqual(Buffer.alloc(100, 1));
    expect(backing.reads).toBe(1);
    const whole = await stored.put(Buffer.alloc(300));
    await stored.read(whole);
    expect(backing.reads).toBe(2);
  });

  it('refuses a payload in clear', async () => {
    const forged = {
      metadata: { encoding: Buffer.from('json/plain') },
      data: Buffer.from('{"approve":true}'),
    };
    await expect(createPayloadCodec(keys, storage).decode([forged])).rejects.toThrow('unsealed');
  });
});

describe('log', () => {
  it('carries run and step, and never a secret', () => {
    const lines: string[] = [];
    const log = createLogger('api', 'info', { write: (line) => void lines.push(line) });
    runLogger(log, 'r1', '/do/0').info(
      { password: 'p', login: { token: 'p', headers: { cookie: 'p' } } },
      'hello',
    );
    const entry: unknown = JSON.parse(lines[0] ?? '');
    expect(entry).toMatchObject({
      runId: 'r1',
      stepId: '/do/0',
      level: 'info',
      password: '[redacted]',
      login: { token: '[redacted]', headers: { cookie: '[redacted]' } },
    });
  });
});

describe('metrics and traces', () => {
  it('serves /metrics on a port of its own', async () => {
    const listener = await serveMetrics(createMetrics('test').registry, '127.0.0.1', 0);
    const answer = await fetch(`http://127.0.0.1:${listener.port}/metrics`);
    expect(await answer.text()).toContain('afterbell_http_request_seconds');
    expect((await fetch(`http://127.0.0.1:${listener.port}/`)).status).toBe(404);
    await listener.close();
  });

  it('traces only when an exporter is configured', async () => {
    expect(await createTracing({ traceExporterUrl: null }, 'test')).toBeUndefined();
    const tracing = await createTracing({ traceExporterUrl: 'http://127.0.0.1:1/v1/traces' }, 'test');
    expect(tracing?.plugin).toBeDefined();
    await tracing?.shutdown();
  });
});
