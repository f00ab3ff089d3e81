/** Ways to find an element, sturdiest first: what people see and hear lasts longer than how a page is built. */
export const LOCATOR_KINDS = ['testId', 'role', 'label', 'text', 'css', 'xpath'] as const;

/** One way to find an element. `name` narrows a role to its accessible name. */
export interface BotCandidate {
  readonly by: (typeof LOCATOR_KINDS)[number];
  readonly value: string;
  readonly name?: string | undefined;
}

/** One frame on the way to an element, outermost first; never by position. */
export interface BotFrame {
  readonly by: 'name' | 'url' | 'css';
  readonly value: string;
}

/** An element: candidates are tried in order, and the index that matched is recorded (above 0 = drift). */
export interface BotTarget {
  readonly frame?: readonly BotFrame[] | undefined;
  readonly candidates: readonly BotCandidate[];
  /** How many elements a candidate must find to count; 1 unless given. */
  readonly expectCount?: number | undefined;
}

/** What must hold on a page. `goto` leads there first; `text` must be contained in the element's text. */
export interface BotProbe {
  readonly goto?: string | undefined;
  readonly target: BotTarget;
  readonly state?: 'visible' | 'hidden' | undefined;
  readonly text?: string | undefined;
}

/** Makes a failure of the step the site's answer instead of a fault: it ends the step run and is never retried. */
export interface BotBusinessError {
  readonly kind: 'business';
  /** Kebab-case. */
  readonly code: string;
  readonly message: string;
}

interface StepBase {
  readonly id: string;
  readonly note?: string | undefined;
  readonly timeoutMs?: number | undefined;
  readonly onError?: BotBusinessError | undefined;
  /** `commit` changes the other system for good: needs `verify`, which is asked before and after. */
  readonly sideEffect?: 'none' | 'idempotent' | 'commit' | undefined;
  readonly verify?: BotProbe | undefined;
}

interface OnTarget extends StepBase {
  readonly target: BotTarget;
}

/** A column of a table as its header names it. */
export interface BotColumn {
  readonly name: string;
  readonly header: string;
}

/** What a page says beside its data, such as the day and the totals: the first group of the pattern. */
export interface BotFact {
  readonly name: string;
  readonly target: BotTarget;
  readonly pattern: string;
}

/** One action of a bot. */
export type BotAction =
  | (StepBase & { readonly op: 'goto'; readonly url: string })
  | (OnTarget & { readonly op: 'fill'; readonly value: string })
  | (OnTarget & { readonly op: 'fillSecret'; readonly secret: string; readonly field: string })
  | (OnTarget & { readonly op: 'click' })
  | (OnTarget & { readonly op: 'select'; readonly value: string })
  | (OnTarget & { readonly op: 'waitFor'; readonly state?: 'visible' | 'hidden' | undefined })
  | (OnTarget & {
      readonly op: 'assert';
      readonly state?: 'visible' | 'hidden' | undefined;
      readonly text?: string | undefined;
    })
  | (OnTarget & {
      readonly op: 'download';
      readonly saveAs: string;
      readonly mediaType?: string | undefined;
      readonly facts?: readonly BotFact[] | undefined;
    })
  | (OnTarget & {
      readonly op: 'extractTable';
      readonly saveAs: string;
      readonly columns: readonly BotColumn[];
      /** Link to the next page of the table; the table ends where it is absent or disabled. */
      readonly next?: BotTarget | undefined;
      /** Where the page says how many rows there are; `pattern` has one group of digits. A difference is a fault. */
      readonly expectRows?: { readonly target: BotTarget; readonly pattern: string } | undefined;
      readonly facts?: readonly BotFact[] | undefined;
      /** Facts that stand in every row as a column of their own, such as the day a page shows once. */
      readonly factColumns?: readonly string[] | undefined;
    });

/** A group: the unit that is resumed, with one screenshot at its end. */
export interface BotGroup extends StepBase {
  readonly op: 'group';
  readonly title: string;
  /** Signs in; secrets may be filled here only, and no trace is recorded while it runs. */
  readonly login?: boolean | undefined;
  readonly steps: readonly BotAction[];
}

/** A browser bot as data: BotScript v1. Texts may carry `{{param}}`; nothing in a script is ever evaluated. */
export interface BotScript {
  readonly schemaVersion: 1;
  readonly name: string;
  readonly title: string;
  readonly params: ReadonlyArray<{
    readonly name: string;
    readonly default?: string | undefined;
    readonly pattern?: string | undefined;
  }>;
  readonly secrets: ReadonlyArray<{ readonly name: string; readonly fields: readonly string[] }>;
  readonly session: {
    /** Where relative addresses start; the bot's browser reaches this host and `allowedHosts` only. */
    readonly baseUrl: string;
    readonly allowedHosts?: readonly string[] | undefined;
    readonly locale?: string | undefined;
    /** Seen when the site has signed us out: the login group is run again, then the group that was under way. */
    readonly expired?: BotTarget | undefined;
  };
  readonly limits: {
    readonly timeoutMs: number;
    readonly stepTimeoutMs: number;
    readonly maxRows: number;
    readonly maxPages: number;
    readonly maxSignIns: number;
  };
  readonly evidence: {
    readonly screenshots: 'group' | 'failure';
    readonly trace: 'failure' | 'always' | 'never';
  };
  readonly steps: readonly BotGroup[];
}

/** The operations of BotScript v1 in this release. */
export const BOT_OPS = [
  'goto',
  'fill',
  'fillSecret',
  'click',
  'select',
  'waitFor',
  'assert',
  'download',
  'extractTable',
  'group',
] as const;

/** Something in the script asks for a parameter that is not there, or a parameter does not have its pattern. */
export class BotParamProblem extends Error {}

/** The values a script runs with: given ones over defaults. Throws `BotParamProblem` for a missing, unknown or malformed one. */
export function resolveBotParams(
  script: Pick<BotScript, 'params'>,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const unknown = Object.keys(given).find((name) => !script.params.some((param) => param.name === name));
  if (unknown !== undefined) throw new BotParamProblem(`the bot has no parameter “${unknown}”`);
  const pairs = script.params.map(({ name, default: standard, pattern }): [string, string] => {
    const value = Object.hasOwn(given, name) ? given[name] : standard;
    if (value === undefined) throw new BotParamProblem(`parameter “${name}” is missing`);
    if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`, 'u').test(value))
      throw new BotParamProblem(`parameter “${name}” must match ${pattern}, not “${value}”`);
    return [name, value];
  });
  return Object.fromEntries(pairs);
}

/** Puts parameters into a text: `{{name}}` and nothing else. Throws `BotParamProblem` for an unknown name. */
export function fillBotText(text: string, params: Readonly<Record<string, string>>): string {
  return text.replace(/\{\{([A-Za-z][A-Za-z0-9_]*)\}\}/g, (_whole, name: string) => {
    const value = Object.hasOwn(params, name) ? params[name] : undefined;
    if (value === undefined) throw new BotParamProblem(`the bot has no parameter “${name}”`);
    return value;
  });
}

/** Takes secret values out of a text that people will read, longest first so that no tail of one is left. */
export function redactSecrets(text: string, secrets: readonly string[]): string {
  return [...secrets]
    .filter((secret) => secret !== '')
    .sort((left, right) => right.length - left.length)
    .reduce((rest, secret) => rest.replaceAll(secret, '[secret]'), text);
}
