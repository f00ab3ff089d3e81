import { isMap, parse, parseDocument } from 'yaml';
import { canonicalJson, isJsonObject, type Json } from '../../../domain/json.ts';
import { canonicalErrorType } from '../../../engine/errors.ts';
import type { GherkinStep } from './gherkin.ts';
import type { Case, Outcome, RanTask } from './outcome.ts';

/** What the steps of one scenario have put together so far. */
export interface World {
  given: Case;
  outcome: Outcome | undefined;
}

/** An expectation of a scenario that does not hold; the message says what was found. */
export class StepFailed extends Error {}

interface StepContext {
  readonly world: World;
  /** Captured groups of the wording. */
  readonly words: readonly string[];
  /** The text of the step, read as YAML. Throws when the step has none. */
  readonly value: () => Json;
  readonly text: () => string;
}

type StepAction = (context: StepContext) => void;

const arrange = (change: (context: StepContext) => Partial<Case>): StepAction => {
  return (context) => {
    context.world.given = { ...context.world.given, ...change(context) };
  };
};

const assert = (check: (outcome: Outcome, context: StepContext) => void): StepAction => {
  return (context) => {
    if (context.world.outcome === undefined) throw new StepFailed('the workflow has not been executed');
    check(context.world.outcome, context);
  };
};

/**
 * The language asks every document for a version of its own; a document of the kit (“Set Task”, in copies up to DSL 1.0.0) has none. Only
 * here it is given one: publishing refuses it.
 */
function versioned(source: string): string {
  const document = parseDocument(source);
  const head = document.get('document');
  if (!isMap(head) || head.has('version')) return source;
  head.set('version', '1.0.0');
  return document.toString();
}

/** The wording of the kit, and after it the three lines this project adds for what the kit has no words for: events, secrets and schedules. */
const STEPS: readonly (readonly [RegExp, StepAction])[] = [
  [/^a workflow with definition:$/, arrange(({ text }) => ({ source: versioned(text()) }))],
  [/^(?:given )?the workflow input is:$/, arrange(({ value }) => ({ input: value() }))],
  [/^the workflow should complete$/, assert((outcome) => ended(outcome, 'completed'))],
  [
    /^the workflow should complete with output:$/,
    assert((outcome, { value }) => {
      ended(outcome, 'completed');
      equal('the output', outcome.output, value());
    }),
  ],
  [/^the workflow should cancel$/, assert((outcome) => ended(outcome, 'cancelled'))],
  [/^the workflow should fault$/, assert((outcome) => ended(outcome, 'failed'))],
  [
    /^the workflow should fault with error:$/,
    assert((outcome, { value }) => {
      ended(outcome, 'failed');
      sameError(outcome.error as unknown as Json, value());
    }),
  ],
  [
    /^the workflow output should have properties (.+)$/,
    assert((outcome, { words }) => {
      ended(outcome, 'completed');
      for (const [, path = ''] of (words[0] ?? '').matchAll(/'([^']*)'/g)) propertyOf(outcome.output, path);
    }),
  ],
  [
    /^the workflow output should have an? '([^']*)' property with value:$/,
    assert((outcome, { words, value }) => {
      ended(outcome, 'completed');
      equal(words[0] ?? '', propertyOf(outcome.output, words[0] ?? ''), value());
    }),
  ],
  [
    /^the workflow output should have an? '([^']*)' property containing (\d+) items?$/,
    assert((outcome, { words }) => {
      const [path = '', count = ''] = words;
      const found = propertyOf(outcome.output, path);
      const items = Array.isArray(found)
        ? found.length
        : isJsonObject(found)
          ? Object.keys(found).length
          : -1;
      if (items !== Number(count)) throw new StepFailed(`${path} has ${items} items, not ${count}`);
    }),
  ],
  [/^(\S+) should run first$/, assert((outcome, { words }) => position(outcome, words[0] ?? '', 0))],
  [/^(\S+) should run last$/, assert((outcome, { words }) => position(outcome, words[0] ?? '', -1))],
  [
    /^(\S+) should run before (\S+)$/,
    assert((outcome, { words: [one, other] }) => order(outcome, one, other)),
  ],
  [
    /^(\S+) should run after (\S+)$/,
    assert((outcome, { words: [one, other] }) => order(outcome, other, one)),
  ],
  [/^(\S+) should cancel$/, assert((outcome, { words }) => void task(outcome, words[0], 'cancelled'))],
  [/^(\S+) should complete$/, assert((outcome, { words }) => void task(outcome, words[0], 'completed'))],
  [
    /^(\S+) should complete with output:$/,
    assert((outcome, { words, value }) =>
      equal(`the output of ${words[0]}`, task(outcome, words[0], 'completed').output, value()),
    ),
  ],
  [/^(\S+) should fault$/, assert((outcome, { words }) => void task(outcome, words[0], 'failed'))],
  [
    /^(\S+) should fault with error:$/,
    assert((outcome, { words, value }) =>
      sameError(task(outcome, words[0], 'failed').error as unknown as Json, value()),
    ),
  ],
  [
    /^(\S+) should not run$/,
    assert((outcome, { words: [name] }) => {
      if (outcome.tasks.some((ran) => ran.name === name && ran.status !== 'skipped'))
        throw new StepFailed(`${name} ran`);
    }),
  ],
  [
    /^(?:given )?the workflow receives the events:$/,
    arrange(({ value }) => {
      const events = value();
      if (!Array.isArray(events)) throw new StepFailed('the events are not a list');
      return {
        events: events
          .filter(isJsonObject)
          .map((event, at) => ({ specversion: '1.0', id: `${at + 1}`, source: '/kit', ...event })),
      };
    }),
  ],
  [
    /^(?:given )?the secret '([^']*)' is:$/,
    arrange(({ world, words, text }) => ({ secrets: { ...world.given.secrets, [words[0] ?? '']: text() } })),
  ],
  [/^no run should start$/, assert((outcome) => ended(outcome, 'not-started'))],
];

/** True for the step that starts the run: the runner does that, once on each engine. */
export function isExecution(step: GherkinStep): boolean {
  return step.text === 'the workflow is executed';
}

/** Carries out a step. Throws `StepFailed` when it does not hold or its wording is unknown. */
export function performStep(world: World, step: GherkinStep): void {
  for (const [wording, action] of STEPS) {
    const words = wording.exec(step.text);
    if (words === null) continue;
    const text = (): string => {
      if (step.argument === undefined) throw new StepFailed('the step needs a text');
      return step.argument;
    };
    return action({ world, words: words.slice(1), text, value: () => parse(text()) as Json });
  }
  throw new StepFailed(`no step is worded “${step.text}”`);
}

function ended(outcome: Outcome, status: Outcome['status']): void {
  if (outcome.status === status) return;
  const why = outcome.error === null ? outcome.reason : JSON.stringify(outcome.error);
  throw new StepFailed(`the workflow is ${outcome.status}, not ${status}${why === '' ? '' : `: ${why}`}`);
}

function equal(what: string, found: Json, expected: Json): void {
  if (canonicalJson(found) === canonicalJson(expected)) return;
  throw new StepFailed(`${what} is ${canonicalJson(found)}, not ${canonicalJson(expected)}`);
}

/** Every member the scenario names has its value; standard error types count as equal in all their spellings. */
function sameError(found: Json, expected: Json): void {
  if (!isJsonObject(found) || !isJsonObject(expected)) throw new StepFailed('there is no error to compare');
  for (const [key, value] of Object.entries(expected)) {
    const actual = found[key] ?? null;
    const isSameType =
      key === 'type' &&
      typeof value === 'string' &&
      typeof actual === 'string' &&
      canonicalErrorType(value) === canonicalErrorType(actual);
    if (!isSameType) equal(`the error's ${key}`, actual, value);
  }
}

function propertyOf(value: Json, path: string): Json {
  let at: Json | undefined = value;
  for (const key of path.split('.')) {
    if (Array.isArray(at)) at = at[Number(key)];
    else at = isJsonObject(at) && Object.hasOwn(at, key) ? at[key] : undefined;
    if (at === undefined) throw new StepFailed(`the output has no ${path}: ${canonicalJson(value)}`);
  }
  return at;
}

function task(outcome: Outcome, name: string | undefined, status: string): RanTask {
  const visits = outcome.tasks.filter((ran) => ran.name === name);
  const found = visits.findLast((ran) => ran.status === status);
  if (found !== undefined) return found;
  throw new StepFailed(
    `${name} is ${visits.map((ran) => ran.status).join(', ') || 'not run'}, not ${status}`,
  );
}

function completed(outcome: Outcome): readonly string[] {
  return outcome.tasks.filter((ran) => ran.status === 'completed').map((ran) => ran.name);
}

function position(outcome: Outcome, name: string, at: 0 | -1): void {
  const found = completed(outcome).at(at);
  if (found !== name) throw new StepFailed(`${found} ran ${at === 0 ? 'first' : 'last'}, not ${name}`);
}

function order(outcome: Outcome, first: string | undefined, second: string | undefined): void {
  const names = completed(outcome);
  const [one, other] = [names.indexOf(first ?? ''), names.indexOf(second ?? '')];
  if (one < 0 || other < 0 || one > other)
    throw new StepFailed(`the order was ${names.join(', ')}: ${first} is not before ${second}`);
}
