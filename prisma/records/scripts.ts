import type { ScriptParameter } from '../../domain/healing/script.ts';
import { brokenConstraint, type Database, type Row } from './database.ts';
import { jsonOf, textOf, textOrNull, timeOf, timeOrNull, wholeOf, wordOf } from './row.ts';

/** A version of a script. The text never changes; `status` says what the second person said. */
export interface ScriptRow {
  readonly scriptName: string;
  readonly version: number;
  readonly title: string;
  readonly content: string;
  readonly sha256: string;
  readonly parameters: readonly ScriptParameter[];
  readonly submittedBy: string;
  readonly submittedAt: Date;
  readonly status: 'submitted' | 'approved' | 'returned';
  readonly reviewedBy: string | null;
  readonly reviewedAt: Date | null;
  readonly reviewComment: string | null;
}

/** The script library. */
export interface ScriptRecords {
  /** Stores the next version of a script, to be reviewed. */
  submit(
    row: Pick<ScriptRow, 'scriptName' | 'title' | 'content' | 'sha256' | 'parameters' | 'submittedBy'>,
  ): Promise<ScriptRow>;
  find(scriptName: string, version: number): Promise<ScriptRow | undefined>;
  /** All versions by name, newest first. */
  list(): Promise<ScriptRow[]>;
  /** The second person's word; refused on one's own script and on one that has been reviewed. */
  review(
    key: Pick<ScriptRow, 'scriptName' | 'version'>,
    decision: { readonly status: 'approved' | 'returned'; readonly by: string; readonly comment: string },
  ): Promise<ScriptRow | 'own-script' | 'reviewed-already' | undefined>;
}

/** Opens the script library. */
export function createScriptRecords({ query }: Database): ScriptRecords {
  return {
    submit: async ({ scriptName, title, content, sha256, parameters, submittedBy }) => {
      const [row] = await query(
        `INSERT INTO healing_script (script_name, version, title, content, sha256, parameters, submitted_by)
         SELECT $1, COALESCE(max(version), 0) + 1, $2, $3, $4, $5::json, $6 FROM healing_script WHERE script_name = $1
         RETURNING *`,
        [scriptName, title, content, sha256, JSON.stringify(parameters), submittedBy],
      );
      return toScript(row ?? {});
    },
    find: async (scriptName, version) => {
      const [row] = await query('SELECT * FROM healing_script WHERE script_name = $1 AND version = $2', [
        scriptName,
        version,
      ]);
      return row === undefined ? undefined : toScript(row);
    },
    list: async () =>
      (await query('SELECT * FROM healing_script ORDER BY script_name, version DESC')).map(toScript),
    review: async ({ scriptName, version }, { status, by, comment }) => {
      try {
        const [row] = await query(
          `UPDATE healing_script SET status = $3, reviewed_by = $4, reviewed_at = now(), review_comment = $5
           WHERE script_name = $1 AND version = $2 RETURNING *`,
          [scriptName, version, status, by, comment],
        );
        return row === undefined ? undefined : toScript(row);
      } catch (error) {
        const constraint = brokenConstraint(error);
        if (constraint === 'healing_script_second_person_check') return 'own-script';
        if (constraint === 'healing_script_stays') return 'reviewed-already';
        throw error;
      }
    },
  };
}

function toScript(row: Row): ScriptRow {
  return {
    scriptName: textOf(row, 'script_name'),
    version: wholeOf(row, 'version'),
    title: textOf(row, 'title'),
    content: textOf(row, 'content'),
    sha256: textOf(row, 'sha256'),
    parameters: jsonOf(row, 'parameters') as unknown as ScriptParameter[],
    submittedBy: textOf(row, 'submitted_by'),
    submittedAt: timeOf(row, 'submitted_at'),
    status: wordOf<ScriptRow['status']>(row, 'status'),
    reviewedBy: textOrNull(row, 'reviewed_by'),
    reviewedAt: timeOrNull(row, 'reviewed_at'),
    reviewComment: textOrNull(row, 'review_comment'),
  };
}
