import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFreePorts } from '../../cli/stack/ports.ts';
import type { JsonObject } from '../../domain/json.ts';
import { checkBotScript } from '../../api/bots.ts';
import { createTestDatabase } from '../../prisma/records/test-database.ts';
import { openRecords } from '../../prisma/records/index.ts';
import { BotBench, CHROMIUM, type SeenFailure } from '../simulators/legacy/bot-bench.ts';
import { waitFor } from '../support/api-session.ts';

const ADMINER = '/usr/share/adminer/adminer';
const PHP = '/usr/bin/php';
const missing = [
  ...(existsSync(`${ADMINER}.php`) || existsSync(ADMINER) ? [] : ['adminer']),
  ...(existsSync(PHP) ? [] : ['php-cli']),
  ...(CHROMIUM === null ? ['chromium'] : []),
];
const why = missing.length === 0 ? '' : ` (skipped: missing ${missing.join(', ')})`;

const css = (value: string): JsonObject => ({ candidates: [{ by: 'css', value }] });

/** Reads the newest entries of a table of a system that nobody here wrote. */
const SCRIPT: JsonObject = {
  schemaVersion: 1,
  name: 'adminer-table',
  title: '读取 adminer 结果表',
  params: [{ name: 'baseUrl' }, { name: 'server' }, { name: 'database' }, { name: 'table' }],
  secrets: [{ name: 'login', fields: ['username', 'password'] }],
  session: { baseUrl: '{{baseUrl}}', locale: 'en' },
  limits: { timeoutMs: 90_000, stepTimeoutMs: 15_000, maxRows: 5_000, maxPages: 1, maxSignIns: 2 },
  evidence: { screenshots: 'group', trace: 'always' },
  steps: [
    {
      id: 'signIn',
      op: 'group',
      title: '登录',
      login: true,
      steps: [
        { id: 'open', op: 'goto', url: '/' },
        { id: 'driver', op: 'select', value: 'pgsql', target: css('select[name="auth[driver]"]') },
        { id: 'server', op: 'fill', value: '{{server}}', target: css('input[name="auth[server]"]') },
        { id: 'user', op: 'fillSecret', secret: 'login', field: 'username', target: css('#username') },
        {
          id: 'word',
          op: 'fillSecret',
          secret: 'login',
          field: 'password',
          target: css('input[name="auth[password]"]'),
        },
        { id: 'base', op: 'fill', value: '{{database}}', target: css('input[name="auth[db]"]') },
        {
          id: 'enter',
          op: 'click',
          target: { candidates: [{ by: 'role', value: 'button', name: 'Login' }] },
        },
        {
          id: 'inside',
          op: 'waitFor',
          target: css('#logout'),
          timeoutMs: 8_000,
          onError: { kind: 'business', code: 'login-refused', message: 'adminer refused the login' },
        },
      ],
    },
    {
      id: 'read',
      op: 'group',
      title: '读表',
      steps: [
        {
          id: 'select',
          op: 'goto',
          url: '/?pgsql={{server}}&username=postgres&db={{database}}&ns=public&select={{table}}&limit=500',
        },
        {
          id: 'rows',
          op: 'extractTable',
          saveAs: 'windows.csv',
          target: css('#table'),
          columns: [
            { name: 'name', header: 'name' },
            { name: 'opens', header: 'opens' },
            { name: 'closes', header: 'closes' },
          ],
        },
      ],
    },
  ],
};

describe.skipIf(missing.length > 0)(`a bot on adminer${why}`, () => {
  const bench = new BotBench();
  let php: ChildProcess | undefined;
  let params: Record<string, string> = {};
  let login = { username: '', password: '' };

  beforeAll(async () => {
    const databaseUrl = new URL(await createTestDatabase('adminer'));
    const records = openRecords(databaseUrl.href);
    for (let number = 1; number <= 60; number += 1)
      await records.windows.put({
        name: `window-${String(number).padStart(2, '0')}`,
        title: `窗口 ${number}`,
        calendar: 'every',
        timeZone: 'Asia/Shanghai',
        opens: '16:00',
        closes: number % 2 === 0 ? '16:30' : '17:00',
        periodMs: null,
        lengthMs: null,
        lastStartMarginMs: 0,
      });
    await records.close();
    const [port = 0] = await findFreePorts(1);
    php = spawn(
      PHP,
      [
        '-S',
        `127.0.0.1:${port}`,
        '-t',
        '/usr/share/adminer',
        existsSync(`${ADMINER}.php`) ? `${ADMINER}.php` : ADMINER,
      ],
      {
        stdio: 'ignore',
      },
    );
    const baseUrl = `http://127.0.0.1:${port}`;
    await waitFor('adminer', 20_000, async () =>
      (await fetch(baseUrl).catch(() => undefined))?.ok === true ? true : undefined,
    );
    login = {
      username: decodeURIComponent(databaseUrl.username),
      password: decodeURIComponent(databaseUrl.password),
    };
    params = {
      baseUrl,
      server: `127.0.0.1:${databaseUrl.port}`,
      database: databaseUrl.pathname.slice(1),
      table: 'change_window',
    };
  });
  afterAll(async () => {
    await bench.host.close();
    php?.kill('SIGKILL');
  });

  it('signs in and reads a result table completely', async () => {
    expect(checkBotScript(SCRIPT)).toEqual([]);
    bench.logins['bot/adminer#v1'] = login;
    const output = await bench.run(bench.publish(SCRIPT), params).catch((error: SeenFailure) => {
      throw new Error(`${error.message}\n${JSON.stringify(bench.manifest(), null, 1)}`);
    });
    expect(output.files['windows.csv']?.rows).toBe(60);
    const lines = bench.keptOf('table')[0]?.content.toString('utf8').trimEnd().split('\r\n') ?? [];
    expect(lines[0]).toBe('name,opens,closes');
    expect(lines.slice(1).sort()[1]).toBe('window-02,16:00,16:30');
    expect(bench.keptOf('screenshot')).toHaveLength(2);
  });

  it('takes a wrong password for the answer it is', async () => {
    bench.logins['bot/adminer#v1'] = { ...login, password: 'not-this-one' };
    await expect(bench.run(bench.publish(SCRIPT), params)).rejects.toMatchObject({
      isRetryable: false,
      error: { type: 'https://afterbell.example/errors/bot-login-refused' },
    });
  });
});
