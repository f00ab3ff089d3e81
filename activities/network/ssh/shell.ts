import type { ClientChannel } from 'ssh2';
import type { SshLimits, SshTarget } from './connect.ts';
import { type LearnedPrompt, learnPrompt, type PromptState, readPrompt } from './prompt.ts';
import { cleanOutput, isPager, isQuestion, isTypeable, lastLine } from './screen.ts';
import { SshError } from './ssh-error.ts';

/** Options of one command. */
export interface RunOptions {
  /** Default: the session's commandMs. */
  readonly timeoutMs?: number;
  /**
   * Monotonic milliseconds (process.hrtime) after which the line is no longer sent: a lease may have passed on while this process
   * stood still.
   */
  readonly notAfterMs?: number;
  /** Questions that are expected, in order, with their answers. Any other question is a failure. */
  readonly answers?: ReadonlyArray<{
    /** Source of a regular expression, case-insensitive, tested on the question's line. */
    readonly pattern: string;
    readonly answer: string;
    /** The answer is a secret: it is not echoed and never quoted in an error. */
    readonly hidden?: boolean;
  }>;
}

/** What came back: the text between echo and prompt, and the prompt itself. */
export interface CommandResult {
  readonly output: string;
  readonly promptLine: string;
  readonly prompt: PromptState;
  readonly tookMs: number;
}

type Question = NonNullable<RunOptions['answers']>[number];
/** A question or pager must stand still this long before it is taken as one: a show output may contain the same words. */
const QUESTION_QUIET_MS = 250;
const TAIL = 4096;

/** Questions at login and the only answer we give: never change a password, never write a configuration. */
const LOGIN_ANSWERS: ReadonlyArray<readonly [RegExp, string]> = [
  [/change (?:now|the password)|please choose/i, 'N'],
  [/security risks? in the configuration/i, 'N'],
];

/**
 * An interactive shell, one line at a time. Success of a line = its echo, then the learned prompt at the end of the output, then a
 * short quiet time. A pager, an unexpected question, another prompt, too much output or silence is a failure, and the shell takes no
 * line after a failure: what the device is doing is then unknown.
 */
export class InteractiveShell {
  private readonly channel: ClientChannel;
  private readonly limits: SshLimits;
  private readonly deviceName: string;
  private raw: string[] = [];
  private bytes = 0;
  private tail = '';
  private onChange: () => void = () => undefined;
  private learned: LearnedPrompt | undefined;
  private broken: SshError | undefined;
  private busy = false;

  constructor(channel: ClientChannel, target: SshTarget, limits: SshLimits) {
    this.channel = channel;
    this.limits = limits;
    this.deviceName = target.deviceName;
    const take = (data: Buffer): void => this.receive(data.toString('utf8'));
    channel.on('data', take);
    channel.stderr.on('data', take);
    channel.on('error', () =>
      this.fail(new SshError('connection-lost', `${this.deviceName}: channel error`)),
    );
    channel.on('close', () =>
      this.fail(new SshError('connection-lost', `${this.deviceName}: the device closed the session`)),
    );
  }

  /** Waits for the first prompt, sends one empty line and requires the same prompt again. */
  async start(platform: LearnedPrompt['platform']): Promise<string> {
    const first = await this.waitFor(this.limits.readyMs, this.limits.quietMs, (line) => {
      const answer = LOGIN_ANSWERS.find(([pattern]) => pattern.test(line) && isQuestion(line));
      if (answer) {
        this.reset();
        this.channel.write(`${answer[1]}\n`);
        return undefined;
      }
      return learnPrompt(platform, line) ? line.trim() : undefined;
    });
    this.learned = learnPrompt(platform, first);
    const again = await this.run('', {});
    if (again.promptLine !== first) {
      throw this.fail(
        new SshError(
          'silence',
          `${this.deviceName}: the prompt changed from ${first} to ${again.promptLine}`,
        ),
      );
    }
    return first;
  }

  /** Sends one line and waits for its end. */
  async run(line: string, options: RunOptions): Promise<CommandResult> {
    if (this.broken) throw new SshError('session-unusable', `${this.deviceName}: ${this.broken.message}`);
    if (!isTypeable(line))
      throw new SshError('bad-line', `${this.deviceName}: the line holds characters that are never typed`);
    if (this.busy) throw new SshError('session-unusable', `${this.deviceName}: a line is under way`);
    if (
      options.notAfterMs !== undefined &&
      Number(process.hrtime.bigint() / 1_000_000n) > options.notAfterMs
    ) {
      throw new SshError('too-late', `${this.deviceName}: the lease ran out before the line could be sent`);
    }
    this.busy = true;
    try {
      return await this.exchange(line, options);
    } finally {
      this.busy = false;
    }
  }

  private async exchange(line: string, options: RunOptions): Promise<CommandResult> {
    const startedAtMs = Date.now();
    const pending: Question[] = [...(options.answers ?? [])];
    this.reset();
    this.channel.write(`${line}\n`);
    let found: PromptState | undefined;
    const promptLine = await this.waitFor(
      options.timeoutMs ?? this.limits.commandMs,
      this.limits.quietMs,
      (last) => {
        const question = pending[0];
        if (question && new RegExp(question.pattern, 'i').test(last)) {
          pending.shift();
          this.tail = `${this.tail}\n`;
          this.channel.write(`${question.answer}\n`);
          return undefined;
        }
        if (!this.echoed(line)) return undefined;
        found = this.learned ? readPrompt(this.learned, last) : undefined;
        return found ? last.trim() : undefined;
      },
    );
    const text = cleanOutput(this.raw.join(''));
    return {
      output: between(text, line),
      promptLine,
      prompt: found ?? { mode: 'user', candidate: null },
      tookMs: Date.now() - startedAtMs,
    };
  }

  /** True once the device has repeated the line: until then a prompt is the old one. */
  private echoed(line: string): boolean {
    if (line === '') return this.bytes > 0 && this.head().includes('\n');
    return this.head().includes(line);
  }

  private head(): string {
    let head = '';
    for (const chunk of this.raw) {
      head += chunk;
      if (head.length > TAIL) break;
    }
    return cleanOutput(head);
  }

  /** Resolves with the value `accept` gives for the last line once nothing more came for `quietMs`. */
  private async waitFor(
    timeoutMs: number,
    quietMs: number,
    accept: (lastLine: string) => string | undefined,
  ): Promise<string> {
    return new Promise((resolve, reject) => {
      let quiet: NodeJS.Timeout | undefined;
      const finish = (action: () => void): void => {
        clearTimeout(quiet);
        clearTimeout(limit);
        this.onChange = () => undefined;
        action();
      };
      const refuse = (error: SshError): void => finish(() => reject(this.fail(error)));
      const limit = setTimeout(() => refuse(this.silence(timeoutMs)), timeoutMs);
      const judge = (): void => {
        clearTimeout(quiet);
        if (this.broken) {
          const reason = this.broken;
          finish(() => reject(reason));
          return;
        }
        const last = lastLine(cleanOutput(this.tail));
        const value = accept(last);
        if (value !== undefined) {
          quiet = setTimeout(() => finish(() => resolve(value)), quietMs);
        } else if (isPager(last)) {
          quiet = setTimeout(() => refuse(this.stopped('unexpected-pager', last)), QUESTION_QUIET_MS);
        } else if (isQuestion(last)) {
          quiet = setTimeout(() => refuse(this.stopped('unexpected-question', last)), QUESTION_QUIET_MS);
        }
      };
      this.onChange = judge;
      judge();
    });
  }

  private silence(timeoutMs: number): SshError {
    const message = `${this.deviceName}: no echo and known prompt within ${timeoutMs} ms`;
    return new SshError('silence', message, { received: cleanOutput(this.tail) });
  }

  private stopped(code: 'unexpected-pager' | 'unexpected-question', line: string): SshError {
    const message = `${this.deviceName}: ${code === 'unexpected-pager' ? 'a pager' : 'a question'} stopped the output: ${line.trim().slice(0, 200)}`;
    return new SshError(code, message, { received: cleanOutput(this.tail) });
  }

  private receive(text: string): void {
    this.bytes += text.length;
    this.tail = `${this.tail}${text}`.slice(-TAIL);
    if (this.bytes > this.limits.maxOutputBytes) {
      const message = `${this.deviceName}: more than ${this.limits.maxOutputBytes} bytes for one line`;
      this.fail(new SshError('output-too-large', message));
      this.channel.destroy();
      return;
    }
    this.raw.push(text);
    this.onChange();
  }

  private reset(): void {
    this.raw = [];
    this.bytes = 0;
    this.tail = '';
  }

  /** Keeps the first failure: everything after it is a consequence. */
  private fail(error: SshError): SshError {
    if (!this.broken) {
      this.broken = error;
      this.raw = [];
      this.onChange();
    }
    return this.broken;
  }
}

/** Text after the echoed line and before the prompt line. */
function between(text: string, line: string): string {
  const at = line === '' ? 0 : text.indexOf(line);
  const start = text.indexOf('\n', at + line.length);
  const end = text.lastIndexOf('\n');
  return start === -1 || end <= start ? '' : text.slice(start + 1, end);
}
