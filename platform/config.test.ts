import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ConfigError, loadConfig, requireDatabaseUrl, SETTINGS } from './config.ts';

const linesOf = (env: Record<string, string>): readonly string[] => {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.lines;
    throw error;
  }
  return [];
};

describe('loadConfig', () => {
  it('works without any setting and holds no secret by default', () => {
    const config = loadConfig({});
    expect(config).toMatchObject({ listenHost: '127.0.0.1', httpPort: 7800, databaseUrl: null });
    expect(() => requireDatabaseUrl(config)).toThrow('AFTERBELL_DATABASE_URL is not set');
  });

  it('gives one line per bad setting, all at once', () => {
    const lines = linesOf({
      AFTERBELL_HTTP_PORT: '78o0',
      AFTERBELL_TIMELINE: 'yes',
      AFTERBELL_LOG_LEVEL: 'loud',
      TEMPORAL_ADDRESS: 'http://x:1',
      AFTERBELL_TYPO: '1',
      AFTERBELL_TEMPORAL_TLS_CERT_FILE: '/c',
      AFTERBELL_TIME_ZONE: 'Mars/Olympus',
    });
    expect(lines).toEqual([
      'AFTERBELL_HTTP_PORT must be a whole number from 1 to 65535, not “78o0”',
      'TEMPORAL_ADDRESS must be host:port, not “http://x:1”',
      'AFTERBELL_LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent, not “loud”',
      'AFTERBELL_TIMELINE must be true, false, on or off, not “yes”',
      'AFTERBELL_TYPO is not a setting of Afterbell',
      'AFTERBELL_TEMPORAL_TLS_KEY_FILE must be set beside the certificate',
      'AFTERBELL_TIME_ZONE must be an IANA time zone such as Asia/Shanghai, not “Mars/Olympus”',
    ]);
  });

  it.each(['1', '0', 'TRUE', 'yes', 'no', ' true'])('takes %j for no boolean', (value) => {
    expect(linesOf({ AFTERBELL_SECURE_COOKIE: value })).toHaveLength(1);
  });

  it('never repeats a database URL, which carries a password', () => {
    expect(linesOf({ AFTERBELL_DATABASE_URL: 'mysql://u:hunter2@h/d' }).join()).not.toContain('hunter2');
  });

  it('reads hosts that may be reached although private', () => {
    expect(loadConfig({ AFTERBELL_EGRESS_ALLOW: 'hook.lan, 10.0.0.7' }).egressAllowedHosts).toEqual([
      'hook.lan',
      '10.0.0.7',
    ]);
    expect(linesOf({ AFTERBELL_EGRESS_ALLOW: 'http://x' })).toHaveLength(1);
  });

  it('treats an empty variable as not set, and follows the public URL for cookies', () => {
    expect(loadConfig({ AFTERBELL_HTTP_PORT: '' }).httpPort).toBe(7800);
    expect(loadConfig({ AFTERBELL_PUBLIC_URL: 'https://desk.example/' })).toMatchObject({
      publicUrl: 'https://desk.example',
      isCookieSecure: true,
    });
  });
});

describe('SETTINGS', () => {
  it('stays at 32 or fewer', () => {
    expect(Object.keys(SETTINGS).length).toBeLessThanOrEqual(32);
  });

  it('is what .env.example shows', () => {
    const example = readFileSync(new URL('../.env.example', import.meta.url), 'utf8');
    const shown = [...example.matchAll(/^# ?([A-Z_]+)=/gm)].map((match) => match[1] ?? '');
    expect(new Set(shown)).toEqual(new Set(Object.keys(SETTINGS)));
    expect(shown).toHaveLength(Object.keys(SETTINGS).length);
  });
});
