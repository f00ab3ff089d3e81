import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import { BOT_OPS, LOCATOR_KINDS } from './bot-script.ts';

/** A finding about a bot script. `pointer` is a JSON pointer into it; an error refuses the script, a warning does not. */
export interface BotFinding {
  readonly code: string;
  readonly pointer: string;
  readonly message: string;
  readonly severity: 'error' | 'warning';
}

interface Visit {
  readonly step: JsonObject;
  readonly pointer: string;
  /** The group around it; undefined for a top step. */
  readonly group: JsonObject | undefined;
}

const SLEEPS: ReadonlySet<string> = new Set(['sleep', 'wait', 'pause', 'delay', 'waitForTimeout']);
const PASSWORD = /pass(?:word|wd|phrase)?\b|passwd|pwd|secret|密码|口令/i;
const MAX_CSS_LEVELS = 3;

const error = (code: string, pointer: string, message: string): BotFinding => ({
  code,
  pointer,
  message,
  severity: 'error',
});
const warning = (code: string, pointer: string, message: string): BotFinding => ({
  code,
  pointer,
  message,
  severity: 'warning',
});

/**
 * Judges what a schema cannot: unknown operations, commits without verify, fixed sleeps, typed passwords, candidates in the wrong
 * order or easily broken, secrets outside the sign-in, undeclared names. Works on any JSON; the shape is the schema's business.
 */
export function lintBotScript(script: Json): BotFinding[] {
  if (!isJsonObject(script)) return [error('not-a-script', '', 'a bot script is an object')];
  const visits = walk(script);
  return [
    ...visits.flatMap(checkOp),
    ...visits.flatMap(checkCommit),
    ...visits.flatMap(checkTyping),
    ...visits.flatMap(checkTargets),
    ...visits.flatMap((visit) => checkSecret(script, visit)),
    ...checkNames(script, visits),
    ...checkSession(script),
  ];
}

function walk(script: JsonObject): Visit[] {
  return listOf(script.steps).flatMap((step, index) => {
    if (!isJsonObject(step)) return [];
    const pointer = `/steps/${index}`;
    const inner = listOf(step.steps).flatMap((child, place): Visit[] =>
      isJsonObject(child) ? [{ step: child, pointer: `${pointer}/steps/${place}`, group: step }] : [],
    );
    return [{ step, pointer, group: undefined }, ...inner];
  });
}

function checkOp({ step, pointer, group }: Visit): BotFinding[] {
  const op = textOf(step.op);
  if (SLEEPS.has(op))
    return [
      error(
        'fixed-sleep',
        `${pointer}/op`,
        `“${op}” waits a fixed time; wait for what must appear with waitFor`,
      ),
    ];
  if (!(BOT_OPS as readonly string[]).includes(op))
    return [
      error('unknown-op', `${pointer}/op`, `“${op}” is no operation; operations: ${BOT_OPS.join(', ')}`),
    ];
  if (group === undefined && op !== 'group')
    return [error('outside-group', pointer, `“${op}” must stand in a group: a group is what is resumed`)];
  if (group !== undefined && op === 'group')
    return [error('nested-group', pointer, 'a group must not stand in a group')];
  return [];
}

function checkCommit({ step, pointer }: Visit): BotFinding[] {
  if (step.sideEffect !== 'commit' || isJsonObject(step.verify)) return [];
  return [
    error(
      'commit-needs-verify',
      pointer,
      'a commit must carry verify: it is asked before every attempt, so that nothing is committed twice',
    ),
  ];
}

/** A `fill` into something that looks like a password field: by the names in its target, its id and its note. */
function checkTyping({ step, pointer }: Visit): BotFinding[] {
  if (step.op !== 'fill') return [];
  const target = isJsonObject(step.target) ? step.target : {};
  const words = listOf(target.candidates).flatMap((candidate) =>
    isJsonObject(candidate) ? [textOf(candidate.value), textOf(candidate.name)] : [],
  );
  return [textOf(step.id), ...words].some((word) => PASSWORD.test(word))
    ? [
        error(
          'typed-password',
          `${pointer}/value`,
          'a password must not be typed by fill; use fillSecret with a reference',
        ),
      ]
    : [];
}

function checkTargets({ step, pointer }: Visit): BotFinding[] {
  const verify = isJsonObject(step.verify) ? step.verify : {};
  const expectRows = isJsonObject(step.expectRows) ? step.expectRows : {};
  return [
    ...checkTarget(step.target, `${pointer}/target`),
    ...checkTarget(step.next, `${pointer}/next`),
    ...checkTarget(verify.target, `${pointer}/verify/target`),
    ...checkTarget(expectRows.target, `${pointer}/expectRows/target`),
    ...listOf(step.facts).flatMap((fact, index) =>
      isJsonObject(fact) ? checkTarget(fact.target, `${pointer}/facts/${index}/target`) : [],
    ),
  ];
}

function checkTarget(target: Json | undefined, pointer: string): BotFinding[] {
  if (!isJsonObject(target)) return [];
  const candidates = listOf(target.candidates).filter(isJsonObject);
  const at = `${pointer}/candidates`;
  if (candidates.length === 0) return [error('no-candidate', at, 'a target needs at least one candidate')];
  const rank = (candidate: JsonObject): number =>
    (LOCATOR_KINDS as readonly string[]).indexOf(textOf(candidate.by));
  const findings = candidates.flatMap((candidate, index) => fragility(candidate, `${at}/${index}`));
  const wrong = candidates.findIndex((candidate, index) => {
    const before = candidates[index - 1];
    return before !== undefined && rank(candidate) < rank(before);
  });
  if (wrong > 0)
    findings.push(
      warning(
        'fragile-first',
        `${at}/${wrong}`,
        `sturdier candidates stand first; order: ${LOCATOR_KINDS.join(', ')}`,
      ),
    );
  return findings;
}

function fragility(candidate: JsonObject, pointer: string): BotFinding[] {
  const value = textOf(candidate.value);
  if (candidate.by === 'css' && /:nth-(?:child|of-type)/.test(value))
    return [warning('nth-child', pointer, 'a position breaks with the next column or row; use text or role')];
  if (candidate.by === 'xpath' && /\[\d+\]/.test(value))
    return [warning('nth-child', pointer, 'a position breaks with the next column or row; use text or role')];
  const levels = value
    .replace(/\[[^\]]*\]/g, '')
    .split(/\s*>\s*|\s+/)
    .filter((part) => part !== '').length;
  return candidate.by === 'css' && levels > MAX_CSS_LEVELS
    ? [warning('deep-css', pointer, `css of ${levels} levels; at most ${MAX_CSS_LEVELS} last`)]
    : [];
}

function checkSecret(script: JsonObject, { step, pointer, group }: Visit): BotFinding[] {
  if (step.op !== 'fillSecret') return [];
  const findings: BotFinding[] = [];
  if (group?.login !== true)
    findings.push(
      error(
        'secret-outside-login',
        pointer,
        'fillSecret may stand only in a group with login: true, where nothing is traced',
      ),
    );
  const declared = listOf(script.secrets)
    .filter(isJsonObject)
    .find((secret) => secret.name === step.secret);
  if (declared === undefined || !listOf(declared.fields).includes(step.field ?? null))
    findings.push(
      error(
        'undeclared-secret',
        pointer,
        `secret “${textOf(step.secret)}” with field “${textOf(step.field)}” is not declared in the header`,
      ),
    );
  return findings;
}

function checkNames(script: JsonObject, visits: readonly Visit[]): BotFinding[] {
  const findings: BotFinding[] = [];
  for (const member of ['id', 'saveAs']) {
    const seen = new Set<string>();
    for (const { step, pointer } of visits) {
      const name = textOf(step[member]);
      if (name !== '' && seen.has(name))
        findings.push(error(`duplicate-${member}`, `${pointer}/${member}`, `“${name}” is used twice`));
      seen.add(name);
    }
  }
  const params = new Set(
    listOf(script.params)
      .filter(isJsonObject)
      .map((param) => textOf(param.name)),
  );
  for (const [, name = ''] of JSON.stringify(script).matchAll(/\{\{([^}]*)\}\}/g))
    if (!params.has(name))
      findings.push(error('undeclared-param', '/params', `{{${name}}} is not declared in params`));
  return findings;
}

/** A session that can expire needs a way back in, and groups that find their own way from the start. */
function checkSession(script: JsonObject): BotFinding[] {
  const session = isJsonObject(script.session) ? script.session : {};
  if (session.expired === undefined) return [];
  const findings = checkTarget(session.expired, '/session/expired');
  const groups = listOf(script.steps).filter(isJsonObject);
  if (!groups.some((group) => group.login === true))
    findings.push(
      error('expiry-without-login', '/session/expired', 'no group has login: true to sign in again'),
    );
  groups.forEach((group, index) => {
    const [first] = listOf(group.steps);
    if (group.login !== true && !(isJsonObject(first) && first.op === 'goto'))
      findings.push(
        error(
          'group-without-goto',
          `/steps/${index}`,
          'when the session can expire, a group begins with goto: it may have to start again after signing in',
        ),
      );
  });
  return findings;
}

function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
