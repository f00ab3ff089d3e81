import { inspect } from 'node:util';

const REDACTED = '[redacted]';

/**
 * A value that must not be shown: every way to print it gives `[redacted]`. Only `reveal()` gives the value, and only activities call
 * it, right where it is used.
 */
export class Secret<Value = string> {
  readonly #value: Value;

  constructor(value: Value) {
    this.#value = value;
  }

  /** The value itself. */
  reveal(): Value {
    return this.#value;
  }

  toJSON(): string {
    return REDACTED;
  }

  toString(): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return REDACTED;
  }
}
