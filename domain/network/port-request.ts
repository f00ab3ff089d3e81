import Type, { type Static } from 'typebox';

/** Platforms a port can be changed on. */
export type Platform = 'cisco_ios' | 'huawei_vrp' | 'ovs';

/**
 * What a description may hold: 1 to 64 characters; letters, digits and marks of any script, spaces inside, and a few signs. No
 * control or bidirectional characters, no quotes, no `? ! ; | $ \ ` that a command line or a shell could read as more than text.
 */
export const DESCRIPTION_PATTERN = '^(?=.{1,64}$)[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N} ._:/#@()+=,-]*$';

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
    | 'vlan-reserved'
    | 'vlan-not-for-mode'
    | 'description'
    | 'port-name'
    | 'duplicate-port';
  readonly pointer: string;
  readonly message: string;
}

const description = new RegExp(DESCRIPTION_PATTERN, 'u');
/** Words that would undo or escape when a description is read as a command. */
const COMMAND_START = /^(?:no|undo|do) /i;

/** Port names of each platform in full or abbreviated form; nothing that could end the word and begin another command. */
const PORT_NAMES: Readonly<Record<Platform, RegExp>> = {
  cisco_ios:
    /^(?:GigabitEthernet|FastEthernet|TenGigabitEthernet|TwentyFiveGigE|FortyGigabitEthernet|HundredGigE|TwoGigabitEthernet|FiveGigabitEthernet|Ethernet|Gi|Fa|Te|Twe|Fo|Hu|Tw|Fi|Et)\d{1,3}(?:\/\d{1,3}){0,3}$/,
  huawei_vrp:
    /^(?:GigabitEthernet|XGigabitEthernet|Ethernet|MultiGE|GE|XGE|10GE|25GE|40GE|100GE|Eth)\d{1,3}(?:\/\d{1,3}){1,3}$/,
  ovs: /^[A-Za-z][A-Za-z0-9_.-]{0,14}$/,
};

/** True when a port name has the form of the platform. */
export function isPortName(platform: Platform, port: string): boolean {
  return PORT_NAMES[platform].test(port);
}

/** VLAN 1 is the default of every port and 1002 to 1005 belong to Token Ring and FDDI: never the target of a request. */
function isReserved(vlan: number): boolean {
  return vlan === 1 || (vlan >= 1002 && vlan <= 1005);
}

/** All faults of a request that its schema cannot say. `platformOf` gives a device's platform, undefined for an unknown device. */
export function checkPortRequest(
  ports: readonly PortChange[],
  platformOf: (device: string) => Platform | undefined,
): PortRequestFault[] {
  const faults: PortRequestFault[] = [];
  const seen = new Set<string>();
  ports.forEach((port, index) => {
    const at = (member: string) => `/ports/${index}/${member}`;
    const platform = platformOf(port.device);
    if (platform !== undefined && !isPortName(platform, port.port)) {
      const message = `port “${port.port}” is not a port name of ${platform}`;
      faults.push({ code: 'port-name', pointer: at('port'), message });
    }
    const key = `${port.device}\n${port.port.toLowerCase()}`;
    if (seen.has(key)) {
      const message = `${port.device} ${port.port} is asked for twice`;
      faults.push({ code: 'duplicate-port', pointer: at('port'), message });
    }
    seen.add(key);
    if (port.description !== undefined && !isDescription(port.description)) {
      const message =
        'description must be 1 to 64 letters, digits, spaces and . _ : / # @ ( ) + = , - and begin with a letter or digit, not with no, undo or do';
      faults.push({ code: 'description', pointer: at('description'), message });
    }
    faults.push(...vlanFaults(port, at));
  });
  return faults;
}

function isDescription(text: string): boolean {
  return description.test(text) && !COMMAND_START.test(text) && text.trim() === text;
}

function vlanFaults(port: PortChange, at: (member: string) => string): PortRequestFault[] {
  const faults: PortRequestFault[] = [];
  const needed = port.mode === 'access' ? 'accessVlan' : 'trunkVlans';
  const others = port.mode === 'access' ? (['trunkVlans', 'nativeVlan'] as const) : (['accessVlan'] as const);
  const foreign = others.find((member) => port[member] !== undefined);
  if (port[needed] === undefined) {
    faults.push({
      code: 'vlan-missing',
      pointer: at(needed),
      message: `${needed} is needed for mode ${port.mode}`,
    });
  }
  if (foreign !== undefined) {
    faults.push({
      code: 'vlan-not-for-mode',
      pointer: at(foreign),
      message: `${foreign} does not belong to mode ${port.mode}`,
    });
  }
  for (const vlan of [port.accessVlan, ...(port.trunkVlans ?? [])]) {
    if (vlan !== undefined && isReserved(vlan)) {
      faults.push({
        code: 'vlan-reserved',
        pointer: at(needed),
        message: `${needed}: VLAN ${vlan} is reserved`,
      });
    }
  }
  return faults;
}
