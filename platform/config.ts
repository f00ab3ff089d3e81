import { type Paths, resolvePaths } from './paths.ts';
import {
  address,
  flag,
  hosts,
  label,
  oneOf,
  SettingProblem,
  type SettingParser,
  text,
  url,
  urls,
  whole,
} from './setting.ts';

const port = whole(1, 65_535);

/**
 * Every setting of the product: environment variable -> parser. The only list there is; `.env.example` is compared with it. None
 * holds a secret by default, and an empty variable counts as not set.
 */
export const SETTINGS = {
  AFTERBELL_HOME: text,
  AFTERBELL_CACHE: text,
  AFTERBELL_LISTEN_HOST: text,
  AFTERBELL_HTTP_PORT: port,
  AFTERBELL_PUBLIC_URL: url(['http', 'https']),
  AFTERBELL_DATABASE_URL: url(['postgresql', 'postgres']),
  AFTERBELL_POSTGRES_PORT: port,
  AFTERBELL_TEMPORAL_PORT: port,
  TEMPORAL_ADDRESS: address,
  TEMPORAL_NAMESPACE: text,
  AFTERBELL_TEMPORAL_TLS_CERT_FILE: text,
  AFTERBELL_TEMPORAL_TLS_KEY_FILE: text,
  AFTERBELL_TEMPORAL_TLS_CA_FILE: text,
  AFTERBELL_MASTER_KEY_FILE: text,
  AFTERBELL_LOG_LEVEL: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
  AFTERBELL_API_METRICS_PORT: port,
  AFTERBELL_WORKER_METRICS_PORT: port,
  AFTERBELL_TRACE_EXPORTER_URL: url(['http', 'https']),
  AFTERBELL_SESSION_HOURS: whole(1, 168),
  AFTERBELL_SSH_THREADS: whole(1, 64),
  AFTERBELL_NET_ZONE: label,
  AFTERBELL_CHROMIUM_PATH: text,
  AFTERBELL_TIMELINE: flag,
  AFTERBELL_CACHED_RUNS: whole(1, 100_000),
  AFTERBELL_SECURE_COOKIE: flag,
  AFTERBELL_TIME_ZONE: text,
  AFTERBELL_SIGN_IN_PER_MINUTE: whole(1, 1_000),
  AFTERBELL_EGRESS_ALLOW: hosts,
  AFTERBELL_DIALLER_URL: url(['http', 'https']),
  AFTERBELL_DIALLER_SECRET: text,
  AFTERBELL_EVENT_SINKS: urls(['http', 'https']),
  AFTERBELL_EVENT_SINK_SECRET: text,
} as const satisfies Readonly<Record<string, SettingParser<unknown>>>;

/** Read by the command line as a client of the API, so they may stand in the environment of a server too. */
const CLIENT_NAMES: ReadonlySet<string> = new Set(['AFTERBELL_URL', 'AFTERBELL_TOKEN']);

type Settings = { [Name in keyof typeof SETTINGS]?: ReturnType<(typeof SETTINGS)[Name]> };

/** Client certificate and authority for Temporal; files in PEM. */
export interface TemporalTls {
  readonly certFile: string | null;
  readonly keyFile: string | null;
  readonly caFile: string | null;
}

/** The checked configuration of a process. Ports are TCP ports; `null` means not set. */
export interface Config {
  readonly paths: Paths;
  readonly listenHost: string;
  readonly httpPort: number;
  /** Address people open; origin checks and links use it. */
  readonly publicUrl: string;
  /** Null until the local stack or the operator gives one; `requireDatabaseUrl` says so in one line. */
  readonly databaseUrl: string | null;
  readonly postgresPort: number;
  readonly temporalPort: number;
  readonly temporalAddress: string;
  /** True when TEMPORAL_ADDRESS was given: the local stack then starts no Temporal. */
  readonly isTemporalExternal: boolean;
  readonly temporalNamespace: string;
  /** Null: no TLS towards Temporal. */
  readonly temporalTls: TemporalTls | null;
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
  readonly apiMetricsPort: number;
  readonly workerMetricsPort: number;
  /** Null: tracing is off. */
  readonly traceExporterUrl: string | null;
  readonly sessionHours: number;
  readonly sshThreads: number;
  readonly netZone: string;
  readonly chromiumPath: string | null;
  /** False switches the run timeline off (measurements only). */
  readonly isTimelineOn: boolean;
  /** Workflows a worker keeps in memory. */
  readonly cachedRuns: number;
  readonly isCookieSecure: boolean;
  /** IANA zone in which times are shown. */
  readonly timeZone: string;
  readonly signInPerMinute: number;
  /** Hosts that HTTP steps may reach although their address is private. */
  readonly egressAllowedHosts: readonly string[];
  /** Where events that flows emit are delivered, and the secret they are signed with; without one they go unsigned. */
  readonly eventSinks: { readonly urls: readonly string[]; readonly secretRef: string | null };
  /** Where robot calls are handed to, and the reference of the secret that signs them. Null: they wait in their queue. */
  readonly dialler: { readonly url: string; readonly secretRef: string } | null;
}

/** One or more settings cannot be used. `message` has one line per setting. */
export class ConfigError extends Error {
  readonly lines: readonly string[];

  constructor(lines: readonly string[]) {
    super(lines.join('\n'));
    this.name = 'ConfigError';
    this.lines = lines;
  }
}

/**
 * Reads and checks all settings at once. Throws `ConfigError` with one line per bad setting, also for a misspelt AFTERBELL_ name:
 * a setting that is silently ignored is worse than a process that does not start. Names with AFTERBELL_TEST_ belong to the tests.
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const lines: string[] = [];
  const settings = parseSettings(env, lines);
  lines.push(...unknownNames(env), ...conflicts(settings));
  if (lines.length > 0) throw new ConfigError(lines);
  const httpPort = settings.AFTERBELL_HTTP_PORT ?? 7800;
  const temporalPort = settings.AFTERBELL_TEMPORAL_PORT ?? 7833;
  const publicUrl = settings.AFTERBELL_PUBLIC_URL ?? `http://127.0.0.1:${httpPort}`;
  return {
    paths: resolvePaths({ env, isRoot: process.getuid?.() === 0, userHome: env.HOME ?? '/' }),
    listenHost: settings.AFTERBELL_LISTEN_HOST ?? '127.0.0.1',
    httpPort,
    publicUrl: publicUrl.replace(/\/+$/, ''),
    databaseUrl: settings.AFTERBELL_DATABASE_URL ?? null,
    postgresPort: settings.AFTERBELL_POSTGRES_PORT ?? 7832,
    temporalPort,
    temporalAddress: settings.TEMPORAL_ADDRESS ?? `127.0.0.1:${temporalPort}`,
    isTemporalExternal: settings.TEMPORAL_ADDRESS !== undefined,
    temporalNamespace: settings.TEMPORAL_NAMESPACE ?? 'default',
    temporalTls: temporalTls(settings),
    logLevel: settings.AFTERBELL_LOG_LEVEL ?? 'info',
    apiMetricsPort: settings.AFTERBELL_API_METRICS_PORT ?? 7809,
    workerMetricsPort: settings.AFTERBELL_WORKER_METRICS_PORT ?? 7810,
    traceExporterUrl: settings.AFTERBELL_TRACE_EXPORTER_URL ?? null,
    sessionHours: settings.AFTERBELL_SESSION_HOURS ?? 12,
    sshThreads: settings.AFTERBELL_SSH_THREADS ?? 2,
    netZone: settings.AFTERBELL_NET_ZONE ?? 'default',
    chromiumPath: settings.AFTERBELL_CHROMIUM_PATH ?? null,
    isTimelineOn: settings.AFTERBELL_TIMELINE ?? true,
    cachedRuns: settings.AFTERBELL_CACHED_RUNS ?? 1000,
    isCookieSecure: settings.AFTERBELL_SECURE_COOKIE ?? publicUrl.startsWith('https://'),
    timeZone: settings.AFTERBELL_TIME_ZONE ?? 'Asia/Shanghai',
    signInPerMinute: settings.AFTERBELL_SIGN_IN_PER_MINUTE ?? 10,
    egressAllowedHosts: settings.AFTERBELL_EGRESS_ALLOW ?? [],
    eventSinks: {
      urls: settings.AFTERBELL_EVENT_SINKS ?? [],
      secretRef: settings.AFTERBELL_EVENT_SINK_SECRET ?? null,
    },
    dialler: dialler(settings),
  };
}

/** The database URL, or `ConfigError` with one line. */
export function requireDatabaseUrl(config: Config): string {
  if (config.databaseUrl === null)
    throw new ConfigError([
      'AFTERBELL_DATABASE_URL is not set; this process needs a PostgreSQL to work with',
    ]);
  return config.databaseUrl;
}

function parseSettings(env: Readonly<Record<string, string | undefined>>, lines: string[]): Settings {
  const parsed: Record<string, unknown> = {};
  for (const [name, parse] of Object.entries(SETTINGS)) {
    const value = env[name];
    if (value === undefined || value === '') continue;
    try {
      parsed[name] = parse(value);
    } catch (error) {
      if (!(error instanceof SettingProblem)) throw error;
      lines.push(`${name} ${error.message}`);
    }
  }
  return parsed;
}

function unknownNames(env: Readonly<Record<string, string | undefined>>): string[] {
  return Object.keys(env)
    .filter((name) => name.startsWith('AFTERBELL_') && !name.startsWith('AFTERBELL_TEST_'))
    .filter((name) => !Object.hasOwn(SETTINGS, name) && !CLIENT_NAMES.has(name))
    .map((name) => `${name} is not a setting of Afterbell`);
}

function conflicts(settings: Settings): string[] {
  const lines: string[] = [];
  const hasCert = settings.AFTERBELL_TEMPORAL_TLS_CERT_FILE !== undefined;
  const hasKey = settings.AFTERBELL_TEMPORAL_TLS_KEY_FILE !== undefined;
  if (hasCert && !hasKey) lines.push('AFTERBELL_TEMPORAL_TLS_KEY_FILE must be set beside the certificate');
  if (hasKey && !hasCert) lines.push('AFTERBELL_TEMPORAL_TLS_CERT_FILE must be set beside the key');
  if ((settings.AFTERBELL_DIALLER_URL === undefined) !== (settings.AFTERBELL_DIALLER_SECRET === undefined))
    lines.push('AFTERBELL_DIALLER_URL and AFTERBELL_DIALLER_SECRET must be set together');
  const zone = settings.AFTERBELL_TIME_ZONE;
  if (zone !== undefined && !isTimeZone(zone))
    lines.push(`AFTERBELL_TIME_ZONE must be an IANA time zone such as Asia/Shanghai, not “${zone}”`);
  return lines;
}

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

function dialler({ AFTERBELL_DIALLER_URL: url, AFTERBELL_DIALLER_SECRET: secretRef }: Settings) {
  return url === undefined || secretRef === undefined ? null : { url, secretRef };
}

function temporalTls(settings: Settings): TemporalTls | null {
  const tls = {
    certFile: settings.AFTERBELL_TEMPORAL_TLS_CERT_FILE ?? null,
    keyFile: settings.AFTERBELL_TEMPORAL_TLS_KEY_FILE ?? null,
    caFile: settings.AFTERBELL_TEMPORAL_TLS_CA_FILE ?? null,
  };
  return tls.certFile === null && tls.caFile === null ? null : tls;
}
