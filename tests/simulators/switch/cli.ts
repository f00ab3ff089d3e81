import type { SwitchState } from './state.ts';
import type { PortConfig, PortState } from './types.ts';

/** What a line led to. */
export interface Turn {
  /** Text before the next prompt, lines separated by \n. */
  readonly output?: string;
  /** A question instead of a prompt; the next line is the answer. */
  readonly ask?: {
    readonly text: string;
    readonly hidden?: boolean;
    readonly answer: (text: string) => Turn;
  };
  readonly close?: boolean;
  /** Set for a configuration line: goes to the journal. */
  readonly config?: { readonly interface: string | null; readonly accepted: boolean };
}

/** One login. */
export interface CliSession {
  readonly state: SwitchState;
  readonly sessionId: number;
  readonly user: string;
  readonly sinceMs: number;
  privileged: boolean;
  mode: 'exec' | 'config' | 'interface' | 'vlan';
  port: PortState | null;
  vlan: number | null;
  /** Lines per page; 0 = no paging. */
  pageLength: number;
  /** VRP8: uncommitted port configurations of this session; empty = clean. */
  candidate: Map<string, PortConfig>;
  candidateVlans: Set<number>;
}

/** A vendor's command line. */
export interface Personality {
  readonly pager: string;
  /** Sent after a key was pressed at the pager. */
  readonly pagerErase: string;
  readonly greeting: string;
  prompt(session: CliSession): string;
  execute(session: CliSession, line: string): Turn;
  /** The vendor's words for a line it does not know. */
  unknown(line: string): string;
  renderRunning(state: SwitchState): string;
  /** Applies one interface line; the answer is the vendor's error text, or null when it took effect. */
  applyPortLine(state: SwitchState, config: PortConfig, line: string): string | null;
  /** Lines of a port as the running configuration shows them, without indent. */
  renderPort(port: { config: PortConfig }): string[];
}

/** Opens a session in the state right after login. */
export function openCliSession(state: SwitchState, sessionId: number, user: string): CliSession {
  return {
    state,
    sessionId,
    user,
    sinceMs: Date.now(),
    privileged: state.options.enablePassword === undefined,
    mode: 'exec',
    port: null,
    vlan: null,
    pageLength: 24,
    candidate: new Map(),
    candidateVlans: new Set(),
  };
}

/** A command table: the first pattern that matches the whole line answers. */
export type CommandTable = ReadonlyArray<
  readonly [RegExp, (session: CliSession, match: RegExpExecArray) => Turn]
>;

/** Runs a line against a table; undefined when nothing matches. */
export function runTable(table: CommandTable, session: CliSession, line: string): Turn | undefined {
  for (const [pattern, action] of table) {
    const match = pattern.exec(line);
    if (match) return action(session, match);
  }
  return undefined;
}

/** The port a typed name means: full name or vendor abbreviation, case-insensitive, `Gi 1/0/5` included. */
export function findPort(state: SwitchState, typed: string): PortState | undefined {
  const wanted = splitName(typed);
  if (!wanted) return undefined;
  for (const port of state.ports.values()) {
    const own = splitName(port.name);
    if (!own || own.numbers !== wanted.numbers) continue;
    if (own.word.startsWith(wanted.word) || own.word === LONG[wanted.word]) return port;
  }
  return undefined;
}

const LONG: Readonly<Record<string, string>> = {
  ge: 'gigabitethernet',
  xge: 'xgigabitethernet',
  eth: 'ethernet',
  te: 'tengigabitethernet',
};

function splitName(typed: string): { word: string; numbers: string } | undefined {
  const match = /^\s*((?:\d+(?=GE))?[a-z-]+)\s*(\d[\d/.:]*)\s*$/i.exec(typed);
  if (!match) return undefined;
  return { word: (match[1] ?? '').toLowerCase(), numbers: match[2] ?? '' };
}

/** Pads a cell to a width, cutting what does not fit and keeping one blank. */
export function cell(text: string, width: number): string {
  return text.length < width ? text.padEnd(width) : `${text.slice(0, width - 1)} `;
}
