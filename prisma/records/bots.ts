import type { BotRecords, BotScriptRow } from './bot-types.ts';
import type { Database, Row } from './database.ts';
import { RecordConflict } from './errors.ts';
import { objectOf, textOf, timeOf, wholeOf } from './row.ts';

/** Browser bots as versioned rows. */
export function createBotRecords({ query }: Database): BotRecords {
  const newest = async (name: string): Promise<BotScriptRow | undefined> => {
    const [row] = await query('SELECT * FROM bot_script WHERE name = $1 ORDER BY version DESC LIMIT 1', [
      name,
    ]);
    return row === undefined ? undefined : toBot(row);
  };
  return {
    publish: async (bot) => {
      const before = await newest(bot.name);
      if (before?.scriptSha256 === bot.scriptSha256) return before;
      const version = (before?.version ?? 0) + 1;
      const [row] = await query(
        `INSERT INTO bot_script (name, version, title, script, script_sha256, published_by)
         VALUES ($1, $2, $3, $4::json, $5, $6) ON CONFLICT DO NOTHING RETURNING *`,
        [bot.name, version, bot.title, JSON.stringify(bot.script), bot.scriptSha256, bot.publishedBy],
      );
      if (row === undefined)
        throw new RecordConflict('bot-version-exists', `bot ${bot.name} got a version ${version} just now`);
      return toBot(row);
    },
    find: async (name, version) => {
      const [row] = await query('SELECT * FROM bot_script WHERE name = $1 AND version = $2', [name, version]);
      return row === undefined ? undefined : toBot(row);
    },
    list: async () => {
      const rows = await query('SELECT DISTINCT ON (name) * FROM bot_script ORDER BY name, version DESC', []);
      return rows.map(toBot);
    },
  };
}

function toBot(row: Row): BotScriptRow {
  return {
    name: textOf(row, 'name'),
    version: wholeOf(row, 'version'),
    title: textOf(row, 'title'),
    script: objectOf(row, 'script'),
    scriptSha256: textOf(row, 'script_sha256'),
    publishedBy: textOf(row, 'published_by'),
    publishedAt: timeOf(row, 'published_at'),
  };
}
