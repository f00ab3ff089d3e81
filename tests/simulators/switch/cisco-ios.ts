import { applyCiscoPortLine, renderCiscoPort } from './cisco-port.ts';
import { CISCO_SHOW, renderCiscoRunning } from './cisco-show.ts';
import {
  type CliSession,
  type CommandTable,
  findPort,
  type Personality,
  runTable,
  type Turn,
} from './cli.ts';
import { parseVlanList } from './state.ts';

const INVALID = "                ^\n% Invalid input detected at '^' marker.\n";

function enable(session: CliSession): Turn {
  if (session.privileged) return {};
  const ask = (tries: number): Turn => ({
    ask: {
      text: 'Password: ',
      hidden: true,
      answer: (text) => {
        if (text === session.state.options.enablePassword) {
          session.privileged = true;
          return {};
        }
        return tries > 1 ? ask(tries - 1) : { output: '% Bad secrets\n\n' };
      },
    },
  });
  return ask(3);
}

const EXEC: CommandTable = [
  [/^$/, () => ({})],
  [/^en(?:able)?$/, (session) => enable(session)],
  [/^terminal length (\d+)$/, (session, match) => ((session.pageLength = Number(match[1])), {})],
  [/^terminal width \d+$/, () => ({})],
  [/^terminal no monitor$/, () => ({})],
  [/^(?:exit|quit|logout)$/, () => ({ close: true })],
  ...CISCO_SHOW,
];

const PRIVILEGED: CommandTable = [
  [/^conf(?:igure)? t(?:erminal)?$/, (session) => enterConfig(session)],
  [/^(?:end)$/, () => ({})],
  [/^disable$/, (session) => ((session.privileged = false), {})],
  [/^wr(?:ite)?(?: mem(?:ory)?)?$/, (session) => save(session)],
  [
    /^copy run(?:ning-config)? start(?:up-config)?$/,
    (session) => ({ ask: { text: 'Destination filename [startup-config]? ', answer: () => save(session) } }),
  ],
];

function save(session: CliSession): Turn {
  session.state.saveStartup();
  return { output: 'Building configuration...\n[OK]\n' };
}

function enterConfig(session: CliSession): Turn {
  session.mode = 'config';
  return { output: 'Enter configuration commands, one per line.  End with CNTL/Z.\n' };
}

const CONFIG: CommandTable = [
  [/^$/, () => ({})],
  [/^(?:end)$/, (session) => leave(session, 'exec')],
  [/^exit$/, (session) => leave(session, session.mode === 'config' ? 'exec' : 'config')],
  [/^interface (.+)$/i, (session, match) => enterInterface(session, match[1] ?? '')],
  [/^vlan ([\d,-]+)$/, (session, match) => makeVlans(session, match[1] ?? '')],
  [/^no vlan (\d+)$/, (session, match) => (session.state.vlans.delete(Number(match[1])), accepted(null))],
  [/^default interface (.+)$/, (session, match) => defaultInterface(session, match[1] ?? '')],
];

const accepted = (port: string | null): Turn => ({ config: { interface: port, accepted: true } });

function leave(session: CliSession, mode: CliSession['mode']): Turn {
  session.mode = mode;
  session.port = null;
  return {};
}

function enterInterface(session: CliSession, typed: string): Turn {
  const port = findPort(session.state, typed);
  if (!port) return { output: INVALID, config: { interface: null, accepted: false } };
  session.mode = 'interface';
  session.port = port;
  return accepted(port.name);
}

function defaultInterface(session: CliSession, typed: string): Turn {
  const port = findPort(session.state, typed);
  if (!port) return { output: INVALID, config: { interface: null, accepted: false } };
  Object.assign(port.config, {
    description: '',
    shutdown: false,
    mode: 'default',
    accessVlan: 1,
    trunkVlans: null,
    nativeVlan: 1,
    speed: 'auto',
    extra: [],
  });
  return { ...accepted(port.name), output: `Interface ${port.name} set to default configuration\n` };
}

function makeVlans(session: CliSession, text: string): Turn {
  const vlans = parseVlanList(text);
  if (!vlans) return { output: INVALID, config: { interface: null, accepted: false } };
  for (const vlan of vlans) session.state.vlans.add(vlan);
  session.mode = 'vlan';
  session.port = null;
  return accepted(null);
}

function interfaceLine(session: CliSession, line: string): Turn {
  const port = session.port;
  if (!port) return { output: INVALID, config: { interface: null, accepted: false } };
  const answer = applyCiscoPortLine(session.state, port.config, line);
  const informational = answer?.startsWith('% Access VLAN does not exist') ?? false;
  return {
    ...(answer ? { output: answer } : {}),
    config: { interface: port.name, accepted: answer === null || informational },
  };
}

function execute(session: CliSession, line: string): Turn {
  const text = line.trim();
  if (session.mode === 'exec') {
    const turn =
      runTable(EXEC, session, text) ?? (session.privileged ? runTable(PRIVILEGED, session, text) : undefined);
    return turn ?? { output: text.includes(' ') || session.privileged ? INVALID : INVALID };
  }
  const shown = /^do (.+)$/.exec(text);
  if (shown) return runTable(CISCO_SHOW, session, shown[1] ?? '') ?? { output: INVALID };
  const turn = runTable(CONFIG, session, text);
  if (turn) return turn;
  if (session.mode === 'interface') return interfaceLine(session, text);
  if (session.mode === 'vlan' && /^name \S+$/.test(text)) return accepted(null);
  return { output: INVALID, config: { interface: null, accepted: false } };
}

function prompt(session: CliSession): string {
  const name = session.state.hostname;
  if (session.mode === 'exec') return `${name}${session.privileged ? '#' : '>'}`;
  const suffix = { config: '(config)#', interface: '(config-if)#', vlan: '(config-vlan)#' }[session.mode];
  return `${name.slice(0, 20)}${suffix}`;
}

/** Cisco IOS / IOS-XE. */
export const ciscoIos: Personality = {
  pager: ' --More-- ',
  pagerErase: `${'\b'.repeat(9)}${' '.repeat(8)}${'\b'.repeat(9)}`,
  greeting: '\n',
  prompt,
  execute,
  unknown: () => INVALID,
  renderRunning: renderCiscoRunning,
  applyPortLine: applyCiscoPortLine,
  renderPort: renderCiscoPort,
};
