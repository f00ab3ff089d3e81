import { isJsonObject, type Json } from '../../domain/json.ts';

/** Readers of the JSON that steps and approvals carry. Each gives undefined for anything of another shape: the page then shows the JSON. */
export interface DiffLine {
  readonly mark: '+' | '-' | ' ';
  readonly line: string;
}

/** A port of an approved plan. */
export interface PlannedPort {
  readonly port: string;
  readonly commands: readonly string[];
  readonly inverse: readonly string[];
  readonly diff: readonly DiffLine[];
}

/** The plan of port changes an approval shows. */
export interface PortPlan {
  readonly planHash: string;
  readonly devices: ReadonlyArray<{
    readonly device: string;
    readonly platform: string;
    readonly ports: readonly PlannedPort[];
  }>;
  readonly skipped: ReadonlyArray<{
    readonly device: string;
    readonly port: string;
    readonly reason: string;
  }>;
  /** What is in the content and not in the lists above. */
  readonly unreadable: readonly Unreadable[];
}

/** A part of a plan that is not in a form the page knows; `at` is its JSON pointer. */
export interface Unreadable {
  readonly at: string;
  readonly value: Json;
}

/** Result of one port of a push. */
export interface PortResult {
  readonly device: string;
  readonly port: string;
  readonly outcome: string;
  readonly reason: string;
  readonly sent: number;
  readonly total: number;
}

/** Verdict on one port. */
export interface Verdict {
  readonly device: string;
  readonly port: string;
  readonly eligible: boolean;
  readonly reason: string;
}

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
const list = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);

/**
 * The plan in an approval's content or a step's output; undefined for anything that is no plan. A part that does not read as a
 * port, a command, a line of difference or a skipped port is never left out: it stands in `unreadable` with its place.
 */
export function portPlanOf(value: Json | undefined): PortPlan | undefined {
  if (!isJsonObject(value) || !Array.isArray(value.devices) || typeof value.planHash !== 'string')
    return undefined;
  const unreadable: Unreadable[] = [];
  const devices = read(value.devices, '/devices', unreadable, (device, at) => {
    if (!isJsonObject(device) || typeof device.device !== 'string' || !Array.isArray(device.ports))
      return undefined;
    const ports = read(device.ports, `${at}/ports`, unreadable, (port, where) =>
      portOf(port, where, unreadable),
    );
    return { device: device.device, platform: text(device.platform), ports };
  });
  const skipped = read(value.skipped, '/skipped', unreadable, skippedOf);
  return { planHash: value.planHash, devices, skipped, unreadable };
}

/** Reads every entry of a list; what `one` gives undefined for, and what should be a list and is none, is kept as unreadable. */
function read<Entry>(
  value: Json | undefined,
  at: string,
  unreadable: Unreadable[],
  one: (entry: Json, at: string) => Entry | undefined,
): Entry[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    unreadable.push({ at, value });
    return [];
  }
  return value.flatMap((entry, index) => {
    const where = `${at}/${index}`;
    const found = one(entry, where);
    if (found === undefined) unreadable.push({ at: where, value: entry });
    return found === undefined ? [] : [found];
  });
}

function portOf(value: Json, at: string, unreadable: Unreadable[]): PlannedPort | undefined {
  if (!isJsonObject(value) || typeof value.port !== 'string' || !Array.isArray(value.commands))
    return undefined;
  return {
    port: value.port,
    commands: read(value.commands, `${at}/commands`, unreadable, lineOf),
    inverse: read(value.inverse, `${at}/inverse`, unreadable, lineOf),
    diff: read(value.diff, `${at}/diff`, unreadable, diffOf),
  };
}

function lineOf(value: Json): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function diffOf(value: Json): DiffLine | undefined {
  if (!isJsonObject(value) || typeof value.line !== 'string') return undefined;
  const { mark, line } = value;
  return mark === '+' || mark === '-' || mark === ' ' ? { mark, line } : undefined;
}

function skippedOf(value: Json): PortPlan['skipped'][number] | undefined {
  if (!isJsonObject(value) || typeof value.device !== 'string' || typeof value.port !== 'string')
    return undefined;
  return { device: value.device, port: value.port, reason: text(value.reason) };
}

/** Ports of a plan. */
export function portCount(plan: PortPlan): number {
  return plan.devices.reduce((sum, { ports }) => sum + ports.length, 0);
}

/** Results of a push step's output. */
export function portResultsOf(value: Json | undefined): PortResult[] | undefined {
  const results = isJsonObject(value) ? resultsIn(value) : undefined;
  return results?.flatMap((entry) => {
    if (!isJsonObject(entry) || typeof entry.outcome !== 'string') return [];
    const lines = list(entry.lines);
    const sent = lines.filter((line) => isJsonObject(line) && line.outcome !== 'not-sent').length;
    return [
      {
        device: text(entry.device),
        port: text(entry.port),
        outcome: entry.outcome,
        reason: text(entry.reason),
        sent,
        total: lines.length,
      },
    ];
  });
}

/** A step may wrap the push's output: `{ decision, result }`. */
function resultsIn(value: { readonly [key: string]: Json }): Json[] | undefined {
  if (Array.isArray(value.results)) return value.results;
  const inner = value.result;
  return isJsonObject(inner) && Array.isArray(inner.results) ? inner.results : undefined;
}

/** Verdicts of an eligibility step's output. */
export function verdictsOf(value: Json | undefined): Verdict[] | undefined {
  if (!isJsonObject(value) || !Array.isArray(value.verdicts)) return undefined;
  return value.verdicts.flatMap((entry) =>
    isJsonObject(entry)
      ? [
          {
            device: text(entry.device),
            port: text(entry.port),
            eligible: entry.eligible === true,
            reason: text(entry.reason),
          },
        ]
      : [],
  );
}

/** A text member of an object, undefined when it is absent or something else. */
export function memberText(value: Json | undefined, name: string): string | undefined {
  if (!isJsonObject(value) || !Object.hasOwn(value, name)) return undefined;
  const member = value[name];
  return typeof member === 'string' && member !== '' ? member : undefined;
}
