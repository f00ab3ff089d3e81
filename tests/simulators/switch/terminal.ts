import type { ServerChannel } from 'ssh2';
import type { CliSession, Personality, Turn } from './cli.ts';
import type { Faults } from './faults.ts';
import type { FaultAction } from './types.ts';

type Ask = NonNullable<Turn['ask']>;
const GARBAGE = '\u001b[2J\u001b[1;31m\u0000\u0007\u001b[K\u001b[0m';

/** Applies lines to a port as another administrator; given by the device. */
export type ForeignEdit = (port: string, lines: readonly string[]) => void;

/**
 * The terminal of one session: echo, line editing, paging, questions, planted faults. Lines are handled strictly one after the
 * other; what arrives meanwhile waits, as on a real device.
 */
export class Terminal {
  private readonly channel: ServerChannel;
  private readonly session: CliSession;
  private readonly personality: Personality;
  private readonly faults: Faults;
  private readonly foreignEdit: ForeignEdit;
  private readonly hangUp: () => void;
  private buffer = '';
  private queue: string[] = [];
  private busy = false;
  private ask: Ask | undefined;
  private pages: string[] = [];
  private afterPages: (() => void) | undefined;
  private configLines = 0;
  private dead = false;
  private outgoing = '';

  constructor(parts: {
    channel: ServerChannel;
    session: CliSession;
    personality: Personality;
    faults: Faults;
    foreignEdit: ForeignEdit;
    hangUp: () => void;
  }) {
    this.channel = parts.channel;
    this.session = parts.session;
    this.personality = parts.personality;
    this.faults = parts.faults;
    this.foreignEdit = parts.foreignEdit;
    this.hangUp = parts.hangUp;
    this.channel.on('data', (data: Buffer) => this.receive(data.toString('utf8')));
    this.channel.on('error', () => (this.dead = true));
    this.channel.on('close', () => (this.dead = true));
    this.write(this.personality.greeting);
    this.prompt();
  }

  private receive(text: string): void {
    for (const character of text) {
      if (this.pages.length > 0) this.nextPage();
      else if (character === '\r' || character === '\n') this.takeLine();
      else if (character === '\u0003') this.buffer = '';
      else if (character === '\b' || character === '\u007f') this.buffer = this.buffer.slice(0, -1);
      else this.buffer += character;
    }
    void this.drain();
  }

  private takeLine(): void {
    this.queue.push(this.buffer);
    this.buffer = '';
  }

  private async drain(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    for (let line = this.queue.shift(); line !== undefined && !this.dead; line = this.queue.shift()) {
      await this.handle(line);
    }
    this.busy = false;
  }

  private async handle(line: string): Promise<void> {
    if (this.ask) {
      const { hidden, answer } = this.ask;
      this.ask = undefined;
      this.write(hidden ? '\n' : `${line}\n`);
      this.show(answer(line), []);
      return;
    }
    this.write(`${line}\n`);
    const configuring = this.session.mode !== 'exec';
    const actions = this.faults.take(line, configuring ? this.configLines : undefined);
    if (configuring) this.configLines += 1;
    for (const action of actions) {
      if (action.kind === 'delay') await new Promise((resolve) => setTimeout(resolve, action.delayMs));
    }
    if (this.dead || !this.before(line, actions)) return;
    const turn = this.turn(line, actions);
    if (turn.config) {
      this.session.state.record({
        session: this.session.sessionId,
        user: this.session.user,
        line,
        interface: turn.config.interface,
        accepted: turn.config.accepted,
      });
    }
    if (actions.some((action) => action.kind === 'drop' && !action.before)) {
      this.end();
      return;
    }
    this.show(turn, actions);
  }

  /** Faults that come before the line takes effect; false = the line is lost. */
  private before(_line: string, actions: readonly FaultAction[]): boolean {
    for (const action of actions) {
      if (action.kind === 'exit') process.kill(process.pid, 'SIGKILL');
      if (action.kind === 'stall') return false;
      if (action.kind === 'drop' && action.before) {
        this.end();
        return false;
      }
      if (action.kind === 'edit') this.foreignEdit(action.port, action.lines);
      if (action.kind === 'patch') this.session.state.patch(action.port, action.patch);
      if (action.kind === 'rename') this.session.state.hostname = action.hostname;
    }
    return true;
  }

  private turn(line: string, actions: readonly FaultAction[]): Turn {
    const port = this.session.port?.name ?? null;
    const refusal = actions.find((action) => action.kind === 'reject');
    if (refusal?.kind === 'reject') {
      return {
        output: refusal.message ?? this.personality.unknown(line),
        config: { interface: port, accepted: false },
      };
    }
    if (actions.some((action) => action.kind === 'ignore')) return {};
    const question = actions.find((action) => action.kind === 'question');
    if (question?.kind === 'question') return { ask: { text: question.text, answer: () => ({}) } };
    return this.personality.execute(this.session, line);
  }

  private show(turn: Turn, actions: readonly FaultAction[]): void {
    if (turn.close) {
      this.end();
      return;
    }
    let output = turn.output ?? '';
    for (const action of actions) {
      if (action.kind === 'flood') output += `${'x'.repeat(79)}\n`.repeat(Math.ceil(action.bytes / 80));
      if (action.kind === 'garbage') output = `${GARBAGE}${output}${GARBAGE}`;
    }
    const forced = actions.some((action) => action.kind === 'pager');
    this.page(output, forced ? 2 : this.session.pageLength, forced, () => {
      if (!turn.ask) {
        this.prompt();
        return;
      }
      this.ask = turn.ask;
      this.write(turn.ask.text);
    });
  }

  private page(output: string, length: number, forced: boolean, done: () => void): void {
    const lines = output.split('\n');
    if ((length === 0 || lines.length <= length) && !forced) {
      this.write(output);
      done();
      return;
    }
    const size = Math.max(1, length - 1);
    const pages: string[] = [];
    for (let index = 0; index < lines.length; index += size)
      pages.push(lines.slice(index, index + size).join('\n'));
    this.write(`${pages.shift() ?? ''}\n${this.personality.pager}`);
    this.pages = pages.length > 0 ? pages : [''];
    this.afterPages = done;
  }

  private nextPage(): void {
    const page = this.pages.shift() ?? '';
    this.write(
      `${this.personality.pagerErase}${page}${this.pages.length > 0 ? `\n${this.personality.pager}` : ''}`,
    );
    if (this.pages.length > 0) return;
    const done = this.afterPages;
    this.afterPages = undefined;
    done?.();
  }

  private prompt(): void {
    this.write(this.personality.prompt(this.session));
  }

  private write(text: string): void {
    if (this.dead || text === '') return;
    if (this.outgoing === '') setImmediate(() => this.flush());
    this.outgoing += text.replace(/\r?\n/g, '\r\n');
  }

  /** One packet for echo, output and prompt: small packets one after the other would wait for delayed acknowledgements. */
  private flush(): void {
    const text = this.outgoing;
    this.outgoing = '';
    if (!this.dead && text !== '') this.channel.write(text);
  }

  private end(): void {
    this.flush();
    this.dead = true;
    this.hangUp();
  }
}
