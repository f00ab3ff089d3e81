import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ConfigError, loadConfig, requireDatabaseUrl, SETTING_NAMES } from './config.ts';

const linesOf = (environment: Record<string, string>): readonly string[] => {
  try {
    loadConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.lines;
    throw error;
  }
};

describe('loadConfig', () => {
  it('has a default for everything the local stack needs', () => {
    const config = loadConfig({ AFTERBELL_HOME: '/tmp/home' });
    expect(config.http).toMatchObject({
      listenHost: '127.0.0.1',
      port: 7800,
      publicUrl: 'http://127.0.0.1:7800',
    });
    expect(config.temporal.address).toBe('127.0.0.1:7833');
    expect(config.masterKeyFile).toBe('/tmp/home/keys/master.key');
    expect(() => requireDatabaseUrl(config)).toThrow('AFTERBELL_DATABASE_URL is not set');
  });

  it.each([
    ['AFTERBELL_HTTP_PORT', '70000', 'AFTERBELL_HTTP_PORT=70000 must be a whole number from 1 to 65535'],
    ['AFTERBELL_HTTP_PORT', '7e3', 'AFTERBELL_HTTP_PORT=7e3 must be a whole number from 1 to 65535'],
    ['AFTERBELL_SECURE_COOKIE', 'yes', 'AFTERBELL_SECURE_COOKIE=yes must be on or off'],
    [
      'AFTERBELL_LOG_LEVEL',
      'loud',
      'AFTERBELL_LOG_LEVEL=loud must be one of trace, debug, info, warn, error, silent',
    ],
    [
      'AFTERBELL_TIME_ZONE',
      'Mars/Base',
      'AFTERBELL_TIME_ZONE=Mars/Base must be an IANA time zone such as Asia/Shanghai',
    ],
    ['TEMPORAL_ADDRESS', 'http://x', 'TEMPORAL_ADDRESS=http://x must look like host:port'],
    [
      'AFTERBELL_TEMPORAL_TLS_CERT_FILE',
      '/c',
      'AFTERBELL_TEMPORAL_TLS_CERT_FILE and AFTERBELL_TEMPORAL_TLS_KEY_FILE must be set together',
    ],
    ['AFTERBELL_HTTP_PROT', '1', 'AFTERBELL_HTTP_PROT is not a setting; see .env.example for the list'],
  ])('refuses %s=%s in one line', (name, value, line) => {
    expect(linesOf({ [name]: value })).toEqual([line]);
  });

  it('reports all bad settings at once and never shows an address that may carry a password', () => {
    const lines = linesOf({ AFTERBELL_HTTP_PORT: 'x', AFTERBELL_DATABASE_URL: 'mysql://root:hunter2@db' });
    expect(lines).toHaveLength(2);
    expect(lines.join(' ')).not.toContain('hunter2');
  });

  it('has at most 30 settings, all of them in .env.example and none of them with a secret as default', () => {
    const example = readFileSync(new URL('../.env.example', import.meta.url), 'utf8');
    const named = [...example.matchAll(/^([A-Z_]+)=(.*)$/gm)];
    expect(named.map((match) => match[1]).sort()).toEqual([...SETTING_NAMES].sort());
    expect(SETTING_NAMES.length).toBeLessThanOrEqual(30);
    for (const [, name, value] of named)
      if (/KEY|PASSWORD|SECRET|TOKEN|DATABASE_URL/.test(name ?? '')) expect(value).toBe('');
  });
});
