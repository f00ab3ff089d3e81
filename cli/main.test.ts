import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Io } from './io.ts';
import { runCommand } from './main.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'afterbell-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ran {
  code: number;
  json: unknown;
  out: string;
  err: string;
}

/** Runs a command line as `main` does; `json` is what `--json` printed. */
async function run(...args: string[]): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const io: Io = {
    env: { AFTERBELL_HOME: folder },
    cwd: folder,
    out: (line) => out.push(line),
    err: (line) => err.push(line),
  };
  const code = await runCommand(args, io);
  const text = out.join('\n');
  return {
    code,
    json: args.includes('--json') ? (JSON.parse(text) as unknown) : null,
    out: text,
    err: err.join('\n'),
  };
}

function file(name: string, content: string): string {
  writeFileSync(join(folder, name), content);
  return name;
}

const HEAD = (name: string): string =>
  `document: { dsl: 1.0.3, namespace: test, name: ${name}, version: 1.0.0 }\n`;

describe('the command line', () => {
  it.each([
    [[], 2],
    [['help'], 0],
    [['flow', '--help'], 0],
  ])('prints its usage for %j', async (args, code) => {
    const ran = await run(...args);
    expect(ran.code).toBe(code);
    expect(ran.out).toMatch(/^afterbell <command>/);
  });

  it.each([
    [['fly'], /no command "fly"/],
    [['flow'], /no command "flow "/],
    [['flow', '__proto__'], /no command "flow __proto__"/],
    [['expression'], /0 arguments given; usage: afterbell expression/],
    [['expression', '1', '--colour'], /Unknown option '--colour'; usage/],
    [['expression', '1', '--now', 'soon'], /--now "soon" is not an instant/],
    [['flow', 'rehearse', 'f.yaml', '--allow-http', 'x'], /--allow-http "x" is not HOST=URL/],
    [['run', 'decide', 'r1'], /give either --approve or --refuse/],
    [['stack', 'up', '--demo', '--no-demo'], /exclude each other/],
  ])('ends %j with 2 and one line', async (args, message) => {
    const ran = await run(...args);
    expect(ran.code).toBe(2);
    expect(ran.err).toMatch(message);
    expect(ran.err.split('\n')).toHaveLength(1);
    const asJson = await run(...args, '--json');
    expect(asJson.code).toBe(2);
    expect(asJson.json).toMatchObject({ error: { code: 'usage' } });
  });

  it('says which token is missing before it calls anything', async () => {
    const ran = await run('run', 'list', '--json');
    expect(ran.code).toBe(1);
    expect(ran.json).toMatchObject({
      error: { code: 'no-token', message: expect.stringContaining('AFTERBELL_TOKEN') },
    });
  });

  it('says that the API is not there', async () => {
    const ran = await run('flow', 'list', '--token', 't', '--url', 'http://127.0.0.1:1', '--json');
    expect(ran).toMatchObject({ code: 1, json: { error: { code: 'unreachable' } } });
  });
});

describe('expression', () => {
  it('prints the first output, null when there is none', async () => {
    const input = file('input.json', '{"a":[1,2,3]}');
    const value = { code: 0, json: { value: 2 } };
    expect(await run('expression', '.a[] | select(. > 1)', '--input', input, '--json')).toMatchObject(value);
    expect(await run('expression', '${ .a[] | select(. > 1) }', '--input', input, '--json')).toMatchObject(
      value,
    );
    expect(await run('expression', 'empty', '--json')).toMatchObject({ code: 0, json: { value: null } });
  });

  it('takes the run time and variables from its options', async () => {
    const now = ['--now', '2026-11-23T08:00:00+08:00'];
    expect((await run('expression', 'now', ...now, '--json')).json).toEqual({ value: 1_795_392_000 });
    const variables = file('variables.json', '{"limit":3}');
    expect((await run('expression', '$limit', '--variables', variables, '--json')).json).toEqual({
      value: 3,
    });
  });

  it('prints errors of every kind as { error: { code, message } }', async () => {
    for (const [text, code] of [
      ['.a |', 'expression-syntax'],
      ['foo', 'expression-unknown-function'],
      ['error("no")', 'expression-value'],
    ] as const) {
      const ran = await run('expression', text, '--json');
      expect(ran.code).toBe(1);
      expect(ran.json).toMatchObject({ error: { code, message: expect.any(String) } });
    }
    const ran = await run('expression', '.', '--input', 'nowhere.json', '--json');
    expect(ran).toMatchObject({ code: 1, json: { error: { code: 'file-unreadable' } } });
  });
});

describe('flow validate', () => {
  it('accepts a document', async () => {
    const good = file('good.yaml', `${HEAD('good')}do:\n  - count: { set: { total: "\${ .a + 1 }" } }\n`);
    expect(await run('flow', 'validate', good, '--json')).toMatchObject({
      code: 0,
      json: { valid: true, problems: [] },
    });
  });

  it('prints all problems with code, pointer, message and severity', async () => {
    const bad = file(
      'bad.yaml',
      `${HEAD('bad')}do:\n  - one: { call: nonsense:9.9.9@default }\n  - two: { set: { x: "\${ .a | }" } }\n`,
    );
    const ran = await run('flow', 'validate', bad, '--json');
    expect(ran.code).toBe(1);
    const { valid, problems } = ran.json as { valid: boolean; problems: Array<Record<string, string>> };
    expect(valid).toBe(false);
    expect(problems.length).toBeGreaterThanOrEqual(2);
    for (const problem of problems) {
      expect(Object.keys(problem)).toEqual(['code', 'pointer', 'message', 'severity']);
      expect(problem['severity']).toMatch(/^(error|warning)$/);
    }
    expect(problems.map((problem) => problem['pointer'])).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^\/do\/0\/one/),
        expect.stringMatching(/^\/do\/1\/two/),
      ]),
    );
  });

  it('keeps its shape for a file that cannot be read', async () => {
    const ran = await run('flow', 'validate', 'nowhere.yaml', '--json');
    expect(ran).toMatchObject({
      code: 1,
      json: { valid: false, problems: [{ code: 'file-unreadable', pointer: '' }] },
    });
  });
});

describe('flow rehearse', () => {
  it('runs waits and expressions in virtual time and traces every step', async () => {
    const flow = file(
      'wait.yaml',
      `${HEAD('wait')}do:\n  - first: { set: { at: "\${ now }" } }\n  - pause: { wait: { days: 30 } }\n  - last: { set: { passed: "\${ now - .at }" } }\n`,
    );
    const ran = await run('flow', 'rehearse', flow, '--now', '2026-11-23T00:00:00Z', '--json');
    expect(ran.code).toBe(0);
    expect(ran.json).toMatchObject({ status: 'completed', output: { passed: 30 * 86_400 }, error: null });
    const { trace } = ran.json as { trace: Array<{ step: string; status: string }> };
    expect(trace.map((line) => [line.step, line.status])).toEqual(
      expect.arrayContaining([
        ['/do/0/first', 'completed'],
        ['/do/1/pause', 'completed'],
        ['/do/2/last', 'completed'],
      ]),
    );
  });

  it('ends with the error of the run', async () => {
    const type = 'https://example.com/errors/broken';
    const flow = file(
      'raise.yaml',
      `${HEAD('raise')}do:\n  - stop: { raise: { error: { type: ${type}, status: 418, title: Broken } } }\n`,
    );
    const ran = await run('flow', 'rehearse', flow, '--json');
    expect(ran.code).toBe(1);
    expect(ran.json).toMatchObject({
      status: 'failed',
      error: { type, status: 418, title: 'Broken', instance: '/do/0/stop' },
    });
  });

  it('simulates HTTP unless its host is allowed', async () => {
    const flow = file(
      'http.yaml',
      `${HEAD('http')}do:\n  - ask: { call: http, with: { method: get, endpoint: "https://api.example.com/x" } }\n`,
    );
    expect(await run('flow', 'rehearse', flow, '--json')).toMatchObject({
      code: 0,
      json: { status: 'completed' },
    });
    const real = await run(
      'flow',
      'rehearse',
      flow,
      '--allow-http',
      'api.example.com=http://127.0.0.1:1',
      '--json',
    );
    expect(real).toMatchObject({
      code: 1,
      json: {
        status: 'failed',
        error: { type: expect.stringMatching(/communication$/), instance: '/do/0/ask' },
      },
    });
  });

  it('runs sub-flows that lie beside the document', async () => {
    file('inner.yaml', `${HEAD('inner')}do:\n  - double: { set: { n: "\${ .n * 2 }" } }\n`);
    const outer = file(
      'outer.yaml',
      `${HEAD('outer')}do:\n  - sub: { run: { workflow: { namespace: test, name: inner, version: 1.0.0, input: { n: 21 } } } }\n`,
    );
    expect(await run('flow', 'rehearse', outer, '--json')).toMatchObject({
      code: 0,
      json: { output: { n: 42 } },
    });
    const lost = file(
      'lost.yaml',
      `${HEAD('lost')}do:\n  - sub: { run: { workflow: { namespace: test, name: nobody, version: 1.0.0, input: {} } } }\n`,
    );
    expect(await run('flow', 'rehearse', lost, '--json')).toMatchObject({
      code: 1,
      json: { status: 'failed' },
    });
  });

  it('fails in its own shape for a document that does not compile', async () => {
    const bad = file('broken.yaml', 'document: {}\n');
    const ran = await run('flow', 'rehearse', bad, '--json');
    expect(ran).toMatchObject({ code: 1, json: { status: 'failed', output: null, trace: [] } });
    expect(ran.json).toMatchObject({ error: { type: expect.stringMatching(/validation$/) } });
  });
});
