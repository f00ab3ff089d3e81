/** A device as the API sends it. */
export interface DeviceView {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly platform: 'cisco_ios' | 'huawei_vrp' | 'ovs';
  readonly zone: string;
  readonly credentialRef: string;
  readonly hostKeyType: string | null;
  readonly hostKeySha256: string | null;
  readonly sshProfile: 'modern' | 'legacy' | 'very-legacy';
  readonly protectedPorts: readonly string[];
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

/** What the form holds: the attributes as lines of `name=value`. */
export interface DeviceForm extends Omit<DeviceView, 'attributes' | 'hostKeyType' | 'hostKeySha256'> {
  readonly hostKeyType?: string;
  readonly hostKeySha256?: string;
  readonly attributeText?: string;
}

/** The forms `POST /v1/devices` takes; the form says the fault before it is sent. */
export const DEVICE_PATTERNS = {
  name: /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/,
  host: /^[A-Za-z0-9._:-]{1,253}$/,
  credentialRef: /^[a-z0-9][a-z0-9/._-]{0,99}#v[1-9][0-9]{0,5}$/,
  hostKeyType: /^[a-z0-9@.-]{3,60}$/,
  hostKeySha256: /^SHA256:[A-Za-z0-9+/]{43}$/,
} as const;

/** Lines of `name=value` as attributes; undefined when a line has no name or no `=`. Values stay text, as they were typed. */
export function parseAttributes(text: string): Record<string, string> | undefined {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const pairs = lines.map((line): [string, string] => {
    const at = line.indexOf('=');
    return at < 1 ? ['', ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
  });
  return pairs.some(([name]) => name === '') ? undefined : Object.fromEntries(pairs);
}

/** The request body of a filled form. An attribute that was not touched keeps its number or truth value. */
export function deviceBody(form: DeviceForm, known?: DeviceView): Record<string, unknown> {
  const { attributeText = '', hostKeyType = '', hostKeySha256 = '', ...rest } = form;
  const kept = Object.entries(parseAttributes(attributeText) ?? {}).map(([name, text]) => {
    const before = known?.attributes[name];
    return [name, before !== undefined && String(before) === text ? before : text];
  });
  return {
    ...rest,
    hostKeyType: hostKeyType === '' ? null : hostKeyType,
    hostKeySha256: hostKeySha256 === '' ? null : hostKeySha256,
    attributes: Object.fromEntries(kept) as Record<string, unknown>,
  };
}

/** A device as the form shows it. */
export function formOf(device: DeviceView): DeviceForm {
  const { name, host, port, platform, zone, credentialRef, sshProfile, protectedPorts } = device;
  return {
    name,
    host,
    port,
    platform,
    zone,
    credentialRef,
    sshProfile,
    protectedPorts,
    hostKeyType: device.hostKeyType ?? '',
    hostKeySha256: device.hostKeySha256 ?? '',
    attributeText: Object.entries(device.attributes)
      .map(([attribute, value]) => `${attribute}=${String(value)}`)
      .join('\n'),
  };
}
