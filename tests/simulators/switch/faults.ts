import type { FaultAction, FaultRule } from './types.ts';

/** Faults planted in one device. Rules are tried in order; a spent rule is passed over. */
export class Faults {
  private rules: Array<{ rule: FaultRule; left: number }> = [];

  constructor(rules: readonly FaultRule[] = []) {
    this.replace(rules);
  }

  replace(rules: readonly FaultRule[]): void {
    this.rules = rules.map((rule) => ({
      rule,
      left: rule.times === 0 ? Number.POSITIVE_INFINITY : (rule.times ?? 1),
    }));
  }

  /** All actions for a line. `configIndex` counts the configuration lines of the session, undefined outside configuration. */
  take(line: string, configIndex: number | undefined): FaultAction[] {
    const actions: FaultAction[] = [];
    for (const entry of this.rules) {
      const { rule } = entry;
      if (entry.left <= 0) continue;
      if (rule.line !== undefined && !line.includes(rule.line)) continue;
      if (rule.index !== undefined && rule.index !== configIndex) continue;
      entry.left -= 1;
      actions.push(rule.act);
    }
    return actions;
  }
}
