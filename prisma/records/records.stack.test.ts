import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { contentHash } from '../../domain/json.ts';
import type { Plan } from '../../engine/types.ts';
import { createVault, testVault } from '../../platform/vault.ts';
import { deriveKeys, newMasterKey } from '../../platform/keys.ts';
import { CursorError, openRecords, RecordConflict, type Records } from './index.ts';
import { createTestDatabase } from './test-database.ts';

let records: Records;
let owner: pg.Client;

beforeAll(async () => {
  const url = await createTestDatabase('records');
  records = openRecords(url);
  owner = new pg.Client({ connectionString: url });
  await owner.connect();
});
afterAll(async () => {
  await records.close();
  await owner.end();
});

const plan: Plan = {
  profile: 1,
  hash: 'h',
  document: { dsl: '1.0.3', namespace: 'n', name: 'f', version: '1.0.0' },
  functions: {},
  root: { z: 1, a: [] },
};
const flow = (flowName: string, version = '1.0.0', source = 's') => ({
  namespace: 'n',
  flowName,
  version,
  title: 't',
  source,
  documentHash: `d-${source}`,
  planHash: 'h',
  plan,
  publishedBy: 'chen.lei',
  comment: '',
});
const run = (runId: string, over: Record<string, string> = {}) => ({
  runId,
  workflowId: `w-${runId}`,
  flowVersionId: 'v',
  flowName: 'f',
  flowVersion: '1.0.0',
  planHash: 'h',
  businessKey: `k-${runId}`,
  input: { z: 1, a: '\u0000' },
  requestedBy: 'li.na',
  authoredBy: 'chen.lei',
  ...over,
});
describe('flows', () => {
  it('keeps versions, member order of plans, and lists the newest of each by pages', async () => {
    const first = await records.flows.publishShipped(flow('alpha'));
    expect(JSON.stringify(first.plan.root)).toBe('{"z":1,"a":[]}');
    await records.flows.publishShipped(flow('alpha', '1.0.1', 's2'));
    await records.flows.publishShipped(flow('beta'));
    expect((await records.flows.find('alpha'))?.version).toBe('1.0.1');
    expect((await records.flows.find('alpha', '1.0.0'))?.flowVersionId).toBe(first.flowVersionId);
    expect((await records.flows.versions('alpha')).map((row) => row.version)).toEqual(['1.0.1', '1.0.0']);
    const page = await records.flows.list({ limit: 1 });
    expect(page.items.map((row) => `${row.flowName} ${row.version}`)).toEqual(['alpha 1.0.1']);
    const rest = await records.flows.list({ limit: 5, cursor: page.next ?? '' });
    expect(rest.items.map((row) => row.flowName)).toEqual(['beta']);
    expect(rest.next).toBeUndefined();
  });

  it('publishes the same content once and refuses other content under the same version', async () => {
    const first = await records.flows.publishShipped(flow('gamma'));
    expect((await records.flows.publishShipped(flow('gamma'))).flowVersionId).toBe(first.flowVersionId);
    await expect(records.flows.publishShipped(flow('gamma', '1.0.0', 'other'))).rejects.toThrow(
      RecordConflict,
    );
  });
});

describe('runs', () => {
  it('makes one run of five requests at once, and says when the body differs', async () => {
    const answers = await Promise.all(
      [1, 2, 3, 4, 5].map((n) =>
        records.runs.accept(run(`five-${n}`, { businessKey: 'five' }), {
          key: 'k5',
          owner: 'oa',
          bodyHash: 'b',
        }),
      ),
    );
    expect(answers.map((answer) => answer.outcome).toSorted((a, b) => a.localeCompare(b))).toEqual([
      'created',
      ...Array(4).fill('replayed'),
    ]);
    expect(new Set(answers.map((answer) => answer.run.runId)).size).toBe(1);
    const other = await records.runs.accept(run('five-6'), { key: 'k5', owner: 'oa', bodyHash: 'other' });
    expect(other.outcome).toBe('conflict');
    const foreign = await records.runs.accept(run('five-7'), {
      key: 'k5',
      owner: 'other-owner',
      bodyHash: 'b',
    });
    expect(foreign.outcome).toBe('created');
  });

  it('refuses a taken business key and gives the idempotency key back', async () => {
    await records.runs.accept(run('bk-1', { businessKey: 'bk' }));
    const taken = await records.runs.accept(run('bk-2', { businessKey: 'bk' }), {
      key: 'bk',
      owner: 'oa',
      bodyHash: 'b',
    });
    expect(taken).toMatchObject({ outcome: 'conflict', run: { runId: 'bk-1' } });
    const again = await records.runs.accept(run('bk-3'), { key: 'bk', owner: 'oa', bodyHash: 'b2' });
    expect(again.outcome).toBe('created');
  });

  it('lists by pages without losing or repeating a row, and refuses a foreign cursor', async () => {
    for (const n of [1, 2, 3, 4, 5]) await records.runs.accept(run(`page-${n}`, { flowName: 'paged' }));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await records.runs.list(
        { flowName: 'paged' },
        { limit: 2, ...(cursor === undefined ? {} : { cursor }) },
      );
      seen.push(...page.items.map((row) => row.runId));
      cursor = page.next;
    } while (cursor !== undefined);
    expect(seen.toSorted((a, b) => b.localeCompare(a))).toEqual([
      'page-5',
      'page-4',
      'page-3',
      'page-2',
      'page-1',
    ]);
    await expect(records.runs.list({}, { limit: 2, cursor: 'bm8' })).rejects.toThrow(CursorError);
  });

  it('hands unstarted runs to the relay until they are started', async () => {
    await records.runs.accept(run('start-1'));
    const waiting = async () => (await records.runs.unstarted(100)).map((row) => row.runId);
    expect(await waiting()).toContain('start-1');
    await records.runs.markStarted('start-1', new Date());
    expect(await waiting()).not.toContain('start-1');
    expect(await records.runs.find('start-1')).toMatchObject({
      status: 'running',
      input: { z: 1, a: '\u0000' },
    });
  });
});

describe('effects', () => {
  const effect = (effectId: string) => ({
    effectId,
    runId: 'e',
    pointer: '/do/0',
    visit: '0',
    part: 'sw/1',
    effectClass: 'R' as const,
    fence: 5n,
    intent: { a: 1 },
  });

  it('plans once and keeps the ending', async () => {
    await records.effects.plan(effect('e1'));
    await records.effects.mark('e1', 'sent', { fence: 5n });
    await records.effects.mark('e1', 'done', { fence: 5n, outcome: { ok: true }, evidenceHash: 'x' });
    expect((await records.effects.plan(effect('e1'))).status).toBe('done');
    await expect(records.effects.mark('e1', 'sent', {})).rejects.toMatchObject({ code: 'effect-closed' });
    await records.effects.mark('e1', 'compensated', { fence: 6n });
    expect(await records.effects.find('e1')).toMatchObject({
      status: 'compensated',
      fence: 6n,
      outcome: { ok: true },
    });
  });

  it('refuses an older fence and an effect never planned', async () => {
    await records.effects.plan(effect('e2'));
    await records.effects.mark('e2', 'sent', { fence: 9n });
    await expect(records.effects.mark('e2', 'done', { fence: 8n })).rejects.toMatchObject({
      code: 'effect-fenced',
    });
    await expect(records.effects.mark('e3', 'done', {})).rejects.toMatchObject({ code: 'unknown-row' });
  });
});

describe('devices', () => {
  const device = {
    deviceId: 'dev1',
    name: 'sw1',
    host: '127.0.0.1',
    port: 22,
    platform: 'cisco_ios',
    zone: 'default',
    credentialRef: 'device/sw1#v1',
    hostKeyType: null,
    hostKeySha256: null,
    sshProfile: 'modern',
    protectedPorts: ['Gi1/0/48'],
    attributes: { dialect: 'iosxe' },
  } as const;
  const SECOND_MS = 1_000;

  it('keeps the id of a device that is put again under its name', async () => {
    expect(await records.devices.put(device)).toEqual(device);
    const again = await records.devices.put({ ...device, deviceId: 'other', host: '127.0.0.2' });
    expect(again).toMatchObject({ deviceId: 'dev1', host: '127.0.0.2' });
    expect((await records.devices.list({ limit: 10 })).items).toHaveLength(1);
  });

  it('leases a device to one holder; every acquisition has a higher fence', async () => {
    const first = await records.devices.acquireLease('dev1', 'h1', 60 * SECOND_MS);
    if (first === undefined) throw new Error('no lease');
    expect(await records.devices.acquireLease('dev1', 'h2', SECOND_MS)).toBeUndefined();
    expect(await records.devices.renewLease(first, 60 * SECOND_MS)).toBe(true);
    const retry = await records.devices.acquireLease('dev1', 'h1', 60 * SECOND_MS);
    if (retry === undefined) throw new Error('no lease');
    expect(retry.fence).toBeGreaterThan(first.fence);
    expect(await records.devices.renewLease(first, SECOND_MS)).toBe(false);
    await records.devices.releaseLease(first);
    expect(await records.devices.acquireLease('dev1', 'h2', SECOND_MS)).toBeUndefined();
    await records.devices.releaseLease(retry);
    const next = await records.devices.acquireLease('dev1', 'h2', 0);
    expect(next?.fence).toBeGreaterThan(retry.fence);
    expect(next === undefined ? true : await records.devices.renewLease(next, SECOND_MS)).toBe(false);
  });

  it('never lets a seeded sample replace a real one', async () => {
    const sample = {
      deviceName: 'sw1',
      port: 'Gi1/0/1',
      tradingDay: '2026-11-20',
      sampledAt: new Date(0),
      link: 'down',
      flapCount: 3,
      downSince: null,
      deviceUpSince: null,
      source: 'schedule',
    } as const;
    await records.devices.putSamples([{ ...sample, source: 'seed', link: 'up' }]);
    await records.devices.putSamples([sample]);
    await records.devices.putSamples([{ ...sample, source: 'seed', link: 'up' }]);
    expect(await records.devices.samples('sw1', ['2026-11-20', '2026-11-19'])).toEqual([sample]);
  });
});

describe('evidence', () => {
  it('stores bytes once per hash, links them once per step and notices changed bytes', async () => {
    const file = {
      runId: 'ev',
      pointer: '/do/0',
      visit: '0',
      kind: 'result',
      name: 'r.csv',
      mediaType: 'text/csv',
    };
    const bytes = new TextEncoder().encode('a,b\n');
    const first = await records.evidence.put(file, bytes);
    expect(await records.evidence.put(file, bytes)).toEqual(first);
    expect((await records.evidence.ofRun('ev')).map((row) => row.fileId)).toEqual([first.fileId]);
    expect((await records.evidence.read(first.fileId))?.content).toEqual(Buffer.from(bytes));
    await owner.query(`UPDATE payload SET content = 'changed' WHERE sha256 = $1`, [first.sha256]);
    await expect(records.evidence.read(first.fileId)).rejects.toThrow('does not have the hash');
  });
});

describe('audit', () => {
  it('chains entries of many writers at once and finds a changed one', async () => {
    const entry = (objectId: string) => ({
      actor: 'a',
      action: 'b',
      objectKind: 'c',
      objectId,
      detail: { 名: '值' },
    });
    await Promise.all(Array.from({ length: 20 }, (_, n) => records.audit.append(entry(String(n)))));
    expect(await records.audit.verify()).toBeUndefined();
    const page = await records.audit.list({ limit: 15 });
    expect(page.items[0]).toMatchObject({ actor: 'a', detail: { 名: '值' } });
    expect((await records.audit.list({ limit: 15, cursor: page.next ?? '' })).items).toHaveLength(5);
    await owner.query('ALTER TABLE audit_entry DISABLE TRIGGER ALL');
    await owner.query(`UPDATE audit_entry SET actor = 'somebody else' WHERE sequence = 7`);
    expect(await records.audit.verify()).toEqual({ sequence: 7n });
    await owner.query(`UPDATE audit_entry SET actor = 'a' WHERE sequence = 7`);
    await owner.query('DELETE FROM audit_entry WHERE sequence = 11');
    expect(await records.audit.verify()).toEqual({ sequence: 11n });
    await owner.query('ALTER TABLE audit_entry ENABLE TRIGGER ALL');
  });
});

describe('people, secrets, windows', () => {
  const person = {
    personId: 'wang.min',
    username: 'wang.min',
    displayName: '王敏',
    roles: ['approver'],
    passwordHash: 'h',
    disabledAt: null,
  };

  it('keeps people, sessions and tokens', async () => {
    expect(await records.people.put(person)).toEqual(person);
    expect((await records.people.byUsername('wang.min'))?.displayName).toBe('王敏');
    const expiresAt = new Date(Date.now() + 3_600_000);
    await records.people.createSession({ sessionHash: 's', personId: 'wang.min', csrfToken: 'c', expiresAt });
    expect(await records.people.session('s')).toEqual({ personId: 'wang.min', csrfToken: 'c', expiresAt });
    await records.people.endSession('s');
    expect(await records.people.session('s')).toBeUndefined();
    const token = {
      tokenHash: 't',
      name: 'oa',
      kind: 'service',
      personId: null,
      roles: ['integration'],
      expiresAt: null,
    } as const;
    await records.people.createToken(token);
    expect(await records.people.token('t')).toMatchObject({ kind: 'service', personId: null });
    const { tokenHash: _hash, ...shown } = token;
    expect(await records.people.tokens()).toEqual([{ ...shown, tokenId: 't', createdAt: expect.any(Date) }]);
    const other = { ...token, tokenHash: 'f'.repeat(64), name: 'other' };
    await records.people.createToken(other);
    expect(await records.people.revokeTokenById('f'.repeat(24), 'wang.min')).toBeUndefined();
    expect(await records.people.revokeTokenById('f'.repeat(24))).toBe('other');
    expect(await records.people.revokeTokenById('f'.repeat(24))).toBeUndefined();
    await records.people.revokeToken('t');
    expect(await records.people.token('t')).toBeUndefined();
    expect(await records.people.tokens()).toEqual([]);
  });

  it('refuses a deciding token of nobody and one that lives longer than 8 hours', async () => {
    const token = {
      tokenHash: 'x',
      name: 'x',
      kind: 'deciding',
      personId: null,
      roles: [],
      expiresAt: new Date(),
    } as const;
    await expect(records.people.createToken(token)).rejects.toThrow();
    const long = { ...token, personId: 'wang.min', expiresAt: new Date(Date.now() + 9 * 3_600_000) };
    await expect(records.people.createToken(long)).rejects.toThrow();
  });

  it('keeps secrets as ciphertext, one per version', async () => {
    await testVault(createVault(deriveKeys([newMasterKey()])), records.secrets);
    await records.secrets.put('device/sw1', 1, Buffer.of(1, 2));
    await expect(records.secrets.put('device/sw1', 1, Buffer.of(3))).rejects.toThrow(RecordConflict);
    expect(await records.secrets.latest('device/sw1')).toBe(1);
    expect(await records.secrets.latest('none')).toBeUndefined();
    expect(await records.secrets.list()).toContainEqual({
      name: 'device/sw1',
      version: 1,
      createdAt: expect.any(Date),
    });
  });

  it('keeps windows and refuses one that is neither by hours nor by period', async () => {
    const window = {
      name: 'demo',
      title: 't',
      calendar: 'every',
      timeZone: 'Asia/Shanghai',
      opens: null,
      closes: null,
      periodMs: 120_000,
      lengthMs: 90_000,
      lastStartMarginMs: 0,
    };
    await records.windows.put(window);
    expect(await records.windows.find('demo')).toEqual(window);
    await expect(records.windows.put({ ...window, name: 'bad', opens: '16:00' })).rejects.toThrow();
  });
});

describe('listen', () => {
  it('tells of runs and approvals, and comes back after the connection was lost', async () => {
    const heard: string[] = [];
    const stopRun = await records.listen('run', (runId) => void heard.push(`run ${runId}`));
    const stopApproval = await records.listen(
      'approval',
      (approvalId) => void heard.push(`approval ${approvalId}`),
    );
    await records.runs.accept(run('heard'));
    await records.approvals.open({
      approvalId: 'heard',
      runId: 'heard',
      commandId: 'c1',
      pointer: '/do/0',
      title: 't',
      content: {},
      contentHash: contentHash({}),
      attemptNonce: 'n1',
      rule: 'any',
      candidates: ['role:net-reviewer'],
      requesterId: 'li.na',
      authorId: 'chen.lei',
      deadlineAt: null,
    });
    await vi.waitFor(() => expect(heard).toEqual(expect.arrayContaining(['run heard', 'approval heard'])));
    await owner.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()`,
    );
    await vi.waitFor(
      async () => {
        await records.timeline.write([{ runId: 'again', records: [] }]);
        expect(heard).toContain('run again');
      },
      { timeout: 20_000, interval: 100 },
    );
    await stopRun();
    await stopApproval();
  });
});
