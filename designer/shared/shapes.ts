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
const texts = (value: Json | undefined): string[] => list(value).map(text);

/** The plan in an approval's content or a step's output. */
export function portPlanOf(value: Json | undefined): PortPlan | undefined {
  if (!isJsonObject(value) || !Array.isArray(value.devices) || typeof value.planHash !== 'string')
    return undefined;
  const devices = value.devices.flatMap((device) =>
    isJsonObject(device) && Array.isArray(device.ports)
      ? [
          {
            device: text(device.device),
            platform: text(device.platform),
            ports: device.ports.flatMap(portOf),
          },
        ]
      : [],
  );
  const skipped = list(value.skipped).flatMap((entry) =>
    isJsonObject(entry)
      ? [{ device: text(entry.device), port: text(entry.port), reason: text(entry.reason) }]
      : [],
  );
  return { planHash: value.planHash, devices, skipped };
}

function portOf(value: Json): PlannedPort[] {
  if (!isJsonObject(value)) return [];
  return [
    {
      port: text(value.port),
      commands: texts(value.commands),
      inverse: texts(value.inverse),
      diff: list(value.diff).flatMap((entry) =>
        isJsonObject(entry) ? [{ mark: markOf(entry.mark), line: text(entry.line) }] : [],
      ),
    },
  ];
}

function markOf(value: Json | undefined): DiffLine['mark'] {
  return value === '+' || value === '-' ? value : ' ';
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
