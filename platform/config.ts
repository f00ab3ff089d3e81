import { readFileSync } from 'node:fs';
import { cacheFolder, type Environment, homeFiles, homeFolder } from './paths.ts';

/** One bad setting: its name, what is wrong and what is allowed. Never contains the value of a secret. */
export class ConfigError extends Error {
  /** One line per bad setting. */
  readonly lines: readonly string[];

  constructor(lines: readonly string[]) {
    super(lines.join('\n'));
    this.name = 'ConfigError';
    this.lines = lines;
  }
}

/** All settings of a process, validated. Read once; nothing else reads the environment. */
export interface Config {
  readonly home: string;
  readonly cache: string;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  readonly timeZone: string;
  readonly http: {
    readonly listenHost: string;
    readonly port: number;
    /** Origin under which people reach the pages; goes into links and the Origin check. */
    readonly publicUrl: string;
    readonly sessionHours: number;
    readonly secureCookie: boolean;
    readonly metricsPort: number;
  };
  /** Null while the local stack has not told its own. */
  readonly databaseUrl: string | null;
  readonly temporal: {
    readonly address: string;
    readonly namespace: string;
    readonly tls: {
      readonly certFile: string;
      readonly keyFile: string;
      readonly caFile: string | null;
    } | null;
  };
  readonly localPorts: { readonly postgres: number; readonly temporal: number };
  readonly masterKeyFile: string;
  readonly worker: {
    readonly metricsPort: number;
    /** Temporal's cache of live runs, about 1 MB each. */
    readonly cachedRuns: number;
    readonly sshThreads: number;
    readonly netZone: string;
    readonly chromiumPath: string | null;
    /** Off only for measuring: runs then leave no timeline. */
    readonly timeline: boolean;
    /** Hosts that HTTP steps may reach although their address is private. */
    readonly egressAllowedHosts: readonly string[];
  };
  /** OTLP/HTTP endpoint for traces; null sends none. */
  readonly traceExporterUrl: string | null;
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;

/** Names of all settings, in the order of `.env.example`. */
export const SETTING_NAMES = [
  'AFTERBELL_HOME',
  'AFTERBELL_CACHE',
  'AFTERBELL_LOG_LEVEL',
  'AFTERBELL_TIME_ZONE',
  'AFTERBELL_LISTEN_HOST',
  'AFTERBELL_HTTP_PORT',
  'AFTERBELL_PUBLIC_URL',
  'AFTERBELL_SESSION_HOURS',
  'AFTERBELL_SECURE_COOKIE',
  'AFTERBELL_API_METRICS_PORT',
  'AFTERBELL_DATABASE_URL',
  'TEMPORAL_ADDRESS',
  'TEMPORAL_NAMESPACE',
  'AFTERBELL_TEMPORAL_TLS_CERT_FILE',
  'AFTERBELL_TEMPORAL_TLS_KEY_FILE',
  'AFTERBELL_TEMPORAL_TLS_CA_FILE',
  'AFTERBELL_POSTGRES_PORT',
  'AFTERBELL_TEMPORAL_PORT',
  'AFTERBELL_MASTER_KEY_FILE',
  'AFTERBELL_WORKER_METRICS_PORT',
  'AFTERBELL_CACHED_RUNS',
  'AFTERBELL_SSH_THREADS',
  'AFTERBELL_NET_ZONE',
  'AFTERBELL_CHROMIUM_PATH',
  'AFTERBELL_TIMELINE',
  'AFTERBELL_EGRESS_ALLOW',
  'AFTERBELL_TRACE_EXPORTER_URL',
] as const;

/** Validates the environment; throws `ConfigError` with one line per bad setting, all of them at once. */
export function loadConfig(environment: Environment): Config {
  const read = new SettingReader(environment);
  const home = homeFolder(environment);
  const httpPort = read.integer('AFTERBELL_HTTP_PORT', 7800, 1, 65_535);
  const temporalPort = read.integer('AFTERBELL_TEMPORAL_PORT', 7833, 1, 65_535);
  const listenHost = read.text('AFTERBELL_LISTEN_HOST') ?? '127.0.0.1';
  const config: Config = {
    home,
    cache: cacheFolder(environment),
    logLevel: read.oneOf('AFTERBELL_LOG_LEVEL', LOG_LEVELS, 'info'),
    timeZone: read.timeZone('AFTERBELL_TIME_ZONE', 'Asia/Shanghai'),
    http: {
      listenHost,
      port: httpPort,
      publicUrl: read.url('AFTERBELL_PUBLIC_URL', ['http:', 'https:']) ?? `http://127.0.0.1:${httpPort}`,
      sessionHours: read.integer('AFTERBELL_SESSION_HOURS', 12, 1, 168),
      secureCookie: read.boolean('AFTERBELL_SECURE_COOKIE', false),
      metricsPort: read.integer('AFTERBELL_API_METRICS_PORT', 7809, 0, 65_535),
    },
    databaseUrl: read.url('AFTERBELL_DATABASE_URL', ['postgresql:', 'postgres:']) ?? null,
    temporal: {
      address: read.address('TEMPORAL_ADDRESS') ?? `127.0.0.1:${temporalPort}`,
      namespace: read.text('TEMPORAL_NAMESPACE') ?? 'default',
      tls: read.tls(),
    },
    localPorts: {
      postgres: read.integer('AFTERBELL_POSTGRES_PORT', 7832, 1, 65_535),
      temporal: temporalPort,
    },
    masterKeyFile: read.text('AFTERBELL_MASTER_KEY_FILE') ?? homeFiles(home).masterKey,
    worker: {
      metricsPort: read.integer('AFTERBELL_WORKER_METRICS_PORT', 7810, 0, 65_535),
      cachedRuns: read.integer('AFTERBELL_CACHED_RUNS', 1000, 0, 100_000),
      sshThreads: read.integer('AFTERBELL_SSH_THREADS', 2, 1, 64),
      netZone: read.text('AFTERBELL_NET_ZONE') ?? 'default',
      chromiumPath: read.text('AFTERBELL_CHROMIUM_PATH') ?? null,
      timeline: read.boolean('AFTERBELL_TIMELINE', true),
      egressAllowedHosts: read.list('AFTERBELL_EGRESS_ALLOW'),
    },
    traceExporterUrl: read.url('AFTERBELL_TRACE_EXPORTER_URL', ['http:', 'https:']) ?? null,
  };
  read.finish();
  return config;
}

/** The database address, or an error that names the setting: for processes that cannot go without. */
export function requireDatabaseUrl(config: Config): string {
  if (config.databaseUrl !== null) return config.databaseUrl;
  throw new ConfigError(['AFTERBELL_DATABASE_URL is not set; it must be a postgresql:// address']);
}

/** TLS material of the Temporal connection, read from its files; undefined without TLS. */
export function temporalTls(
  config: Config,
): { clientCertPair: { crt: Buffer; key: Buffer }; serverRootCACertificate?: Buffer } | undefined {
  const { tls } = config.temporal;
  if (tls === null) return undefined;
  return {
    clientCertPair: { crt: readFileSync(tls.certFile), key: readFileSync(tls.keyFile) },
    ...(tls.caFile === null ? {} : { serverRootCACertificate: readFileSync(tls.caFile) }),
  };
}

class SettingReader {
  private readonly environment: Environment;
  private readonly lines: string[] = [];

  constructor(environment: Environment) {
    this.environment = environment;
    for (const name of Object.keys(environment)) {
      if (name.startsWith('AFTERBELL_') && !name.startsWith('AFTERBELL_TEST_') && !KNOWN.has(name)) {
        this.lines.push(`${name} is not a setting; see .env.example for the list`);
      }
    }
  }

  finish(): void {
    if (this.lines.length > 0) throw new ConfigError(this.lines);
  }

  text(name: string): string | undefined {
    const value = this.environment[name];
    return value === undefined || value === '' ? undefined : value;
  }

  integer(name: string, fallback: number, minimum: number, maximum: number): number {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= minimum && value <= maximum) return value;
    this.lines.push(`${name}=${text} must be a whole number from ${minimum} to ${maximum}`);
    return fallback;
  }

  boolean(name: string, fallback: boolean): boolean {
    const text = this.text(name);
    if (text === undefined) return fallback;
    if (text === 'on' || text === 'true') return true;
    if (text === 'off' || text === 'false') return false;
    this.lines.push(`${name}=${text} must be on or off`);
    return fallback;
  }

  oneOf<const T extends string>(name: string, words: readonly T[], fallback: T): T {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const word = words.find((candidate) => candidate === text);
    if (word !== undefined) return word;
    this.lines.push(`${name}=${text} must be one of ${words.join(', ')}`);
    return fallback;
  }

  /** An address is never shown in the error: it may carry a password. */
  url(name: string, protocols: readonly string[]): string | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    if (URL.canParse(text) && protocols.includes(new URL(text).protocol)) return text.replace(/\/$/, '');
    this.lines.push(
      `${name} must be an address that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
    );
    return undefined;
  }

  address(name: string): string | undefined {
    const text = this.text(name);
    if (text === undefined || /^[^\s:/]+:\d{1,5}$/.test(text)) return text;
    this.lines.push(`${name}=${text} must look like host:port`);
    return undefined;
  }

  timeZone(name: string, fallback: string): string {
    const text = this.text(name) ?? fallback;
    try {
      return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
    } catch {
      this.lines.push(`${name}=${text} must be an IANA time zone such as Asia/Shanghai`);
      return fallback;
    }
  }

  list(name: string): readonly string[] {
    const parts = (this.text(name) ?? '').split(',').map((part) => part.trim().toLowerCase());
    return parts.filter((part) => part !== '');
  }

  tls(): Config['temporal']['tls'] {
    const certFile = this.text('AFTERBELL_TEMPORAL_TLS_CERT_FILE');
    const keyFile = this.text('AFTERBELL_TEMPORAL_TLS_KEY_FILE');
    if (certFile === undefined && keyFile === undefined) return null;
    if (certFile !== undefined && keyFile !== undefined)
      return { certFile, keyFile, caFile: this.text('AFTERBELL_TEMPORAL_TLS_CA_FILE') ?? null };
    this.lines.push(
      'AFTERBELL_TEMPORAL_TLS_CERT_FILE and AFTERBELL_TEMPORAL_TLS_KEY_FILE must be set together',
    );
    return null;
  }
}

const KNOWN: ReadonlySet<string> = new Set([...SETTING_NAMES, 'AFTERBELL_TOKEN', 'AFTERBELL_URL']);
