import {
  type CliSession,
  type CommandTable,
  findPort,
  type Personality,
  runTable,
  type Turn,
} from './cli.ts';
import { applyHuaweiPortLine, renderHuaweiPort } from './huawei-port.ts';
import { HUAWEI_SHOW, renderHuaweiRunning } from './huawei-show.ts';
import { parseVlanList } from './state.ts';
import type { PortConfig, PortState } from './types.ts';

const UNKNOWN = "          ^\nError: Unrecognized command found at '^' position.\n";
const WRONG = "          ^\nError: Wrong parameter found at '^' position.\n";

const twoStage = (session: CliSession): boolean => session.state.options.personality === 'vrp8';
const dirty = (session: CliSession): boolean => session.candidate.size > 0 || session.candidateVlans.size > 0;
const accepted = (port: string | null): Turn => ({ config: { interface: port, accepted: true } });
const refused = (output: string, port: string | null = null): Turn => ({
  output,
  config: { interface: port, accepted: false },
});

const USER: CommandTable = [
  [/^$/, () => ({})],
  [
    /^sys(?:tem-view)?$/,
    (session) => (
      (session.mode = 'config'), { output: 'Enter system view, return user view with Ctrl+Z.\n' }
    ),
  ],
  [
    /^screen-length (\d+) temporary$/,
    (session, match) => (
      (session.pageLength = Number(match[1])),
      { output: 'Info: The configuration takes effect on the current user terminal interface only.\n' }
    ),
  ],
  [/^save(?: force)?$/, (session, match) => save(session, match[0].endsWith('force'))],
  [/^(?:quit|logout)$/, () => ({ close: true })],
  [/^return$/, () => ({})],
  ...HUAWEI_SHOW,
];

function save(session: CliSession, force: boolean): Turn {
  const done = (): Turn => {
    session.state.saveStartup();
    return {
      output:
        'Now saving the current configuration to the slot 0.\nInfo: Save the configuration successfully.\n',
    };
  };
  if (force) return done();
  const text = twoStage(session)
    ? 'Warning: The current configuration will be written to the device.\nAre you sure to continue? [Y/N]:'
    : 'The current configuration will be written to the device.\nAre you sure to continue?[Y/N]';
  return yesNo(text, done, () => ({}));
}

/** Asks until Y or N, as VRP does. */
function yesNo(text: string, yes: () => Turn, no: () => Turn): Turn {
  return {
    ask: {
      text,
      answer: (answer) => {
        if (/^y(es)?$/i.test(answer.trim())) return yes();
        if (/^n(o)?$/i.test(answer.trim())) return no();
        return {
          output: "Error: Please choose 'YES' or 'NO' first before pressing 'Enter'.\n",
          ...yesNo(text, yes, no),
        };
      },
    },
  };
}

const SYSTEM: CommandTable = [
  [/^$/, () => ({})],
  [/^quit$/, (session) => quit(session)],
  [/^return$/, (session) => leaveConfig(session)],
  [/^interface (.+)$/i, (session, match) => enterInterface(session, match[1] ?? '')],
  [/^vlan (?:batch )?([\d to]+)$/, (session, match) => makeVlans(session, match[1] ?? '')],
  [/^undo vlan (\d+)$/, (session, match) => (session.state.vlans.delete(Number(match[1])), accepted(null))],
  [/^clear configuration candidate$/, (session) => clearCandidate(session)],
  [/^dis(?:play)? configuration candidate(?: changes)?$/, (session) => candidateText(session)],
  [/^commit(?: description \S+)?$/, (session) => commit(session)],
  ...HUAWEI_SHOW,
];

function quit(session: CliSession): Turn {
  if (session.mode !== 'config') {
    session.mode = 'config';
    session.port = null;
    return {};
  }
  return leaveConfig(session);
}

function leaveConfig(session: CliSession): Turn {
  const leave = (): Turn => {
    session.mode = 'exec';
    session.port = null;
    return {};
  };
  if (!twoStage(session) || !dirty(session)) return leave();
  return {
    ask: {
      text: 'Warning: Uncommitted configurations found. Are you sure to commit them before exiting? [Y(yes)/N(no)/C(cancel)]:',
      answer: (text) => {
        if (/^y/i.test(text)) {
          const turn = commit(session);
          leave();
          return turn;
        }
        if (/^n/i.test(text)) {
          session.candidate.clear();
          session.candidateVlans.clear();
          return leave();
        }
        return {};
      },
    },
  };
}

function clearCandidate(session: CliSession): Turn {
  if (!twoStage(session)) return { output: UNKNOWN };
  session.candidate.clear();
  session.candidateVlans.clear();
  return {};
}

function candidateText(session: CliSession): Turn {
  if (!twoStage(session)) return { output: UNKNOWN };
  return { output: renderHuaweiRunning(session.state, session.candidate, session.candidateVlans) };
}

function commit(session: CliSession): Turn {
  if (!twoStage(session)) return { output: UNKNOWN };
  if (session.state.secondAdmin?.configuring) {
    return refused(
      'Error: The configuration is locked by other user. [Session ID = 9]\nFailed to generate committed config\n',
    );
  }
  let touched: string | null = null;
  for (const [name, config] of session.candidate) {
    const port = session.state.ports.get(name);
    if (port) port.config = config;
    touched = name;
  }
  for (const vlan of session.candidateVlans) session.state.vlans.add(vlan);
  session.candidate.clear();
  session.candidateVlans.clear();
  return accepted(touched);
}

function enterInterface(session: CliSession, typed: string): Turn {
  const port = findPort(session.state, typed);
  if (!port) return refused(WRONG);
  session.mode = 'interface';
  session.port = port;
  return accepted(port.name);
}

function makeVlans(session: CliSession, text: string): Turn {
  const vlans = parseVlanList(text);
  if (!vlans) return refused(WRONG);
  for (const vlan of vlans) (twoStage(session) ? session.candidateVlans : session.state.vlans).add(vlan);
  return accepted(null);
}

/** The configuration a line works on: running itself (VRP5) or this session's copy (VRP8). */
function target(session: CliSession, port: PortState): PortConfig {
  if (!twoStage(session)) return port.config;
  return structuredClone(session.candidate.get(port.name) ?? port.config);
}

function interfaceLine(session: CliSession, port: PortState, line: string): Turn {
  const config = target(session, port);
  const visible = new Set([...session.state.vlans, ...session.candidateVlans]);
  const error = applyHuaweiPortLine(
    Object.assign(Object.create(session.state), { vlans: visible }),
    config,
    line,
  );
  if (error) return refused(error, port.name);
  if (twoStage(session)) {
    if (JSON.stringify(config) === JSON.stringify(port.config)) session.candidate.delete(port.name);
    else session.candidate.set(port.name, config);
  }
  return accepted(port.name);
}

function execute(session: CliSession, line: string): Turn {
  const text = line.trim();
  if (session.mode === 'exec') return runTable(USER, session, text) ?? { output: UNKNOWN };
  const turn = runTable(SYSTEM, session, text);
  if (turn) return turn;
  if (session.mode === 'interface' && session.port) return interfaceLine(session, session.port, text);
  return refused(UNKNOWN);
}

function prompt(session: CliSession): string {
  const name = session.state.hostname;
  if (session.mode === 'exec') return `<${name}>`;
  const mark = twoStage(session) ? (dirty(session) ? '*' : '~') : '';
  const suffix = session.port
    ? `-${twoStage(session) ? session.port.name.replace('GigabitEthernet', 'GE') : session.port.name}`
    : '';
  return `[${mark}${name}${suffix}]`;
}

/** Huawei VRP, both generations; the device's personality decides about candidate and commit. */
export const huaweiVrp: Personality = {
  pager: '  ---- More ----',
  pagerErase: '\u001b[16D                \u001b[16D',
  greeting: '\nInfo: The max number of VTY users is 5, and the number of current VTY users on line is 1.\n',
  prompt,
  execute,
  unknown: () => UNKNOWN,
  renderRunning: (state) => renderHuaweiRunning(state),
  applyPortLine: applyHuaweiPortLine,
  renderPort: renderHuaweiPort,
};
