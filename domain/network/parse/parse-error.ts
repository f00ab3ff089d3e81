/** Why an output gives no rows. */
export type NetworkParseCode = 'unknown-platform' | 'unknown-command' | 'output-not-understood';

/** An output that cannot be read; the message names platform and command. */
export class NetworkParseError extends Error {
  readonly code: NetworkParseCode;

  constructor(code: NetworkParseCode, message: string) {
    super(message);
    this.name = 'NetworkParseError';
    this.code = code;
  }
}
