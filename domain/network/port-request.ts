import Type, { type Static } from 'typebox';
import { interfaceKey } from './interface-name.ts';
import type { Platform } from './platform.ts';

export type { Platform } from './platform.ts';

/** One port as it should be. */
export const portChangeSchema = Type.Object(
  {
    device: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$' }),
    port: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9/._-]{0,63}$' }),
    mode: Type.Union([Type.Literal('access'), Type.Literal('trunk')]),
    accessVlan: Type.Optional(Type.Integer({ minimum: 1, maximum: 4094 })),
    trunkVlans: Type.Optional(
      Type.Array(Type.Integer({ minimum: 1, maximum: 4094 }), { minItems: 1, maxItems: 500 }),
    ),
    nativeVlan: Type.Optional(Type.Integer({ minimum: 1, maximum: 4094 })),
    description: Type.Optional(Type.String({ maxLength: 64 })),
    adminUp: Type.Boolean(),
    speed: Type.Optional(
      Type.Union([Type.Literal('auto'), Type.Literal('100'), Type.Literal('1000'), Type.Literal('10000')]),
    ),
  },
  { additionalProperties: false },
);

/** A change request: who asked for it, why, and the ports. */
export const portRequestSchema = Type.Object(
  {
    requestId: Type.String({ minLength: 1, maxLength: 100 }),
    reason: Type.String({ maxLength: 500 }),
    ports: Type.Array(portChangeSchema, { minItems: 1, maxItems: 200 }),
  },
  { additionalProperties: true },
);

/** One port as it should be. */
export type PortChange = Static<typeof portChangeSchema>;

/** One fault of a change request: where, what was given, which rule it breaks. */
export interface PortRequestFault {
  readonly code:
    | 'vlan-missing'
    | 'vlan-range'
    | 'vlan-reserved'
    | 'vlan-not-for-mode'
    | 'vlan-duplicate'
    | 'mode'
    | 'speed'
    | 'admin'
    | 'description'
    | 'port-name'
    | 'duplicate-port';
  readonly pointer: string;
  readonly message: string;
}

/** Port names of each platform in full or abbreviated form; nothing that could end the word and begin another command. */
const PORT_NAMES: Readonly<Record<Platform, RegExp>> = {
  cisco_ios:
    /^(?:GigabitEthernet|FastEthernet|TenGigabitEthernet|TwentyFiveGigE|FortyGigabitEthernet|HundredGigE|TwoGigabitEthernet|FiveGigabitEthernet|Ethernet|Gi|Fa|Te|Twe|Fo|Hu|Tw|Fi|Et)[0-9]{1,3}(?:\/[0-9]{1,3}){0,3}$/,
  huawei_vrp:
    /^(?:GigabitEthernet|XGigabitEthernet|Ethernet|MultiGE|GE|XGE|(?:10|25|40|50|100|200|400)GE|Eth)[0-9]{1,3}(?:\/[0-9]{1,3}){1,3}$/,
  ovs: /^[A-Za-z][A-Za-z0-9_.-]{0,14}$/,
};

/** True when a port name has the form of the platform. */
export function isPortName(platform: Platform, port: string): boolean {
  return PORT_NAMES[platform].test(port);
}

/** The platform whose ports have such names, by form alone; undefined for no port name. For rehearsals, which know no inventory. */
export function guessPlatform(port: string): Platform | undefined {
  return (['cisco_ios', 'huawei_vrp', 'ovs'] as const).find((platform) => isPortName(platform, port));
}

/** VLAN 1 is the default of every port and 1002 to 1005 belong to Token Ring and FDDI: never the target of a request. */
function isReserved(vlan: number): boolean {
  return vlan === 1 || (vlan >= 1002 && vlan <= 1005);
}

type Add = (code: PortRequestFault['code'], member: string, message: string) => void;

/**
 * All faults of a request, also those its schema would find: nothing of a refused request reaches a device, and text that a command
 * line could read as more than text is refused, never escaped. `platformOf` gives a device's platform, undefined for an unknown one.
 */
export function checkPortRequest(
  ports: readonly PortChange[],
  platformOf: (device: string) => Platform | undefined,
): PortRequestFault[] {
  const faults: PortRequestFault[] = [];
  const seen = new Set<string>();
  for (const [index, port] of ports.entries()) {
    const add: Add = (code, member, message) =>
      void faults.push({ code, pointer: `/ports/${index}/${member}`, message });
    const platform = platformOf(port.device);
    if (!isPortNameOf(platform, port.port))
      add(
        'port-name',
        'port',
        `port “${visible(port.port)}” is not a port name of ${platform ?? 'any platform'}`,
      );
    const keys = keysOf(platform, port.port).map((key) => `${port.device}\n${key}`);
    if (keys.some((key) => seen.has(key)))
      add('duplicate-port', 'port', `${visible(port.device)} ${visible(port.port)} is asked for twice`);
    for (const key of keys) seen.add(key);
    const fault = port.description === undefined ? undefined : descriptionFault(port.description, platform);
    if (fault !== undefined) add('description', 'description', `description ${fault}`);
    checkWords(port, add);
    checkVlans(port, add);
  }
  return faults;
}

function isPortNameOf(platform: Platform | undefined, port: string): boolean {
  if (platform !== undefined) return isPortName(platform, port);
  return Object.values(PORT_NAMES).some((pattern) => pattern.test(port));
}

/** Without a platform a name counts under every vendor's full form, so that two spellings of one port still meet. */
function keysOf(platform: Platform | undefined, port: string): string[] {
  if (platform !== undefined) return [interfaceKey(platform, port)];
  return [...new Set([interfaceKey('cisco_ios', port), interfaceKey('huawei_vrp', port)])];
}

function checkWords({ mode, adminUp, speed }: PortChange, add: Add): void {
  const words: { mode: unknown; adminUp: unknown } = { mode, adminUp };
  if (words.mode !== 'access' && words.mode !== 'trunk') add('mode', 'mode', 'mode must be access or trunk');
  if (typeof words.adminUp !== 'boolean') add('admin', 'adminUp', 'adminUp must be true or false');
  if (speed !== undefined && !['auto', '100', '1000', '10000'].includes(speed))
    add('speed', 'speed', 'speed must be auto, 100, 1000 or 10000');
}

function checkVlans(port: PortChange, add: Add): void {
  const needed = port.mode === 'access' ? 'accessVlan' : 'trunkVlans';
  const others = port.mode === 'access' ? (['trunkVlans', 'nativeVlan'] as const) : (['accessVlan'] as const);
  if (port[needed] === undefined) add('vlan-missing', needed, `${needed} is needed for mode ${port.mode}`);
  for (const member of others) {
    if (port[member] !== undefined)
      add('vlan-not-for-mode', member, `${member} does not belong to mode ${port.mode}`);
  }
  if (port.accessVlan !== undefined) checkVlan(port.accessVlan, 'accessVlan', add);
  if (port.nativeVlan !== undefined) checkVlan(port.nativeVlan, 'nativeVlan', add);
  const trunk: unknown = port.trunkVlans;
  if (trunk === undefined) return;
  if (!Array.isArray(trunk) || trunk.length === 0) {
    add('vlan-range', 'trunkVlans', 'trunkVlans must be a list of at least one VLAN');
    return;
  }
  for (const [index, vlan] of trunk.entries()) checkVlan(vlan, `trunkVlans/${index}`, add);
  if (new Set(trunk).size !== trunk.length)
    add('vlan-duplicate', 'trunkVlans', 'trunkVlans names a VLAN twice');
}

function checkVlan(vlan: unknown, member: string, add: Add): void {
  if (typeof vlan !== 'number' || !Number.isInteger(vlan) || vlan < 1 || vlan > 4094)
    add('vlan-range', member, `${member} must be a whole number from 1 to 4094, not ${visible(vlan)}`);
  else if (isReserved(vlan)) add('vlan-reserved', member, `${member}: VLAN ${vlan} is reserved`);
}

/** Printable ASCII without the characters that end, split, quote, comment or ask on some command line or shell. */
const ASCII_TEXT = /^[ -~]+$/;
/** The same, and Chinese characters with their punctuation-free forms. No full-width digits or letters, marks or invisible characters. */
const HAN_TEXT = /^[ -~\p{Script=Han}]+$/u;
const COMMAND_SIGNS = /[?"'!;|\\`$]/;
const COMMAND_START = /^(?:no|undo|do)(?:\s|$)/i;

/**
 * Why a text may not be a port description, or undefined when it may: 1 to 64 printable characters. Chinese text is for Huawei and
 * Open vSwitch; IOS stores bytes it cannot show again, so the read-back would never agree.
 */
export function descriptionFault(text: unknown, platform: Platform | undefined): string | undefined {
  if (typeof text !== 'string' || text.length < 1 || text.length > 64) return 'must have 1 to 64 characters';
  if (!HAN_TEXT.test(text)) return 'may hold printable ASCII and Chinese characters only';
  if (platform === 'cisco_ios' && !ASCII_TEXT.test(text))
    return 'may hold printable ASCII only on this platform';
  if (COMMAND_SIGNS.test(text)) return 'may not hold ? " \' ! ; | \\ ` or $';
  if (text.trim() !== text) return 'may not begin or end with a space';
  if (COMMAND_START.test(text)) return 'may not begin with no, undo or do';
  return undefined;
}

/** A value for a message: short, and without raw control or look-alike characters. */
function visible(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return text
    .slice(0, 60)
    .replace(/[^ -~]/g, (sign) => `\\u${(sign.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);
}
