import type { DeviceRow } from '../../../prisma/records/types.ts';

type ShellPlatform = Exclude<DeviceRow['platform'], 'ovs'>;

/** The learned prompt of one device. */
export interface LearnedPrompt {
  readonly platform: ShellPlatform;
  /** Host name as the prompt shows it, such as `core-sw`. */
  readonly name: string;
}

const CISCO = /^([\w.@/:-]{1,63})([>#])$/;
const HUAWEI = /^(?:HRP_[A-Z])?<([\w.@/:-]{1,64})>$/;

/** Reads the name out of the prompt after login; undefined when the line is no prompt of this platform. */
export function learnPrompt(platform: ShellPlatform, line: string): LearnedPrompt | undefined {
  const match = (platform === 'cisco_ios' ? CISCO : HUAWEI).exec(line.trim());
  return match?.[1] ? { platform, name: match[1] } : undefined;
}

/** Modes a prompt can tell. `candidate-changed` = VRP8 holds uncommitted lines. */
export interface PromptState {
  readonly mode: 'user' | 'privileged' | 'config' | 'interface';
  /** VRP8: `~` clean, `*` uncommitted lines; null where the device does not say. */
  readonly candidate: 'clean' | 'changed' | null;
}

/**
 * Matches a line against the learned prompt and only that: the exact name plus the vendor's own suffixes. Never a bare `#` or `>`,
 * which descriptions and banners contain. Cisco cuts the name to 20 characters in configuration mode, so 16 must match there.
 */
export function readPrompt(learned: LearnedPrompt, line: string): PromptState | undefined {
  const text = line.trim();
  return learned.platform === 'cisco_ios' ? readCisco(learned.name, text) : readHuawei(learned.name, text);
}

function readCisco(name: string, text: string): PromptState | undefined {
  if (text === `${name}>`) return { mode: 'user', candidate: null };
  if (text === `${name}#`) return { mode: 'privileged', candidate: null };
  const match = /^([\w.@/:-]{1,63})\(config([^()\s]*)\)#$/.exec(text);
  if (!match?.[1] || !name.startsWith(match[1].slice(0, 16)) || match[1].length > name.length)
    return undefined;
  if (match[1].length < Math.min(name.length, 16)) return undefined;
  return { mode: match[2]?.startsWith('-if') ? 'interface' : 'config', candidate: null };
}

function readHuawei(name: string, text: string): PromptState | undefined {
  const body = text.replace(/^HRP_[A-Z]/, '');
  if (body === `<${name}>`) return { mode: 'privileged', candidate: null };
  const match = /^\[([~*]?)(.+)\]$/.exec(body);
  if (!match?.[2]) return undefined;
  const candidate = match[1] === '*' ? 'changed' : match[1] === '~' ? 'clean' : null;
  if (match[2] === name) return { mode: 'config', candidate };
  if (match[2].startsWith(`${name}-`) && /^[\w/.:-]+$/.test(match[2].slice(name.length + 1))) {
    return { mode: 'interface', candidate };
  }
  return undefined;
}
