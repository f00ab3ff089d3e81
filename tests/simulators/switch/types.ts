/** Command line a pretend switch speaks. `vrp8` is the two-stage (commit) form of Huawei VRP. */
export type PersonalityName = 'cisco_ios' | 'vrp5' | 'vrp8';

/** What is plugged in at a port. `down` = nothing there; admin-down is configuration, not link. */
export type PhysicalLink = 'up' | 'down' | 'err-disabled' | 'no-optics';

/** Configuration of one port, as both vendors can express it. */
export interface PortConfig {
  description: string;
  shutdown: boolean;
  /** `default` = no mode line in the configuration. */
  mode: 'default' | 'access' | 'trunk';
  accessVlan: number;
  /** null = all VLANs (the Cisco default); Huawei starts with [1]. */
  trunkVlans: number[] | null;
  nativeVlan: number;
  speed: 'auto' | '10' | '100' | '1000' | '10000';
  /** False once auto-negotiation has been switched off (Huawei). */
  negotiation: boolean;
  /** Lines the simulator keeps without understanding them, such as `spanning-tree portfast`. */
  extra: string[];
}

/** One port: what is plugged in, counters, what is learned, and its configuration. Times in epoch milliseconds. */
export interface PortState {
  readonly name: string;
  link: PhysicalLink;
  downSinceMs: number | null;
  flaps: number;
  macs: string[];
  neighbor: string | null;
  channelMember: boolean;
  config: PortConfig;
}

/** Start value of a port; the rest takes the vendor's defaults. */
export interface PortOptions {
  readonly name: string;
  readonly link?: PhysicalLink;
  readonly downSinceMs?: number;
  readonly flaps?: number;
  readonly macs?: readonly string[];
  readonly neighbor?: string;
  readonly channelMember?: boolean;
  readonly config?: Partial<PortConfig>;
}

/** One pretend switch. */
export interface SwitchOptions {
  /** Name in the control channel and in the journal. */
  readonly name: string;
  readonly personality: PersonalityName;
  /** Defaults to `name`. */
  readonly hostname?: string;
  /** TCP port on 127.0.0.1; 0 or absent = any free one, kept over a restart. */
  readonly sshPort?: number;
  readonly username: string;
  readonly password: string;
  /** Cisco: login lands in user mode and `enable` asks for this. Absent = login lands in privileged mode. */
  readonly enablePassword?: string;
  readonly auth?: 'password' | 'keyboard-interactive';
  readonly ports: readonly PortOptions[];
  /** Active VLANs beside VLAN 1. */
  readonly vlans?: readonly number[];
  /** When the device booted; 30 days ago when absent. */
  readonly bootedAtMs?: number;
  /** Key-exchange methods offered, best first; the server library's own list when absent. */
  readonly kex?: readonly string[];
  readonly faults?: readonly FaultRule[];
}

/** What happens when a rule matches a line. */
export type FaultAction =
  /** Answer late. */
  | { readonly kind: 'delay'; readonly delayMs: number }
  /** Never answer this line; it is not applied. */
  | { readonly kind: 'stall' }
  /** Cut the connection before or after the line takes effect. */
  | { readonly kind: 'drop'; readonly before: boolean }
  /** Refuse the line with the vendor's marker (or this text). */
  | { readonly kind: 'reject'; readonly message?: string }
  /** Accept the line without effect and without a word. */
  | { readonly kind: 'ignore' }
  /** Apply other lines to a port in the same moment, as a second administrator. */
  | { readonly kind: 'edit'; readonly port: string; readonly lines: readonly string[] }
  /** Change what is plugged in or learned. */
  | { readonly kind: 'patch'; readonly port: string; readonly patch: PortPatch }
  /** Show a pager although paging is off. */
  | { readonly kind: 'pager' }
  /** Ask a question nobody expects. */
  | { readonly kind: 'question'; readonly text: string }
  /** The prompt is another one from here on. */
  | { readonly kind: 'rename'; readonly hostname: string }
  /** Escape sequences and control bytes around the answer. */
  | { readonly kind: 'garbage' }
  /** This many bytes of output before the prompt. */
  | { readonly kind: 'flood'; readonly bytes: number }
  /** The whole simulator process dies before the line takes effect. */
  | { readonly kind: 'exit' };

/** A fault: when a line matches, act. */
export interface FaultRule {
  /** Part of the line; absent = every line. */
  readonly line?: string;
  /** Only the n-th configuration line of the session, from 0. */
  readonly index?: number;
  /** How often it fires; 1 when absent, 0 = always. */
  readonly times?: number;
  readonly act: FaultAction;
}

/** Parts of a port that a test may change from outside. */
export interface PortPatch {
  readonly link?: PhysicalLink;
  readonly downSinceMs?: number | null;
  readonly flaps?: number;
  readonly macs?: string[];
  readonly neighbor?: string | null;
  readonly channelMember?: boolean;
}

/** Commands of the control channel (one JSON object per line on stdin, `requestId` echoed in the answer). */
export type ControlCommand =
  | { readonly kind: 'faults'; readonly device: string; readonly rules: readonly FaultRule[] }
  | { readonly kind: 'patch'; readonly device: string; readonly port: string; readonly patch: PortPatch }
  | {
      readonly kind: 'edit';
      readonly device: string;
      readonly port: string;
      readonly lines: readonly string[];
    }
  | { readonly kind: 'reboot'; readonly device: string; readonly bootedAtMs: number }
  | { readonly kind: 'hostKey'; readonly device: string; readonly which: 'own' | 'other' }
  | { readonly kind: 'auth'; readonly device: string; readonly accept: boolean }
  | {
      readonly kind: 'secondAdmin';
      readonly device: string;
      readonly user: string | null;
      readonly configuring: boolean;
    }
  | { readonly kind: 'state'; readonly device: string };

/** What `state` answers. */
export interface SwitchView {
  readonly ports: Readonly<Record<string, { readonly running: string[]; readonly startup: string[] }>>;
  readonly running: string;
  readonly startup: string;
  readonly runningHash: string;
  readonly vlans: readonly number[];
  readonly openSessions: number;
  /** Connections since start, and passwords seen by the server: a refused host key must leave the second at 0. */
  readonly connections: number;
  readonly credentialsSeen: number;
}

/** One line of the journal: written and flushed to disk before the prompt comes back. */
export interface JournalEntry {
  readonly at: string;
  readonly device: string;
  readonly session: number;
  readonly user: string;
  readonly line: string;
  readonly interface: string | null;
  readonly accepted: boolean;
  /** SHA-256 of the running configuration after the line. */
  readonly runningHash: string;
}

/** Configuration file of the process. */
export interface SimulatorConfig {
  /** Folder for journal, state and host keys; kept over a restart. */
  readonly folder: string;
  readonly devices: readonly SwitchOptions[];
}

/** The ready line. */
export interface ReadyLine {
  readonly ready: true;
  readonly devices: ReadonlyArray<{
    readonly name: string;
    readonly sshPort: number;
    readonly hostKeyType: string;
    /** OpenSSH form: `SHA256:` + unpadded base64. */
    readonly hostKeySha256: string;
  }>;
}
