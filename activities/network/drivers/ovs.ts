import { isJsonObject, type Json } from '../../../domain/json.ts';
import type { DeviceRow, LinkState } from '../../../prisma/records/types.ts';
import type { DeviceSession } from '../ssh-pool.ts';
import type { DeviceDriver, LiveDevice, LivePort } from './driver.ts';
import { quoteWord, refuseOvsLine, splitWords } from './ovs-model.ts';
import { buildPortState, type PortFacts, type PortState } from './port-state.ts';
import { DeviceRefusal, type LineAnswer, type LineGuard, type TranscriptEntry } from './talk.ts';

type Row = Readonly<Record<string, Json>>;
const READ_MS = 15_000;

/** Rows of `ovs-vsctl -f json list`, by column name; OVSDB sets and maps are folded to arrays and objects. */
export function parseOvsTable(text: string): Row[] {
  const table: Json = JSON.parse(text);
  if (!isJsonObject(table) || !Array.isArray(table.data) || !Array.isArray(table.headings)) return [];
  const headings = table.headings.map(word);
  return table.data.map((row) =>
    Object.fromEntries(
      headings.map((heading, index) => [heading, fold(Array.isArray(row) ? (row[index] ?? null) : null)]),
    ),
  );
}

function fold(value: Json): Json {
  if (!Array.isArray(value) || value.length !== 2) return value;
  const [kind, content] = value;
  if (kind === 'set' && Array.isArray(content)) return content.map(fold);
  if (kind === 'uuid') return content ?? null;
  if (kind === 'map' && Array.isArray(content)) {
    return Object.fromEntries(
      content.map((pair) => (Array.isArray(pair) ? [word(pair[0]), fold(pair[1] ?? null)] : ['', null])),
    );
  }
  return value;
}

function word(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

/** Columns of a port as state lines: `vlan_mode=`, `tag=`, `trunks=`, `description=`, `admin=down`; unset ones are left out. */
export function ovsPortLines(port: Row, face: Row | undefined): string[] {
  const lines: string[] = [];
  const plain = (column: string): void => {
    const value = port[column];
    if (typeof value === 'string' || typeof value === 'number') lines.push(`${column}=${value}`);
  };
  plain('vlan_mode');
  plain('tag');
  const trunks = port.trunks;
  const ids = Array.isArray(trunks) ? trunks.map(Number) : typeof trunks === 'number' ? [trunks] : [];
  if (ids.length > 0) lines.push(`trunks=${ids.sort((left, right) => left - right).join(',')}`);
  const ids2 = face?.external_ids;
  if (isJsonObject(ids2) && typeof ids2.description === 'string')
    lines.push(`description=${ids2.description}`);
  if (face?.admin_state === 'down') lines.push('admin=down');
  return lines;
}

/** Open vSwitch over exec: one planned line is one transaction. */
export class OvsDriver implements DeviceDriver {
  readonly dialect = 'ovs' as const;
  readonly takesEffect = 'transaction' as const;
  readonly transcript: TranscriptEntry[] = [];
  private readonly session: DeviceSession;
  private readonly guard: LineGuard;
  private readonly clock: () => number;
  private readonly bridge: string;
  private readonly runDir: string | undefined;

  constructor(parts: { session: DeviceSession; guard: LineGuard; clock: () => number; device: DeviceRow }) {
    this.session = parts.session;
    this.guard = parts.guard;
    this.clock = parts.clock;
    const { bridge, ovsRunDir } = parts.device.attributes;
    this.bridge = typeof bridge === 'string' ? bridge : 'br0';
    this.runDir = typeof ovsRunDir === 'string' ? ovsRunDir : undefined;
  }

  async prepare(): Promise<void> {
    await this.read(['ovs-vsctl', 'br-exists', this.bridge]);
  }

  async readDevice(): Promise<LiveDevice> {
    return { upSinceMs: null, vlans: [], occupiedBy: null };
  }

  async readPort(port: string): Promise<LivePort> {
    const face = (await this.faces()).find((row) => row.name === port);
    if (!face) {
      return {
        exists: false,
        link: 'unknown',
        macCount: 0,
        neighbor: null,
        channelMember: false,
        downSinceMs: null,
      };
    }
    const rows = (await this.ports()).find((row) => row.name === port);
    return {
      exists: rows !== undefined,
      link: linkOf(face),
      macCount: 0,
      neighbor: null,
      channelMember: Array.isArray(rows?.interfaces) && rows.interfaces.length > 1,
      downSinceMs: null,
    };
  }

  async readAllPorts(): Promise<PortState[]> {
    const faces = await this.faces();
    const states: PortState[] = [];
    for (const row of await this.ports()) {
      const name = nameOf(row);
      const face = faces.find((candidate) => nameOf(candidate) === name);
      if (!face || name === this.bridge) continue;
      const facts: PortFacts = {
        port: name,
        link: linkOf(face),
        downSinceMs: null,
        flapCount: typeof face.link_resets === 'number' ? face.link_resets : null,
        macCount: 0,
        neighbor: null,
        channelMember: Array.isArray(row.interfaces) && row.interfaces.length > 1,
        config: ovsPortLines(row, face),
      };
      states.push(buildPortState('ovs', facts));
    }
    return states;
  }

  async readPortLines(port: string): Promise<string[] | undefined> {
    const row = (await this.ports()).find((candidate) => candidate.name === port);
    if (!row) return undefined;
    return ovsPortLines(
      row,
      (await this.faces()).find((candidate) => candidate.name === port),
    );
  }

  async readSections(): Promise<ReadonlyMap<string, string>> {
    const faces = await this.faces();
    return new Map(
      (await this.ports()).map((port) => {
        const name = nameOf(port);
        const lines = ovsPortLines(
          port,
          faces.find((face) => face.name === name),
        );
        return [
          `interface ${name}`,
          `interface ${name}\n${lines.map((line) => ` ${line}\n`).join('')}`,
        ] as const;
      }),
    );
  }

  sectionOf(port: string): string {
    return `interface ${port}`;
  }

  async enterPort(): Promise<LineAnswer> {
    return answer('', null, 0);
  }

  async changePort(port: string, line: string): Promise<LineAnswer> {
    const refusal = refuseOvsLine(line, port, this.bridge);
    if (refusal !== undefined) return answer('', refusal, 0);
    const notAfterMs = await this.guard();
    if (Number(process.hrtime.bigint() / 1_000_000n) > notAfterMs) await this.guard();
    const words = splitWords(line) ?? [];
    const done = await this.exec('change', words);
    return answer(
      done.stdout,
      done.exitCode === 0 ? null : done.stderr.trim() || `exit ${done.exitCode}`,
      done.tookMs,
    );
  }

  async commit(): Promise<undefined> {
    return undefined;
  }

  async leave(): Promise<void> {
    // No modes.
  }

  async save(): Promise<void> {
    // The switch's database is persistent: a committed transaction is saved.
  }

  async close(): Promise<void> {
    await this.session.close();
  }

  async destroy(): Promise<void> {
    await this.session.destroy();
  }

  /** Rows of the port table, of this bridge and others: a change anywhere is seen. */
  async ports(): Promise<Row[]> {
    const columns = '--columns=name,tag,trunks,vlan_mode,interfaces';
    return parseOvsTable(await this.read(['ovs-vsctl', '-f', 'json', columns, 'list', 'port']));
  }

  async faces(): Promise<Row[]> {
    const columns = '--columns=name,admin_state,link_state,link_resets,external_ids';
    return parseOvsTable(await this.read(['ovs-vsctl', '-f', 'json', columns, 'list', 'interface']));
  }

  private async read(words: readonly string[]): Promise<string> {
    const done = await this.exec('read', words);
    if (done.exitCode !== 0)
      throw new DeviceRefusal(words.join(' '), done.stderr.trim() || `exit ${done.exitCode}`);
    return done.stdout;
  }

  private async exec(
    kind: 'read' | 'change',
    words: readonly string[],
  ): Promise<{ exitCode: number | null; stdout: string; stderr: string; tookMs: number }> {
    const atMs = this.clock();
    // ovs-ofctl wants the bridge's management socket where the run folder is not the built-in one.
    const placed =
      words[0] === 'ovs-ofctl' && this.runDir
        ? words.map((word) => (word === this.bridge ? `unix:${this.runDir}/${this.bridge}.mgmt` : word))
        : words;
    const line = placed.map(quoteWord).join(' ');
    const command = this.runDir ? `OVS_RUNDIR=${quoteWord(this.runDir)} ${line}` : line;
    const result = await this.session.exec(command, READ_MS);
    const tookMs = this.clock() - atMs;
    const output = `${result.stdout}${result.stderr}`.slice(0, 200_000);
    this.transcript.push({
      atMs,
      tookMs,
      kind,
      line,
      output,
      outcome: result.exitCode === 0 ? 'ok' : 'refused',
    });
    return { ...result, tookMs };
  }
}

function nameOf(row: Row): string {
  return typeof row.name === 'string' ? row.name : '';
}

function linkOf(face: Row): LinkState {
  if (face.admin_state === 'down') return 'admin-down';
  return face.link_state === 'up' ? 'up' : 'down';
}

function answer(output: string, marker: string | null, tookMs: number): LineAnswer {
  return {
    output,
    marker,
    result: { output, promptLine: '', prompt: { mode: 'interface', candidate: null }, tookMs },
  };
}
