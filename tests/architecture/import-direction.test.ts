import { describe, expect, it } from 'vitest';
import { projectFiles } from './project-files.ts';
import { checkImports, EXCEPTIONS, MATRIX, ROOMS, type Room } from './rules.ts';
import { parseSourceFile } from './source-file.ts';
import { lines, planted } from './support.ts';

const found = (path: string, ...text: string[]) => lines(checkImports(planted(path, ...text)));

describe('the project', () => {
  const files = projectFiles();
  const used = new Set<string>();
  const violations = files.flatMap((file) => checkImports(file, used));

  it('keeps to the import direction', () => {
    expect(lines(violations)).toEqual([]);
  });

  it('was really read: every room has files and imports', () => {
    const rooms = new Set(
      files.filter((file) => file.imports.length > 0).map((file) => file.path.split('/')[0]),
    );
    // The pages may be absent while they are built elsewhere; every other room holds code.
    expect(ROOMS.filter((room) => room !== 'designer' && !rooms.has(room))).toEqual([]);
  });

  it('needs every exception it lists', () => {
    expect(EXCEPTIONS.map(({ path, may }) => `${path} ${may}`).filter((entry) => !used.has(entry))).toEqual(
      [],
    );
  });
});

/** A module of each room that its neighbours would import. */
const DOOR: Readonly<Record<Room, string>> = {
  domain: 'domain/json.ts',
  engine: 'engine/index.ts',
  platform: 'platform/config.ts',
  prisma: 'prisma/records/index.ts',
  steps: 'steps/index.ts',
  workflows: 'workflows/messages.ts',
  activities: 'activities/general/index.ts',
  worker: 'worker/main.ts',
  api: 'api/app.ts',
  cli: 'cli/main.ts',
  designer: 'designer/app.ts',
};

const PAIRS = ROOMS.flatMap((from) => ROOMS.filter((to) => to !== from).map((to) => [from, to] as const));

describe('planted violations: rooms', () => {
  it.each(PAIRS)('%s imports %s as the matrix says', (from, to) => {
    const access = MATRIX[from];
    const file = `${from}/planted/example.ts`;
    const isValueAllowed = access.values.includes(to);
    const isTypeAllowed =
      isValueAllowed ||
      (access.types ?? []).includes(to) ||
      EXCEPTIONS.some((entry) => entry.may === `types ${to}` && file.startsWith(entry.path));
    expect(found(file, `import { x } from '../../${DOOR[to]}';`)).toHaveLength(isValueAllowed ? 0 : 1);
    expect(found(file, `import type { X } from '../../${DOOR[to]}';`)).toHaveLength(isTypeAllowed ? 0 : 1);
  });

  it('lets nothing import worker, api, designer, cli or tests', () => {
    const closed = [
      'worker/main.ts',
      'api/app.ts',
      'designer/app.ts',
      'cli/main.ts',
      'tests/support/local-stack.ts',
    ];
    for (const room of ROOMS) {
      for (const target of closed.filter((entry) => !entry.startsWith(`${room}/`))) {
        expect(
          found(`${room}/planted.ts`, `import type { X } from '../${target}';`),
          `${room} -> ${target}`,
        ).toHaveLength(1);
      }
    }
  });

  it('lets worker/all-in-one.ts alone host the api', () => {
    expect(found('worker/all-in-one.ts', "import { startServer } from '../api/server.ts';")).toEqual([]);
    expect(found('worker/process.ts', "import { startServer } from '../api/server.ts';")).toHaveLength(1);
    expect(found('worker/all-in-one.ts', "import { main } from '../cli/main.ts';")).toHaveLength(1);
  });

  it('opens only the records of prisma, to those that may use them', () => {
    expect(
      found('api/planted.ts', "import { PrismaClient } from '../prisma/generated/client.ts';"),
    ).toHaveLength(1);
    expect(
      found('worker/planted.ts', "import { PrismaClient } from '../prisma/generated/client.ts';"),
    ).toHaveLength(1);
    expect(found('api/planted.ts', "import { migrate } from '../prisma/migrate.ts';")).toHaveLength(1);
    expect(found('activities/planted.ts', "import { Client } from '@prisma/client';")).toHaveLength(1);
  });

  it('keeps test code out of what ships', () => {
    expect(found('engine/planted.ts', "import { x } from './testing/simulator.ts';")).toHaveLength(1);
    expect(found('api/planted.ts', "import { x } from './runs.test.ts';")).toHaveLength(1);
    expect(found('designer/planted.ts', "import { x } from './dev/fake-api.ts';")).toHaveLength(1);
    expect(found('engine/planted.test.ts', "import { x } from './testing/simulator.ts';")).toEqual([]);
  });

  it('keeps paths inside the project', () => {
    expect(found('engine/planted.ts', "import x from '../../elsewhere/x.ts';")).toHaveLength(1);
    expect(found('engine/planted.ts', "import x from '../docs/x.json';")).toHaveLength(1);
  });
});

describe('planted violations: every way to import', () => {
  it.each([
    ['static', "import { x } from '../api/app.ts';"],
    ['side effect', "import '../api/app.ts';"],
    ['inline type', "import { type X } from '../api/app.ts';"],
    ['re-export', "export { x } from '../api/app.ts';"],
    ['re-export of all', "export * from '../api/app.ts';"],
    ['re-export of types', "export type { X } from '../api/app.ts';"],
    ['dynamic', "const x = await import('../api/app.ts');"],
    ['dynamic, template', 'const x = await import(`../api/app.ts`);'],
    ['type query', "type X = import('../api/app.ts').X;"],
    ['require', "const x = require('../api/app.ts');"],
    ['import equals', "import x = require('../api/app.ts');"],
    ['URL', "const x = new URL('../api/app.ts', import.meta.url);"],
    ['resolve', "const x = import.meta.resolve('../api/app.ts');"],
  ])('%s', (_way, text) => {
    expect(found('engine/planted.ts', text)).toEqual([
      'engine/planted.ts:1 import-direction: engine must not import ' +
        `${/^(export|type).*(type|import)/.test(text) ? 'types of ' : ''}api (api/app.ts)`,
    ]);
  });

  it('is not misled by comments, texts, JSX and regular expressions', () => {
    const text = [
      '// import x from "../api/app.ts"',
      'const a = "import(\'../api/app.ts\')";',
      "const b = `from '../api/app.ts'`;",
      "const c = /import '..\\/api\\/app.ts'/;",
      "const d = <p>don't import x from '../api/app.ts'</p>;",
    ];
    expect(found('designer/planted.tsx', ...text)).toEqual([]);
    expect(found('designer/planted.tsx', ...text, "import x from '../api/app.ts';")).toEqual([
      'designer/planted.tsx:6 import-direction: designer must not import api (api/app.ts)',
    ]);
  });

  it('tells types from values', () => {
    const kinds = parseSourceFile(
      'engine/planted.ts',
      "import type { A } from './a.ts';\nimport { type B } from './b.ts';\nexport type * from './c.ts';",
    ).imports.map(({ specifier, kind }) => [specifier, kind]);
    expect(kinds).toEqual([
      ['./a.ts', 'types'],
      ['./b.ts', 'value'],
      ['./c.ts', 'types'],
    ]);
  });

  it('stops at a file it cannot read', () => {
    expect(() => parseSourceFile('engine/planted.ts', 'import {')).toThrow('engine/planted.ts');
  });
});

describe('planted violations: the outside world', () => {
  it.each([
    ['domain', 'node:fs'],
    ['domain', 'yaml'],
    ['domain', 'typebox/compile'],
    ['engine', 'node:crypto'],
    ['engine', 'ajv'],
    ['engine', '@temporalio/workflow'],
    ['platform', 'fastify'],
    ['platform', '@temporalio/worker'],
    ['prisma', 'fastify'],
    ['steps', 'ajv'],
    ['steps', 'node:path'],
    ['workflows', 'node:path'],
    ['workflows', '@temporalio/activity'],
    ['activities', 'fastify'],
    ['activities', '@temporalio/workflow'],
    ['worker', 'react'],
    ['api', 'ssh2'],
    ['api', '@prisma/client'],
    ['api', '@temporalio/worker'],
    ['cli', 'fastify'],
    ['cli', '@temporalio/worker'],
    ['designer', 'node:fs'],
    ['designer', 'fastify'],
  ] as const)('%s must not import %s', (room, specifier) => {
    expect(found(`${room}/planted.ts`, `import x from '${specifier}';`)).toEqual([
      `${room}/planted.ts:1 import-direction: ${room} must not import ${specifier}`,
    ]);
  });

  it.each(ROOMS.flatMap((room) => MATRIX[room].packages.map((name) => [room, name] as const)))(
    '%s may import %s',
    (room, name) => {
      const specifier = name === 'node:' ? 'node:path' : name.endsWith('/') ? `${name}x` : name;
      expect(found(`${room}/planted.ts`, `import { Check } from '${specifier}';`)).toEqual([]);
    },
  );

  it('lets the engine interpret schemas, not compile them', () => {
    expect(found('engine/planted.ts', "import { Check, Errors } from 'typebox/schema';")).toEqual([]);
    expect(found('engine/planted.ts', "import { Compile } from 'typebox/schema';")).toHaveLength(1);
    expect(found('engine/planted.ts', "import * as schema from 'typebox/schema';")).toHaveLength(1);
  });

  it('takes a similar name for another package', () => {
    expect(found('activities/planted.ts', "import x from 'ssh2-evil';")).toHaveLength(1);
    expect(found('prisma/planted.ts', "import x from 'pg-promise';")).toHaveLength(1);
  });
});
