import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { compileExpression, unwrapExpression } from '../../../engine/expression/index.ts';
import { forms } from '../../../engine/expression/forms.ts';
import { natives } from '../../../engine/expression/natives.ts';
import { preludeNames } from '../../../engine/expression/prelude.ts';
import { disagreements } from './batch.ts';
import { ExpressionMaker } from './generate.ts';
import { mapLimited, readCorpus, runJq, runOurs, type Stream } from './support.ts';

interface Difference {
  readonly expression: string;
  readonly input: string;
  readonly ours: Stream;
  readonly why: string;
}

const here = fileURLToPath(new URL('.', import.meta.url));
const repository = fileURLToPath(new URL('../../../', import.meta.url));
const differences = JSON.parse(readFileSync(join(here, 'differences.json'), 'utf8')) as Difference[];
const minutes = 60_000;

beforeAll(() => {
  try {
    execFileSync('jq', ['--version'], { stdio: 'ignore' });
  } catch (error) {
    throw new Error(
      'the program `jq` is not on PATH: install it (Debian: apt-get install jq), it is the oracle here',
      {
        cause: error,
      },
    );
  }
});

describe('jq-core against jq', () => {
  const corpus = readCorpus();

  it('has a corpus of its own of at least 1,000 expressions, none twice', () => {
    const lines = corpus.map((row) => `${row.expression}\t${row.input}`);
    expect(lines.length).toBeGreaterThanOrEqual(1_000);
    expect(lines.filter((line, at) => lines.indexOf(line) !== at)).toEqual([]);
  });

  it(
    'gives the same stream of values, and an error where jq gives one',
    async () => {
      expect(await disagreements(corpus)).toEqual([]);
    },
    minutes,
  );

  it(
    'agrees on 2,000 generated expressions, the same in every run',
    async () => {
      const made = new ExpressionMaker(20_261_128, 'agreeing').distinct(2_000);
      const failing = made.filter(({ expression, input }) => runOurs(expression, input).failed);
      expect(failing.length).toBeLessThan(made.length / 2);
      expect(await disagreements(made)).toEqual([]);
    },
    minutes,
  );

  it('sees a difference where there is one', async () => {
    const differing = [
      { expression: '[1, 2] | add', input: 'null' },
      { expression: '.[0.5]', input: '[1]' },
    ];
    expect((await disagreements(differing)).map(({ expression }) => expression)).toEqual(['.[0.5]']);
  });

  it(
    'differs exactly where the table of differences says, and in the way it says',
    async () => {
      const rows = await mapLimited(
        differences,
        4,
        async ({ expression, input }) => await runJq(expression, input),
      );
      for (const [at, difference] of differences.entries()) {
        const { expression, input, ours } = difference;
        expect({ expression, ...runOurs(expression, input) }).toEqual({ expression, ...ours });
        expect({ expression, ...rows[at] }).not.toEqual({ expression, ...ours });
      }
    },
    minutes,
  );

  it('documents every built-in, and no other', () => {
    const page = readFileSync(join(repository, 'docs/expressions.md'), 'utf8');
    const section = page.slice(page.indexOf('## Built-ins'), page.indexOf('`now` is the run time'));
    const documented = new Set(
      [...section.matchAll(/`([^`]+)`/g)].flatMap((found) => (found[1] ?? '').split(' ')),
    );
    const known = new Set(
      [...forms.keys(), ...natives.keys(), ...preludeNames].map((key) => key.split('/')[0] ?? ''),
    );
    expect([...documented].sort()).toEqual([...known].sort());
  });

  it('documents every difference', () => {
    const page = readFileSync(join(repository, 'docs/expressions.md'), 'utf8').replaceAll(/\s+/g, ' ');
    expect(differences.filter(({ why }) => !page.includes(why)).map(({ why }) => why)).toEqual([]);
  });
});

const examples = join(repository, '../shared/open-workflow/examples');

describe('the official examples', () => {
  it.skipIf(!existsSync(examples))(
    'compile, every expression of them (skipped: ../shared/open-workflow is absent)',
    () => {
      const sources = new Set<string>();
      for (const file of readdirSync(examples).filter((name) => /\.ya?ml$/.test(name))) {
        const text = readFileSync(join(examples, file), 'utf8');
        for (const found of text.matchAll(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g)) {
          const source = unwrapExpression(found[0].replaceAll('\\"', '"'));
          if (source !== undefined) sources.add(source);
        }
        for (const found of text.matchAll(
          /^\s*(?:when|if|while|in|exceptWhen):\s*(?!['"]?\$\{)(['"]?)([.$(].*?)\1\s*$/gm,
        )) {
          sources.add(found[2] ?? '');
        }
      }
      expect(sources.size).toBeGreaterThan(30);
      const refused = [...sources].flatMap((source) => {
        try {
          compileExpression(source);
          return [];
        } catch (error) {
          return [`${source}: ${String(error)}`];
        }
      });
      expect(refused).toEqual([]);
    },
  );
});
