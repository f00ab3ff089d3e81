import type { EffectRow } from '../../../prisma/records/types.ts';
import type { DeviceDriver } from '../drivers/driver.ts';
import {
  changedKeys,
  judgeState,
  type PortModel,
  portModel,
  restoreLines,
  sameModel,
} from '../drivers/port-model.ts';
import { errorText, SshError } from '../ssh/ssh-error.ts';
import { LeaseLostError } from './lease-keeper.ts';
import type { Ledger } from './ledger.ts';
import { finishedResult, storedResult } from './ledger.ts';
import type { PlannedPort, PortOutcomeWord, PortResult, SentLine } from './push-types.ts';
import { bodyLines } from './validate.ts';

/** What a port push needs of the device push around it. */
export interface PortHost {
  readonly deviceName: string;
  readonly ledger: Ledger;
  readonly fence: bigint;
  driver(): DeviceDriver;
  /** New session after a loss, once per port; undefined when the device cannot be reached. */
  reconnect(): Promise<DeviceDriver | undefined>;
  /** Why this port may not be touched now, judged live; undefined = go. */
  recheck(planned: PlannedPort, commands: readonly string[]): Promise<string | undefined>;
  /** Sections of the whole configuration that changed since the push began, without this port's own. */
  changedElsewhere(port: string): Promise<string[]>;
  /** Stores the port's lines as evidence before the first command. */
  snapshot(planned: PlannedPort, before: readonly string[]): Promise<void>;
  progress(port: string, line: number, of: number): void;
  /** 'cancelled' or 'shutdown' once the activity has to stop. */
  stopReason(): 'cancelled' | 'shutdown' | undefined;
  nowMs(): number;
}

/** Result of a port, and whether it left a change that is verified but not saved. */
export interface PortEnd {
  readonly row: EffectRow;
  readonly result: PortResult;
  readonly unsaved: boolean;
  readonly stored: boolean;
  readonly managementLost: boolean;
  readonly foreignChange: boolean;
}

/** Carries one port of a plan: state first, lines one by one with read-back, verification, verified rollback. */
export class PortPush {
  private readonly host: PortHost;
  private readonly planned: PlannedPort;
  private readonly commands: string[];
  private readonly inverse: string[];
  private readonly pre: PortModel;
  private readonly post: PortModel;
  private readonly lines: SentLine[] = [];
  private readonly startedAtMs: number;
  private before: string[] = [];
  private after: string[] = [];
  private managementLost = false;
  private foreignChange = false;

  constructor(host: PortHost, planned: PlannedPort) {
    this.host = host;
    this.planned = planned;
    this.commands = bodyLines(planned.commands);
    this.inverse = bodyLines(planned.inverse);
    const { dialect } = host.driver();
    this.pre = portModel(dialect, planned.preState);
    this.post = portModel(dialect, this.commands, this.pre);
    this.startedAtMs = host.nowMs();
  }

  /** Never throws but for a lost lease (the port is then another attempt's). */
  async run(row: EffectRow): Promise<PortEnd> {
    const finished = finishedResult(row);
    if (finished) return this.end(row, finished, { unsaved: false, stored: true });
    try {
      return await this.carry(row);
    } catch (error) {
      if (error instanceof LeaseLostError || isTooLate(error)) throw new LeaseLostError(this.host.deviceName);
      return this.recover(row, row.status === 'sent' || this.lines.length > 0, errorText(error));
    }
  }

  private async carry(row: EffectRow): Promise<PortEnd> {
    const interrupted = row.status === 'sent';
    const current = await this.host.driver().readPortLines(this.planned.port);
    if (!current) return this.finish(row, 'voided', 'not-found');
    this.before = current;
    const verdict = this.judge(current);
    if (verdict.kind === 'post') return this.foundDone(row, interrupted, current);
    if (verdict.kind === 'foreign') {
      const what = `the port differs from the approved state in ${verdict.keys.join(', ')}`;
      return interrupted
        ? this.finish(row, 'needs-human', `interrupted, and ${what}; nothing was overwritten`)
        : this.finish(row, 'voided', `drift: ${what}`);
    }
    if (verdict.kind === 'prefix') {
      if (!interrupted)
        return this.finish(row, 'voided', `drift: ${verdict.lines} planned lines are already there`);
      const undone = await this.undo();
      if (undone !== undefined)
        return this.finish(row, 'needs-human', `interrupted and not restored: ${undone}`);
    }
    const refusal = await this.host.recheck(this.planned, this.commands);
    if (refusal !== undefined) return this.finish(row, interrupted ? 'rolled-back' : 'voided', refusal);
    await this.host.snapshot(this.planned, this.before);
    await this.host.ledger.sending(row, this.host.fence, this.before);
    const failure = (await this.send()) ?? (await this.verify());
    if (failure === undefined) return this.applied(row, 'verified');
    return this.rollBack(row, failure);
  }

  /** The device already shows the planned state: ours from an interrupted attempt, or simply so. */
  private async foundDone(row: EffectRow, interrupted: boolean, current: string[]): Promise<PortEnd> {
    this.after = current;
    if (!interrupted) return this.finish(row, 'already-so', 'the port already has the planned configuration');
    const known = storedResult(row);
    if (known) return this.end(row, known, { unsaved: true, stored: false });
    const elsewhere = await this.host.changedElsewhere(this.planned.port);
    if (elsewhere.length > 0)
      return this.finish(row, 'needs-human', `interrupted; changed elsewhere: ${elsewhere.join(', ')}`);
    return this.applied(row, 'found applied after an interruption; not sent again');
  }

  /** Sends the planned lines; undefined when all took effect, else the reason to roll back. */
  private async send(): Promise<string | undefined> {
    const driver = this.host.driver();
    const entered = await driver.enterPort(this.planned.port);
    this.note(`interface ${this.planned.port}`, entered.marker);
    if (entered.marker !== null) return `refused: ${entered.marker}`;
    for (const [index, line] of this.commands.entries()) {
      const stop = this.host.stopReason();
      if (stop) return stop;
      this.host.progress(this.planned.port, index + 1, this.commands.length);
      if (driver.takesEffect !== 'commit') {
        const strange = await this.expectPrefix(index);
        if (strange !== undefined) return strange;
      }
      const answer = await driver.changePort(this.planned.port, line);
      this.note(line, answer.marker);
      if (answer.marker !== null) return `refused: ${line}: ${answer.marker}`;
    }
    if (this.host.stopReason()) return this.host.stopReason();
    return this.commit(driver);
  }

  private async commit(driver: DeviceDriver): Promise<string | undefined> {
    if (driver.takesEffect === 'commit') {
      const strange = await this.expectPrefix(0);
      if (strange !== undefined) return strange;
      const answer = await driver.commit();
      if (answer) this.note('commit', answer.marker);
      if (answer?.marker) return `refused: commit: ${answer.marker}`;
    }
    await driver.leave();
    return undefined;
  }

  /** Reads the port back before the next line: it must be exactly what our lines so far make of the approved state. */
  private async expectPrefix(sent: number): Promise<string | undefined> {
    const { dialect } = this.host.driver();
    const current = portModel(dialect, (await this.host.driver().readPortLines(this.planned.port)) ?? []);
    const expected = portModel(dialect, this.commands.slice(0, sent), this.pre);
    if (sameModel(current, expected)) return undefined;
    return `after ${sent} lines the port differs from the plan in ${changedKeys(current, expected).join(', ')}`;
  }

  /** Reads state: the port is as planned, nothing else in the configuration has changed. */
  private async verify(): Promise<string | undefined> {
    const current = (await this.host.driver().readPortLines(this.planned.port)) ?? [];
    this.after = current;
    const keys = changedKeys(portModel(this.host.driver().dialect, current), this.post);
    if (keys.length > 0) return `verification: the port differs from the plan in ${keys.join(', ')}`;
    const elsewhere = await this.host.changedElsewhere(this.planned.port);
    if (elsewhere.length === 0) return undefined;
    this.foreignChange = true;
    return `verification: changed elsewhere: ${elsewhere.join(', ')}`;
  }

  /** After a failure in an open session: leave configuration, restore, prove it. */
  private async rollBack(row: EffectRow, reason: string): Promise<PortEnd> {
    await this.host.driver().leave();
    const undone = await this.undo();
    if (undone !== undefined) return this.finish(row, 'needs-human', `${reason}; ${undone}`);
    return this.finish(row, 'rolled-back', reason);
  }

  /** After an error (lost session, silence): a new session, state first, then the same way out. */
  private async recover(row: EffectRow, touched: boolean, reason: string): Promise<PortEnd> {
    try {
      const driver = await this.host.reconnect();
      if (!driver) {
        this.managementLost = true;
        return touched
          ? this.finish(row, 'needs-human', `management access lost: ${reason}`)
          : this.finish(row, 'skipped', `management access lost: ${reason}`);
      }
      if (!touched) return this.finish(row, 'skipped', reason);
      const current = (await driver.readPortLines(this.planned.port)) ?? [];
      if (this.judge(current).kind === 'post') {
        const wrong = await this.verify();
        if (wrong === undefined) return this.applied(row, `verified after the session was lost: ${reason}`);
      }
      return await this.rollBack(row, reason);
    } catch (error) {
      if (error instanceof LeaseLostError || isTooLate(error)) throw new LeaseLostError(this.host.deviceName);
      this.managementLost = error instanceof SshError;
      return this.finish(row, 'needs-human', `${reason}; then ${errorText(error)}`);
    }
  }

  /**
   * Restores the approved pre-state with the inverse lines and proves it by reading. Undefined = restored. A state that our own
   * lines do not explain is left alone: nothing of somebody else is overwritten.
   */
  private async undo(): Promise<string | undefined> {
    const driver = this.host.driver();
    const current = (await driver.readPortLines(this.planned.port)) ?? [];
    this.after = current;
    const verdict = this.judge(current);
    if (verdict.kind === 'pre' || sameModel(portModel(driver.dialect, current), this.pre)) return undefined;
    if (verdict.kind === 'foreign' && !this.ownWork(current)) {
      return `the port holds changes that are not ours (${verdict.keys.join(', ')}); nothing was overwritten`;
    }
    const entered = await driver.enterPort(this.planned.port);
    if (entered.marker !== null) return `rollback could not enter the port: ${entered.marker}`;
    for (const line of this.inverse) {
      const answer = await driver.changePort(this.planned.port, line);
      this.note(line, answer.marker, 'rollback: ');
    }
    if (driver.takesEffect === 'line') await this.restoreRest(driver);
    const committed = await driver.commit();
    if (committed) this.note('commit', committed.marker, 'rollback: ');
    await driver.leave();
    this.after = (await driver.readPortLines(this.planned.port)) ?? [];
    const left = changedKeys(portModel(driver.dialect, this.after), this.pre);
    return left.length === 0
      ? undefined
      : `rollback not proven: the port still differs in ${left.join(', ')}`;
  }

  /** A change stopped half-way may hold what the inverse of the whole change does not know of. */
  private async restoreRest(driver: DeviceDriver): Promise<void> {
    const current = portModel(driver.dialect, (await driver.readPortLines(this.planned.port)) ?? []);
    for (const line of restoreLines(driver.dialect, changedKeys(current, this.pre), this.planned.preState)) {
      const answer = await driver.changePort(this.planned.port, line);
      this.note(line, answer.marker, 'rollback: ');
    }
  }

  /** True when the state is our lines so far but for the attribute the last line was about: the device took it in another way. */
  private ownWork(current: readonly string[]): boolean {
    const { dialect } = this.host.driver();
    const model = portModel(dialect, current);
    for (let sent = this.commands.length; sent > 0; sent -= 1) {
      const expected = portModel(dialect, this.commands.slice(0, sent), this.pre);
      const touched = changedKeys(expected, portModel(dialect, this.commands.slice(0, sent - 1), this.pre));
      if (changedKeys(model, expected).every((key) => touched.includes(key))) return true;
    }
    return false;
  }

  private judge(current: readonly string[]) {
    const { dialect } = this.host.driver();
    return judgeState(dialect, portModel(dialect, current), this.planned.preState, this.commands);
  }

  private note(line: string, marker: string | null, prefix = ''): void {
    const outcome = `${prefix}${marker === null ? 'ok' : `refused: ${marker}`}`;
    this.lines.push({ line, outcome, atMs: this.host.nowMs() });
  }

  private async applied(row: EffectRow, reason: string): Promise<PortEnd> {
    const result = this.result('applied', reason);
    await this.host.ledger.verified(row, result);
    return this.end(row, result, { unsaved: true, stored: false });
  }

  private async finish(row: EffectRow, outcome: PortOutcomeWord, reason: string): Promise<PortEnd> {
    const result = this.result(outcome, reason);
    if (outcome === 'rolled-back' && reason === 'shutdown') await this.host.ledger.reopen(row);
    else await this.host.ledger.close(row, result);
    return this.end(row, result, { unsaved: false, stored: true });
  }

  private result(outcome: PortOutcomeWord, reason: string): PortResult {
    return {
      device: this.host.deviceName,
      port: this.planned.port,
      outcome,
      reason,
      startedAt: new Date(this.startedAtMs).toISOString(),
      endedAt: new Date(this.host.nowMs()).toISOString(),
      lines: this.lines,
      before: this.before,
      after: this.after.length > 0 ? this.after : this.before,
    };
  }

  private end(row: EffectRow, result: PortResult, flags: { unsaved: boolean; stored: boolean }): PortEnd {
    return { row, result, ...flags, managementLost: this.managementLost, foreignChange: this.foreignChange };
  }
}

function isTooLate(error: unknown): boolean {
  return error instanceof SshError && error.code === 'too-late';
}
