import type { Device, NewDevice } from '../api/types.ts';

/** The device form: everything as typed. `newPin` is a host key to pin, empty to leave the pin as it is. */
export interface DeviceFields {
  readonly name: string;
  readonly host: string;
  readonly port: string;
  readonly platform: Device['platform'];
  readonly zone: string;
  readonly credentialRef: string;
  readonly newPin: string;
  /** Key type of `newPin`; empty for any. */
  readonly newPinType: string;
  readonly sshProfile: Device['sshProfile'];
  readonly protectedPorts: string;
  readonly bridge: string;
  readonly dialect: string;
  readonly auth: string;
}

/** Attributes that have a field of their own; all others are kept untouched. */
const SHOWN = ['bridge', 'dialect', 'auth'] as const;

/** Attributes the form shows for a platform. */
export const PLATFORM_ATTRIBUTES: Readonly<
  Record<Device['platform'], ReadonlyArray<(typeof SHOWN)[number]>>
> = {
  cisco_ios: ['auth'],
  huawei_vrp: ['dialect', 'auth'],
  ovs: ['bridge', 'auth'],
};

/** The form of a device, or of a new one. */
export function fieldsOf(device?: Device): DeviceFields {
  const attribute = (name: string) => {
    const value = device?.attributes[name];
    return typeof value === 'string' ? value : '';
  };
  return {
    name: device?.name ?? '',
    host: device?.host ?? '',
    port: String(device?.port ?? 22),
    platform: device?.platform ?? 'cisco_ios',
    zone: device?.zone ?? 'default',
    credentialRef: device?.credentialRef ?? '',
    newPin: '',
    newPinType: '',
    sshProfile: device?.sshProfile ?? 'modern',
    protectedPorts: (device?.protectedPorts ?? []).join('\n'),
    bridge: attribute('bridge'),
    dialect: attribute('dialect'),
    auth: attribute('auth'),
  };
}

/** Attributes of a device that the form has no field for on this platform. */
export function otherAttributes(device: Device | undefined, platform: Device['platform']): string[] {
  const shown: readonly string[] = PLATFORM_ATTRIBUTES[platform];
  return Object.entries(device?.attributes ?? {})
    .filter(([name]) => !shown.includes(name))
    .map(([name, value]) => `${name}=${String(value)}`);
}

/** What is wrong with the form: a field left empty, or a port that is none; undefined when it can be sent. */
export function faultOf(
  fields: DeviceFields,
): 'name' | 'host' | 'credentialRef' | 'zone' | 'port' | undefined {
  const empty = (['name', 'host', 'credentialRef', 'zone'] as const).find(
    (name) => fields[name].trim() === '',
  );
  if (empty !== undefined) return empty;
  const port = Number(fields.port);
  return Number.isInteger(port) && port >= 1 && port <= 65_535 ? undefined : 'port';
}

/**
 * The device as it is sent. A device that exists keeps every attribute the form does not show and its host key unless `newPin`
 * names another one; a shown attribute that was emptied goes.
 */
export function deviceOf(fields: DeviceFields, known?: Device): NewDevice {
  const pin = fields.newPin.trim();
  const attributes: Record<string, string | number | boolean> = { ...known?.attributes };
  for (const name of PLATFORM_ATTRIBUTES[fields.platform]) {
    const value = fields[name].trim();
    if (value !== '') attributes[name] = value;
    else if (typeof attributes[name] === 'string') delete attributes[name];
  }
  return {
    name: fields.name.trim(),
    host: fields.host.trim(),
    port: Number(fields.port),
    platform: fields.platform,
    zone: fields.zone.trim(),
    credentialRef: fields.credentialRef.trim(),
    hostKeyType:
      pin === '' ? (known?.hostKeyType ?? null) : fields.newPinType === '' ? null : fields.newPinType,
    hostKeySha256: pin === '' ? (known?.hostKeySha256 ?? null) : pin,
    sshProfile: fields.sshProfile,
    protectedPorts: fields.protectedPorts
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
    attributes,
  };
}
