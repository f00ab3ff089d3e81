import type { LinkState } from '../../../prisma/records/types.ts';
import type { DeviceCredential } from '../ssh/connect.ts';
import { blockLines, type DeviceDriver, type LiveDevice, type LivePort, sectionsOf } from './driver.ts';
import {
  blocksOf,
  buildPortState,
  isLogical,
  type PortFacts,
  type PortState,
  shortAgeMs,
} from './port-state.ts';
import { samePort } from '../push/same-port.ts';
import { DeviceRefusal, type LineAnswer, type Talk, type TranscriptEntry } from './talk.ts';

const VOLATILE =
  /^(?:Building configuration|Current configuration|! (?:Last configuration|NVRAM config)|ntp clock-period)/;
const UNITS: Readonly<Record<string, number>> = {
  year: 365 * 86_400_000,
  week: 7 * 86_400_000,
  day: 86_400_000,
  hour: 3_600_000,
  minute: 60_000,
};

/** `4 weeks, 2 days, 3 hours, 4 minutes` in milliseconds; null when no unit is found. */
export function longAgeMs(text: string): number | null {
  let ageMs: number | null = null;
  for (const match of text.matchAll(/(\d+) (year|week|day|hour|minute)s?/gi)) {
    ageMs = (ageMs ?? 0) + Number(match[1]) * (UNITS[(match[2] ?? '').toLowerCase()] ?? 0);
  }
  return ageMs;
}

/** Cisco IOS and IOS-XE: every line takes effect at once. */
export class IosDriver implements DeviceDriver {
  readonly dialect = 'cisco' as const;
  readonly takesEffect = 'line' as const;
  private readonly talk: Talk;
  private readonly credential: Pick<DeviceCredential, 'enablePassword'>;
  private readonly clock: () => number;
  private mode: 'exec' | 'config' = 'exec';

  constructor(talk: Talk, credential: DeviceCredential, clock: () => number) {
    this.talk = talk;
    this.credential = credential;
    this.clock = clock;
  }

  get transcript(): readonly TranscriptEntry[] {
    return this.talk.transcript;
  }

  async prepare(): Promise<void> {
    if (this.talk.session.facts.promptLine?.endsWith('>')) {
      const { enablePassword } = this.credential;
      const answers = enablePassword ? [{ pattern: 'ssword', answer: enablePassword, hidden: true }] : [];
      const result = await this.talk.steer('enable', { answers });
      if (result.prompt.mode !== 'privileged')
        throw new DeviceRefusal('enable', 'privileged mode was not granted');
    }
    await this.talk.steer('terminal length 0');
    await this.talk.readIfKnown('terminal width 511');
  }

  async readDevice(): Promise<LiveDevice> {
    const version = await this.talk.read('show version');
    const ageMs = longAgeMs(/uptime is (.+)$/im.exec(version)?.[1] ?? '');
    const vlanTable = await this.talk.readIfKnown('show vlan brief');
    const vlans = [...(vlanTable ?? '').matchAll(/^(\d{1,4})\s+\S+\s+active\b/gm)].map((match) =>
      Number(match[1]),
    );
    return {
      upSinceMs: ageMs === null ? null : this.clock() - ageMs,
      vlans,
      occupiedBy: secondUser(await this.talk.read('show users')),
    };
  }

  async readPort(port: string): Promise<LivePort> {
    const detail = await this.talk.readIfKnown(`show interfaces ${port}`);
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
    const macs = await this.talk.readIfKnown(`show mac address-table interface ${port}`);
    const neighbors = await this.neighbors();
    const lines = (await this.readPortLines(port)) ?? [];
    return {
      exists: true,
      link: linkOf(detail),
      macCount: (macs?.match(/[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}/gi) ?? []).length,
      neighbor: neighborOn(neighbors, port),
      channelMember: lines.some((line) => line.startsWith('channel-group')),
      downSinceMs: null,
    };
  }

  async readAllPorts(): Promise<PortState[]> {
    const sections = await this.readSections();
    const details = blocksOf(
      await this.talk.read('show interfaces', { timeoutMs: 60_000 }),
      /^(\S+) is .+, line protocol is /,
    );
    const ages = downAges((await this.talk.readIfKnown('show interfaces link')) ?? '');
    const macs = (await this.talk.readIfKnown('show mac address-table')) ?? '';
    const neighbors = await this.neighbors();
    const states: PortState[] = [];
    for (const [port, detail] of details) {
      if (isLogical(port)) continue;
      const config = blockLines(sections.get(this.sectionOf(port)) ?? '');
      const link = linkOf(detail);
      const ageMs = [...ages].find(([name]) => samePort(name, port))?.[1] ?? null;
      const facts: PortFacts = {
        port,
        link,
        downSinceMs: link === 'up' || ageMs === null ? null : this.clock() - ageMs,
        flapCount: flapCount(detail),
        macCount: macs.split('\n').filter((line) => onPort(line, port)).length,
        neighbor: neighborOn(neighbors, port),
        channelMember: config.some((line) => line.startsWith('channel-group')),
        config,
      };
      states.push(buildPortState('cisco', facts));
    }
    return states;
  }

  private async neighbors(): Promise<string> {
    const cdp = (await this.talk.readIfKnown('show cdp neighbors')) ?? '';
    return `${cdp}\n${(await this.talk.readIfKnown('show lldp neighbors')) ?? ''}`;
  }

  async readPortLines(port: string): Promise<string[] | undefined> {
    const command = `show running-config interface ${port}`;
    const output = await this.talk.readIfKnown(this.mode === 'config' ? `do ${command}` : command);
    return output === null ? undefined : blockLines(output);
  }

  async readSections(): Promise<ReadonlyMap<string, string>> {
    return sectionsOf(await this.talk.read('show running-config', { timeoutMs: 60_000 }), VOLATILE, /^!\s*$/);
  }

  sectionOf(port: string): string {
    return `interface ${port}`;
  }

  async enterPort(port: string): Promise<LineAnswer> {
    if (this.mode === 'exec') {
      const entered = await this.talk.change('configure terminal');
      if (entered.marker !== null || entered.result.prompt.mode !== 'config') {
        return { ...entered, marker: entered.marker ?? 'configuration mode was not entered' };
      }
      this.mode = 'config';
    }
    const answer = await this.talk.change(`interface ${port}`);
    if (answer.marker === null && answer.result.prompt.mode !== 'interface')
      return { ...answer, marker: 'no interface prompt' };
    return answer;
  }

  async changePort(_port: string, line: string): Promise<LineAnswer> {
    return this.talk.change(line);
  }

  async commit(): Promise<undefined> {
    return undefined;
  }

  async leave(): Promise<void> {
    if (this.mode === 'exec') return;
    const result = await this.talk.steer('end');
    if (result.prompt.mode !== 'privileged')
      throw new DeviceRefusal('end', 'configuration mode was not left');
    this.mode = 'exec';
  }

  async save(): Promise<void> {
    const answer = await this.talk.change('write memory', {
      timeoutMs: 120_000,
      answers: [{ pattern: '\\[confirm\\]', answer: '' }],
    });
    if (answer.marker !== null || !/\[OK\]/i.test(answer.output)) {
      throw new DeviceRefusal('write memory', answer.marker ?? 'no [OK] came back');
    }
  }

  async close(): Promise<void> {
    await this.talk.session.close();
  }

  async destroy(): Promise<void> {
    await this.talk.session.destroy();
  }
}

/** Table of `show interfaces link`: port and age of the down state; ports that are up show zero or nothing. */
function downAges(output: string): Map<string, number> {
  const ages = new Map<string, number>();
  const lines = output.split('\n');
  const header = lines.find((line) => /^Port\s+Name\s+Down Time/.test(line));
  const at = header?.indexOf('Down Time') ?? -1;
  for (const line of lines) {
    const port = /^([A-Z][a-z]+\d\S*)\s/.exec(line)?.[1];
    const ageMs = at > 0 ? shortAgeMs(line.slice(at).split(/\s+/)[0] ?? '') : null;
    if (port && ageMs !== null && ageMs > 0) ages.set(port, ageMs);
  }
  return ages;
}

function flapCount(detail: string): number | null {
  const match = /(\d+) carrier transitions/.exec(detail) ?? /(\d+) interface resets/.exec(detail);
  return match ? Number(match[1]) : null;
}

function onPort(line: string, port: string): boolean {
  const match = /[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}.*\s(\S+)$/i.exec(line.trimEnd());
  return match?.[1] !== undefined && samePort(match[1], port);
}

function linkOf(detail: string): LinkState {
  const first = /^\S+ is (.+?), line protocol is (\S+)(?: \((.+?)\))?/m.exec(detail);
  if (!first) return 'unknown';
  if (first[3] === 'err-disabled' || /err-disabled/.test(first[1] ?? '')) return 'err-disabled';
  if (/administratively down/.test(first[1] ?? '')) return 'admin-down';
  if (first[2] === 'up') return 'up';
  return /media type is (?:Not Present|unknown media|No XCVR)/i.test(detail) ? 'no-optics' : 'down';
}

/** Another user's line in `show users`; our own is marked with an asterisk. */
function secondUser(output: string): string | null {
  for (const line of output.split('\n')) {
    const match = /^\s+\d+\s+(?:vty|con|aux|tty)\s+\d+\s+(\S+)/.exec(line);
    if (match?.[1] && !line.trimStart().startsWith('*')) return match[1];
  }
  return null;
}

function neighborOn(output: string, port: string): string | null {
  const numbers = /(\d[\d/]*)$/.exec(port)?.[1];
  const word = port.slice(0, 2);
  if (!numbers) return null;
  for (const line of output.split('\n')) {
    const match = /^(\S.{0,30}?)\s+([A-Z][a-z]{1,2})\s?(\d[\d/]*)\s/.exec(line);
    if (match?.[3] === numbers && match[2]?.slice(0, 2) === word) return (match[1] ?? '').trim();
  }
  return null;
}
