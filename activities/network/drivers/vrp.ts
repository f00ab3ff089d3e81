import type { LinkState } from '../../../prisma/records/types.ts';
import { blockLines, type DeviceDriver, type LiveDevice, type LivePort, sectionsOf } from './driver.ts';
import { longAgeMs } from './ios.ts';
import { blocksOf, buildPortState, isLogical, type PortFacts, type PortState } from './port-state.ts';
import { samePort } from '../push/same-port.ts';
import { DeviceRefusal, type LineAnswer, type Talk, type TranscriptEntry } from './talk.ts';

const VOLATILE = /^(?:!(?:Software|Last)|return$)/;
const DISCARD = [{ pattern: 'uncommitted', answer: 'N' }];

/** Huawei VRP5 (each line takes effect at once) and VRP8 (lines of a port take effect at the commit). */
export class VrpDriver implements DeviceDriver {
  readonly dialect = 'huawei' as const;
  readonly takesEffect: 'line' | 'commit';
  private readonly talk: Talk;
  private readonly clock: () => number;
  private mode: 'user' | 'system' | 'interface' = 'user';

  constructor(talk: Talk, generation: 'vrp5' | 'vrp8', clock: () => number) {
    this.talk = talk;
    this.takesEffect = generation === 'vrp8' ? 'commit' : 'line';
    this.clock = clock;
  }

  get transcript(): readonly TranscriptEntry[] {
    return this.talk.transcript;
  }

  async prepare(): Promise<void> {
    await this.talk.steer('screen-length 0 temporary');
  }

  async readDevice(): Promise<LiveDevice> {
    const ageMs = longAgeMs(/uptime is (.+)$/im.exec(await this.talk.read('display version'))?.[1] ?? '');
    const vlanTable = (await this.talk.readIfKnown('display vlan')) ?? '';
    const vlans = [...vlanTable.matchAll(/^(\d{1,4})\s+(?:enable|common)\b/gm)].map((match) =>
      Number(match[1]),
    );
    return {
      upSinceMs: ageMs === null ? null : this.clock() - ageMs,
      vlans: [...new Set(vlans)],
      occupiedBy: secondUser(await this.talk.read('display users')),
    };
  }

  async readPort(port: string): Promise<LivePort> {
    const detail = await this.talk.readIfKnown(`display interface ${port}`);
    if (detail === null) {
      return {
        exists: false,
        link: 'unknown',
        macCount: 0,
        neighbor: null,
        channelMember: false,
        downSinceMs: null,
      };
    }
    const macs = (await this.talk.readIfKnown(`display mac-address ${port}`)) ?? '';
    const neighbors = (await this.talk.readIfKnown('display lldp neighbor brief')) ?? '';
    const lines = (await this.readPortLines(port)) ?? [];
    return {
      exists: true,
      link: linkOf(detail),
      macCount: (macs.match(/\b[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}\b/gi) ?? []).length,
      neighbor: neighborOn(neighbors, port),
      channelMember: lines.some((line) => line.startsWith('eth-trunk')),
      downSinceMs: downSince(detail, this.clock()),
    };
  }

  async readAllPorts(): Promise<PortState[]> {
    const sections = await this.readSections();
    const details = blocksOf(
      await this.talk.read('display interface', { timeoutMs: 60_000 }),
      /^(\S+) current state\s*:/,
    );
    const macs = (await this.talk.readIfKnown('display mac-address')) ?? '';
    const neighbors = (await this.talk.readIfKnown('display lldp neighbor brief')) ?? '';
    const states: PortState[] = [];
    for (const [port, detail] of details) {
      if (isLogical(port)) continue;
      const config = blockLines(sections.get(this.sectionOf(port)) ?? '');
      const link = linkOf(detail);
      const flaps = /Link flaps:\s*(\d+)/i.exec(detail)?.[1];
      const facts: PortFacts = {
        port,
        link,
        downSinceMs: link === 'up' ? null : downSince(detail, this.clock()),
        flapCount: flaps === undefined ? null : Number(flaps),
        macCount: macs.split('\n').filter((line) => onPort(line, port)).length,
        neighbor: neighborOn(neighbors, port),
        channelMember: config.some((line) => line.startsWith('eth-trunk')),
        config,
      };
      states.push(buildPortState('huawei', facts));
    }
    return states;
  }

  async readPortLines(port: string): Promise<string[] | undefined> {
    const output = await this.talk.readIfKnown(`display current-configuration interface ${port}`);
    return output === null ? undefined : blockLines(output);
  }

  async readSections(): Promise<ReadonlyMap<string, string>> {
    return sectionsOf(
      await this.talk.read('display current-configuration', { timeoutMs: 60_000 }),
      VOLATILE,
      /^#\s*$/,
    );
  }

  sectionOf(port: string): string {
    return `interface ${port}`;
  }

  async enterPort(port: string): Promise<LineAnswer> {
    if (this.mode === 'user') {
      const entered = await this.talk.change('system-view');
      if (entered.marker !== null || entered.result.prompt.mode !== 'config') {
        return { ...entered, marker: entered.marker ?? 'the system view was not entered' };
      }
      if (entered.result.prompt.candidate === 'changed') {
        return { ...entered, marker: 'the candidate configuration holds uncommitted lines' };
      }
      this.mode = 'system';
    }
    if (this.mode === 'interface') await this.talk.steer('quit');
    this.mode = 'system';
    const answer = await this.talk.change(`interface ${port}`);
    if (answer.marker === null && answer.result.prompt.mode !== 'interface')
      return { ...answer, marker: 'no interface prompt' };
    if (answer.marker === null) this.mode = 'interface';
    return answer;
  }

  async changePort(_port: string, line: string): Promise<LineAnswer> {
    return this.talk.change(line);
  }

  async commit(): Promise<LineAnswer | undefined> {
    if (this.takesEffect === 'line') return undefined;
    const answer = await this.talk.change('commit', { timeoutMs: 60_000 });
    if (answer.marker === null && answer.result.prompt.candidate !== 'clean') {
      return { ...answer, marker: 'the candidate is not clean after the commit' };
    }
    return answer;
  }

  async leave(): Promise<void> {
    if (this.mode === 'user') return;
    if (this.takesEffect === 'commit') await this.talk.readIfKnown('clear configuration candidate');
    const result = await this.talk.steer('return', { answers: this.takesEffect === 'commit' ? DISCARD : [] });
    if (result.prompt.mode !== 'privileged')
      throw new DeviceRefusal('return', 'the user view was not reached');
    this.mode = 'user';
  }

  async save(): Promise<void> {
    const answer = await this.talk.change('save', {
      timeoutMs: 120_000,
      answers: [{ pattern: '\\[Y/N\\]|\\(y/n\\)', answer: 'Y' }],
    });
    if (answer.marker !== null || !/success/i.test(answer.output)) {
      throw new DeviceRefusal('save', answer.marker ?? 'no success came back');
    }
  }

  async close(): Promise<void> {
    await this.talk.session.close();
  }

  async destroy(): Promise<void> {
    await this.talk.session.destroy();
  }
}

function onPort(line: string, port: string): boolean {
  if (!/^[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}\s/i.test(line.trim())) return false;
  return line.split(/\s+/).some((cell) => /\d\/\d/.test(cell) && !cell.includes('-') && samePort(cell, port));
}

function linkOf(detail: string): LinkState {
  const state = /current state\s*:\s*(.+)$/im.exec(detail)?.[1] ?? '';
  if (/administratively/i.test(state)) return 'admin-down';
  if (/error[- ]?down/i.test(state)) return 'err-disabled';
  if (/^up/i.test(state)) return 'up';
  if (!/^down/i.test(state)) return 'unknown';
  return /no module|transceiver.*absent/i.test(detail) ? 'no-optics' : 'down';
}

/** Down-since by the device's own clock, moved to ours. */
function downSince(detail: string, nowMs: number): number | null {
  const stamp = (pattern: RegExp): number | null => {
    const match = pattern.exec(detail);
    return match ? Date.parse(`${match[1]}T${match[2]}Z`) : null;
  };
  const down = stamp(/Last physical down time\s*:\s*(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)/i);
  const now = stamp(/Current system time\s*:\s*(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)/i);
  return down === null || now === null ? null : nowMs - (now - down);
}

/** Another user in `display users`; our own line starts with a plus. */
function secondUser(output: string): string | null {
  const lines = output.split('\n');
  for (const [index, line] of lines.entries()) {
    if (!/^\s*\+?\s*\d+\s+(?:VTY|CON|TTY)\s+\d+/.test(line) || line.trimStart().startsWith('+')) continue;
    const name = /Username\s*:\s*(\S+)/.exec(`${line}\n${lines[index + 1] ?? ''}`)?.[1];
    return name ?? 'somebody';
  }
  return null;
}

function neighborOn(output: string, port: string): string | null {
  const short = port.replace(/^GigabitEthernet/, 'GE').replace(/^XGigabitEthernet/, 'XGE');
  for (const line of output.split('\n')) {
    const cells = line.trim().split(/\s{2,}/);
    if (cells[0] === short || cells[0] === port) return cells[1] ?? null;
  }
  return null;
}
