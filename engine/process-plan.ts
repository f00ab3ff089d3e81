import type { Json, JsonObject } from '../domain/json.ts';
import type { NodeOf, Template } from './plan.ts';
import type { Plan } from './types.ts';
import { member, objectMember, textMember } from './tasks.ts';
import { templateOf } from './templates.ts';

/** Catalogue function that `run: script` and `run: shell` are carried out by; a `call` does not reach it. */
export const processFunction = { name: 'process', version: '1.0.0' } as const;

/** What a `run: script` or `run: shell` names, before any check. */
export interface NamedProcess {
  readonly kind: 'script' | 'shell';
  readonly settings: JsonObject;
}

/** The process a task runs; undefined when it runs none. */
export function processOf(task: JsonObject): NamedProcess | undefined {
  for (const kind of ['script', 'shell'] as const) {
    const settings = objectMember(task, 'run', kind);
    if (settings !== undefined) return { kind, settings };
  }
  return undefined;
}

/**
 * The call that carries out a `run: script` or `run: shell`, but for the function's key. The code stays what the document says, to the
 * letter: only arguments, environment and standard input may be expressions, so that no data of a run is ever taken for code.
 */
export function processNode(
  task: JsonObject,
): Pick<NodeOf<'call'>, 'kind' | 'with' | 'process' | 'isDetached'> {
  const { kind, settings } = processOf(task) ?? { kind: 'shell', settings: {} };
  const literal = (value: Json): Template => ({ lit: value });
  const members: Record<string, Template> = {
    language: literal(kind === 'shell' ? 'shell' : (textMember(settings, 'language') ?? '')),
    code: literal(textMember(settings, kind === 'shell' ? 'command' : 'code') ?? ''),
    return: literal(textMember(task, 'run', 'return') ?? 'stdout'),
  };
  for (const key of ['stdin', 'arguments', 'environment']) {
    const value = settings[key];
    if (value !== undefined) members[key] = templateOf(value);
  }
  return {
    kind: 'call',
    with: { obj: members },
    process: true,
    ...(member(task, 'run', 'await') === false ? { isDetached: true } : {}),
  };
}

/** True for a plan that runs scripts or shell commands. */
export function runsScripts(plan: Pick<Plan, 'functions'>): boolean {
  return Object.values(plan.functions).some(({ name }) => name === processFunction.name);
}

/** Why one flow may not run another as a sub-flow: scripts and steps that change production do not come together that way either. */
export function mixtureOf(one: Plan, other: Plan): string | undefined {
  for (const [scripted, controlled] of [
    [one, other],
    [other, one],
  ] as const) {
    const step = Object.values(controlled.functions).find((each) => each.controlled)?.name;
    if (runsScripts(scripted) && step !== undefined)
      return `${scripted.document.name} runs scripts, ${controlled.document.name} has the controlled step ${step}: neither may run the other`;
  }
  return undefined;
}
