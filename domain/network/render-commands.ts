import { isAllowedLine } from './command-grammar.ts';
import { PortNotPlannable } from './port-not-plannable.ts';
import type { Platform, PortChange } from './port-request.ts';
import { renderCisco } from './render-cisco.ts';
import { renderHuawei } from './render-huawei.ts';
import { renderOvs } from './render-ovs.ts';
import type { RenderedChange } from './rendered-change.ts';

/** A line of the picture an approver sees. */
export interface DiffLine {
  readonly mark: '+' | '-' | ' ';
  readonly line: string;
}

/** What a port needs: empty commands when it is as asked for already. */
export interface RenderedPort {
  readonly commands: string[];
  /** Restores the pre-state exactly, in reverse order. */
  readonly inverse: string[];
  readonly diff: DiffLine[];
}

/**
 * Commands from a port's configuration lines to what is asked for, their inverse from the same snapshot, and the diff. `bridge` is
 * the bridge of an Open vSwitch port. Every line is read again by an independent grammar. Throws PortNotPlannable when the present
 * configuration is of a kind that a flow may not change or could not restore.
 */
export function renderPort(
  platform: Platform,
  preState: readonly string[],
  wanted: PortChange,
  bridge = 'br0',
): RenderedPort {
  const lines = preState.map((line) => line.trim());
  const changes = changesOf(platform, lines, wanted, bridge);
  const commands = changes.flatMap((change) => change.commands);
  const inverse = changes.toReversed().flatMap((change) => change.undo);
  for (const line of [...commands, ...inverse]) {
    if (!isAllowedLine(platform, line, wanted.port, bridge))
      throw new PortNotPlannable(`“${line.slice(0, 80)}” is not a line this product sends`);
  }
  return { commands, inverse, diff: diffOf(lines, changes) };
}

function changesOf(
  platform: Platform,
  lines: readonly string[],
  wanted: PortChange,
  bridge: string,
): RenderedChange[] {
  try {
    if (platform === 'cisco_ios') return renderCisco(lines, wanted);
    return platform === 'huawei_vrp' ? renderHuawei(lines, wanted) : renderOvs(lines, wanted, bridge);
  } catch (error) {
    if (error instanceof RangeError) throw new PortNotPlannable(error.message);
    throw error;
  }
}

/** Present lines, those that go marked, followed by the lines that come. */
function diffOf(lines: readonly string[], changes: readonly RenderedChange[]): DiffLine[] {
  const added = changes.flatMap((change) => change.adds);
  const removed = new Set(
    changes.flatMap((change) => change.removes).filter((line) => !added.includes(line)),
  );
  const kept = lines.map((line): DiffLine => ({ mark: removed.has(line) ? '-' : ' ', line }));
  const fresh = added.filter((line) => !lines.includes(line));
  return [...kept, ...fresh.map((line): DiffLine => ({ mark: '+', line }))];
}
