/**
 * A port whose present configuration a flow may not touch: it is routed, in a channel, in a mode whose lines cannot be restored
 * exactly, or written in words that cannot be understood safely. The port is skipped with the reason; the rest of the plan goes on.
 */
export class PortNotPlannable extends Error {
  /** Kebab-case word, a colon and the detail. */
  readonly reason: string;

  constructor(detail: string) {
    super(`unsupported-config: ${detail}`);
    this.name = 'PortNotPlannable';
    this.reason = `unsupported-config: ${detail}`;
  }
}
