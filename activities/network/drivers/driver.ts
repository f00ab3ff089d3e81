import type { LinkState } from '../../../prisma/records/types.ts';
import type { Dialect } from './port-model.ts';
import type { PortState } from './port-state.ts';
import type { LineAnswer, TranscriptEntry } from './talk.ts';

/** What a port looks like right before a push. */
export interface LivePort {
  readonly exists: boolean;
  readonly link: LinkState;
  readonly macCount: number;
  readonly neighbor: string | null;
  readonly channelMember: boolean;
  readonly downSinceMs: number | null;
}

/** What the whole device looks like right before a push. */
export interface LiveDevice {
  readonly upSinceMs: number | null;
  readonly vlans: readonly number[];
  /** Why nobody may push now: a second administrator, uncommitted lines of somebody else. Null = free. */
  readonly occupiedBy: string | null;
}

/** A logged-in device of one platform. Methods may throw SshError, DeviceRefusal or LeaseLostError. */
export interface DeviceDriver {
  readonly dialect: Dialect;
  /** `line`: each line takes effect at once. `commit`: a port's lines take effect together, at the commit. `transaction`: one line is one. */
  readonly takesEffect: 'line' | 'commit' | 'transaction';
  readonly transcript: readonly TranscriptEntry[];
  /** Privileged mode, paging off. */
  prepare(): Promise<void>;
  readDevice(): Promise<LiveDevice>;
  readPort(port: string): Promise<LivePort>;
  /** All physical ports with few commands: tables for the whole device, never a command per port. */
  readAllPorts(): Promise<PortState[]>;
  /** Configuration lines of a port, without indent and frame; undefined when there is no such port. */
  readPortLines(port: string): Promise<string[] | undefined>;
  /** Whole running configuration without volatile lines, by section header (`interface X` ...). */
  readSections(): Promise<ReadonlyMap<string, string>>;
  /** Name of a port's section in `readSections`. */
  sectionOf(port: string): string;
  enterPort(port: string): Promise<LineAnswer>;
  changePort(port: string, line: string): Promise<LineAnswer>;
  /** Makes the lines of a two-stage device take effect; null marker at once on others. */
  commit(): Promise<LineAnswer | undefined>;
  /** Leaves configuration; uncommitted lines are thrown away. Safe in every mode. */
  leave(): Promise<void>;
  /** Running to startup. */
  save(): Promise<void>;
  close(): Promise<void>;
  destroy(): Promise<void>;
}

/** Cuts a configuration into sections: a line without indent opens one, indented lines belong to it. */
export function sectionsOf(config: string, volatile: RegExp, separator: RegExp): Map<string, string> {
  const sections = new Map<string, string>();
  let header = '';
  for (const line of config.split('\n')) {
    const text = line.trimEnd();
    if (text === '' || separator.test(text) || volatile.test(text)) continue;
    if (!/^\s/.test(text)) header = text;
    sections.set(header, `${sections.get(header) ?? ''}${text}\n`);
  }
  return sections;
}

/** Lines of one `interface` block in a show output: everything indented, without the frame. */
export function blockLines(output: string): string[] {
  return output
    .split('\n')
    .filter((line) => /^\s+\S/.test(line))
    .map((line) => line.trim());
}
