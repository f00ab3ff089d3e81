import type { Platform } from './platform.ts';

/** Abbreviation (lower case) to the full word, Cisco. `show` tables cut names to these; people type them. */
const CISCO: Readonly<Record<string, string>> = {
  fa: 'FastEthernet',
  gi: 'GigabitEthernet',
  gig: 'GigabitEthernet',
  te: 'TenGigabitEthernet',
  ten: 'TenGigabitEthernet',
  tw: 'TwoGigabitEthernet',
  two: 'TwoGigabitEthernet',
  fi: 'FiveGigabitEthernet',
  fiv: 'FiveGigabitEthernet',
  twe: 'TwentyFiveGigE',
  fo: 'FortyGigabitEthernet',
  for: 'FortyGigabitEthernet',
  fif: 'FiftyGigE',
  hu: 'HundredGigE',
  hun: 'HundredGigE',
  et: 'Ethernet',
  eth: 'Ethernet',
  po: 'Port-channel',
  vl: 'Vlan',
  lo: 'Loopback',
  tu: 'Tunnel',
  se: 'Serial',
  ap: 'AppGigabitEthernet',
  app: 'AppGigabitEthernet',
  bl: 'Bluetooth',
  nu: 'Null',
};

/** Abbreviation (lower case) to the full word, Huawei. Words such as `10GE` and `100GE` are full names already. */
const HUAWEI: Readonly<Record<string, string>> = {
  ge: 'GigabitEthernet',
  gi: 'GigabitEthernet',
  xge: 'XGigabitEthernet',
  eth: 'Ethernet',
  'eth-trunk': 'Eth-Trunk',
  meth: 'MEth',
  vlanif: 'Vlanif',
  loop: 'LoopBack',
  null: 'NULL',
  '10ge': '10GE',
  '25ge': '25GE',
  '40ge': '40GE',
  '50ge': '50GE',
  '100ge': '100GE',
  '200ge': '200GE',
  '400ge': '400GE',
  multige: 'MultiGE',
};

const NAME = /^((?:\d+(?=GE))?[A-Za-z][A-Za-z-]*?)[\s]*(\d[\d/.:]*)$/i;

/**
 * Full form of an interface name: `Gi1/0/5` and `gigabitethernet 1/0/5` are `GigabitEthernet1/0/5`; Huawei `GE0/0/1` is
 * `GigabitEthernet0/0/1`, `XGE0/0/1` is `XGigabitEthernet0/0/1`. Unknown words and Open vSwitch names stay as they are.
 */
export function normaliseInterfaceName(platform: Platform, name: string): string {
  const text = name.trim();
  if (platform === 'ovs') return text;
  const match = NAME.exec(text);
  if (!match) return text;
  const word = match[1] ?? '';
  const table = platform === 'cisco_ios' ? CISCO : HUAWEI;
  return `${fullWord(table, word)}${match[2]}`;
}

function fullWord(table: Readonly<Record<string, string>>, word: string): string {
  const lower = word.toLowerCase();
  const direct = Object.hasOwn(table, lower) ? table[lower] : undefined;
  if (direct !== undefined) return direct;
  const words = [...new Set(Object.values(table))];
  const same = words.find((candidate) => candidate.toLowerCase() === lower);
  if (same !== undefined) return same;
  const fits = words.filter((candidate) => candidate.toLowerCase().startsWith(lower) && lower.length >= 2);
  return fits.length === 1 ? (fits[0] ?? word) : word;
}

/** Key under which two spellings of one port are equal: full form, lower case (Open vSwitch names are case-sensitive). */
export function interfaceKey(platform: Platform, name: string): string {
  const full = normaliseInterfaceName(platform, name);
  return platform === 'ovs' ? full : full.toLowerCase();
}

/** Short form for tables: `Gi1/0/5`, `GE0/0/1`. */
export function shortInterfaceName(platform: Platform, name: string): string {
  const full = normaliseInterfaceName(platform, name);
  if (platform === 'huawei_vrp') {
    return full.replace(/^XGigabitEthernet/, 'XGE').replace(/^GigabitEthernet/, 'GE');
  }
  if (platform === 'ovs') return full;
  const match = /^([A-Za-z-]+)(\d.*)$/.exec(full);
  const word = match?.[1] ?? '';
  const short = word === 'TwentyFiveGigE' ? 'Twe' : word === 'FiftyGigE' ? 'Fif' : word.slice(0, 2);
  return match ? `${short}${match[2]}` : full;
}

const LOGICAL =
  /^(?:vlan|vlanif|port-channel|eth-trunk|loopback|null|tunnel|meth|mgmt|bridge|inloopback|appgig|nve|bdi|bluetooth|cellular|stack-port|fabric)/i;

/** True for interfaces that are no physical switch port: VLAN interfaces, channels, loopbacks, management. */
export function isLogicalInterface(name: string): boolean {
  return LOGICAL.test(name.trim()) || name.includes('.');
}
