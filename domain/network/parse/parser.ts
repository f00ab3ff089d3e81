import type { TObject } from 'typebox';
import type { JsonObject } from '../../json.ts';
import type { Platform } from '../platform.ts';

/** How one command's output becomes rows. */
export interface OutputParser {
  readonly platform: Platform;
  /** Name of the row type, kebab-case; the key of its schema. */
  readonly rowType: string;
  /** The command with its abbreviations, lower case, single spaces. */
  readonly command: RegExp;
  readonly schema: TObject;
  /** Rows, or undefined when the output is not of this command. An output that says that there is nothing gives no rows. */
  readonly parse: (lines: readonly string[], command: string) => JsonObject[] | undefined;
}
