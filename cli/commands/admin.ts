import { randomBytes } from 'node:crypto';
import { folders } from '../folders.ts';
import { CommandFailure, UsageError, printJson, readArguments, readText } from '../io.ts';
import type { Command, Io } from '../io.ts';
import { runNode } from '../stack/processes.ts';
import { readState } from '../stack/state.ts';
import { ROOT } from '../stack/root.ts';

/** Address of the database: the setting, else the running local stack's. @throws CommandFailure no-database */
function databaseUrlOf(io: Io): string {
  const given = io.env.AFTERBELL_DATABASE_URL;
  if (given !== undefined && given !== '') return given;
  const { home } = folders(io.env);
  const url = readState(home)?.databaseUrl;
  if (url !== null && url !== undefined) return url;
  throw new CommandFailure(
    'no-database',
    `no stack runs in ${home} and AFTERBELL_DATABASE_URL is not set: start the stack first`,
  );
}

/**
 * `admin create`: the first administrator, once; refused as soon as there is one. Works on the database itself, because
 * nobody can sign in yet. Without --password-file the password is generated and shown this one time.
 */
export const create: Command = async (args, io) => {
  const { values } = readArguments(
    args,
    {
      json: { type: 'boolean', default: false },
      username: { type: 'string' },
      name: { type: 'string' },
      'password-file': { type: 'string' },
    },
    'afterbell admin create --username U [--name NAME] [--password-file FILE]',
    [0, 0],
  );
  const { username, 'password-file': file } = values;
  if (username === undefined) throw new UsageError('--username is missing');
  const generated = file === undefined ? randomBytes(15).toString('base64url') : null;
  const password = generated ?? readText(io, file ?? '').replace(/\r?\n$/, '');
  const input = { username, displayName: values.name ?? username, password };
  const { masterKeyFile } = folders(io.env);
  const env = {
    ...io.env,
    AFTERBELL_DATABASE_URL: databaseUrlOf(io),
    AFTERBELL_MASTER_KEY_FILE: masterKeyFile,
  };
  await runNode(ROOT, 'api/set-up.ts', ['administrator'], env, JSON.stringify(input)).catch(
    (thrown: unknown) => {
      const message = thrown instanceof Error ? thrown.message : String(thrown);
      throw new CommandFailure('not-created', message.replace('api/set-up.ts failed: ', ''));
    },
  );
  if (values.json) printJson(io, { username, ...(generated === null ? {} : { password: generated }) });
  else io.out(generated === null ? `created ${username}` : `created ${username}, password ${generated}`);
  return 0;
};
