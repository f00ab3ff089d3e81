import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import * as binding from '@prisma/schema-engine-wasm/schema_engine_bg';

const folder = fileURLToPath(new URL('.', import.meta.url));
const NO_FILTER: binding.SchemaFilter = { externalTables: [], externalEnums: [] };

interface EngineExports extends WebAssembly.Exports {
  readonly __wbindgen_start: () => void;
}

let loading: Promise<void> | undefined;

/** Prisma's schema engine as WebAssembly: nothing is downloaded and no native program runs. */
async function loadEngine(): Promise<void> {
  const bindings: typeof binding & { __wbg_set_wasm?: (exports: WebAssembly.Exports) => void } = binding;
  const file = createRequire(import.meta.url)
    .resolve('@prisma/schema-engine-wasm')
    .replace(/schema_engine\.js$/, 'schema_engine_bg.wasm');
  const imports = { './schema_engine_bg.js': bindings as unknown as WebAssembly.ModuleImports };
  const { instance } = await WebAssembly.instantiate(readFileSync(file), imports);
  bindings.__wbg_set_wasm?.(instance.exports);
  (instance.exports as EngineExports).__wbindgen_start();
}

/**
 * Prisma's adapter cuts scripts at every semicolon, also inside functions, and runs the pieces one by one. A migration goes to the server
 * whole instead: functions stay whole, and a failing migration leaves nothing behind (one implicit transaction).
 */
class WholeScriptAdapter extends PrismaPg {
  readonly #opened: Array<{ dispose: () => Promise<void> }> = [];

  override async connect(): ReturnType<PrismaPg['connect']> {
    const adapter = await super.connect();
    adapter.executeScript = async (script: string) => {
      await adapter.underlyingDriver().query(script);
    };
    this.#opened.push(adapter);
    return adapter;
  }

  /** Ends the connections the engine opened. It leaves them open itself, and with them the lock it migrates under. */
  async end(): Promise<void> {
    await Promise.all(this.#opened.map((adapter) => adapter.dispose()));
  }
}

async function withEngine<Result>(
  databaseUrl: string,
  work: (engine: binding.SchemaEngine) => Promise<Result>,
): Promise<Result> {
  loading ??= loadEngine();
  await loading;
  const adapter = new WholeScriptAdapter({ connectionString: databaseUrl, max: 1 });
  try {
    const engine = await binding.SchemaEngine.new(
      { datamodels: [['schema.prisma', readSchema()]] },
      () => undefined,
      bindMigrationAwareSqlAdapterFactory(adapter),
    );
    try {
      return await work(engine);
    } finally {
      engine.free();
    }
  } finally {
    await adapter.end();
  }
}

function readMigrations(): binding.MigrationList {
  const baseDir = join(folder, 'migrations');
  const names = readdirSync(baseDir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort((left, right) => (left < right ? -1 : 1));
  return {
    baseDir,
    lockfile: {
      path: 'migration_lock.toml',
      content: readFileSync(join(baseDir, 'migration_lock.toml'), 'utf8'),
    },
    shadowDbInitScript: '',
    migrationDirectories: names.map((name) => ({
      path: name,
      migrationFile: {
        path: 'migration.sql',
        content: { tag: 'ok' as const, value: readFileSync(join(baseDir, name, 'migration.sql'), 'utf8') },
      },
    })),
  };
}

/** Applies the migrations that the database does not have yet; returns their names. Keeps `_prisma_migrations`. */
export function applyMigrations(databaseUrl: string): Promise<string[]> {
  return withEngine(databaseUrl, async (engine) => {
    const migrationsList = readMigrations();
    return (await engine.applyMigrations({ migrationsList, filters: NO_FILTER })).appliedMigrationNames;
  });
}

/** SQL that makes all tables of schema.prisma from nothing: the start of a new migration. */
export function renderSchema(databaseUrl: string): Promise<string> {
  return withEngine(databaseUrl, async (engine) => {
    const { stdout } = await engine.diff({
      from: { tag: 'empty' },
      to: { tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content: readSchema() }] },
      script: true,
      exitCode: null,
      filters: NO_FILTER,
    });
    return stdout ?? '';
  });
}

function readSchema(): string {
  return readFileSync(join(folder, 'schema.prisma'), 'utf8');
}
