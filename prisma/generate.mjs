// Generates the Prisma client from schema.prisma into prisma/generated. Plain JavaScript: it runs before anything is generated.
// Prisma would download its schema engine first, which `generate` never starts: any existing executable satisfies the check.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));
const schemaFile = join(folder, 'schema.prisma');
const stampFile = join(folder, 'generated', '.stamp');
const prismaPackage = join(folder, '..', 'node_modules', 'prisma');

/** Changes with the schema, the generator's version and this script. */
function stamp() {
  const { version } = JSON.parse(readFileSync(join(prismaPackage, 'package.json'), 'utf8'));
  const hash = createHash('sha256');
  for (const part of [version, readFileSync(schemaFile), readFileSync(fileURLToPath(import.meta.url))])
    hash.update(part);
  return hash.digest('hex');
}

function generate() {
  const current = stamp();
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === current) return 0;
  const result = spawnSync(
    process.execPath,
    [join(prismaPackage, 'build', 'index.js'), 'generate', '--schema', schemaFile],
    {
      cwd: join(folder, '..'),
      encoding: 'utf8',
      env: {
        ...process.env,
        PRISMA_SCHEMA_ENGINE_BINARY: process.env.PRISMA_SCHEMA_ENGINE_BINARY ?? process.execPath,
        PRISMA_HIDE_UPDATE_MESSAGE: 'true',
        CHECKPOINT_DISABLE: '1',
      },
    },
  );
  if (result.status !== 0) {
    process.stderr.write(`prisma generate failed:\n${result.stdout ?? ''}${result.stderr ?? ''}\n`);
    return 1;
  }
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, current);
  return 0;
}

process.exitCode = generate();
