import { ApiClient, ONLINE_OPTIONS, signIn } from '../api-client.ts';
import { UsageError, printJson, readArguments, readText } from '../io.ts';
import type { Command } from '../io.ts';

/**
 * `token create`: a service token for a program (an administrator's token makes it), or with --deciding a person's own
 * token for decisions, which the person's password makes and which lives at most 8 hours. Shown once, kept nowhere.
 */
export const create: Command = async (args, io) => {
  const { values } = readArguments(
    args,
    {
      ...ONLINE_OPTIONS,
      name: { type: 'string' },
      role: { type: 'string', multiple: true, default: [] },
      hours: { type: 'string' },
      deciding: { type: 'boolean', default: false },
      username: { type: 'string' },
      'password-file': { type: 'string' },
    },
    'afterbell token create --name NAME [--role ROLE]... [--hours N] | --deciding --username U --password-file F',
    [0, 0],
  );
  if (values.name === undefined) throw new UsageError('--name is missing');
  const hours = values.hours === undefined ? undefined : Number(values.hours);
  if (hours !== undefined && !(hours > 0))
    throw new UsageError(`--hours "${values.hours}" is not a number above 0`);
  const body = {
    name: values.name,
    kind: values.deciding ? 'deciding' : 'service',
    ...(values.role.length === 0 ? {} : { roles: values.role }),
    ...(hours === undefined ? {} : { expiresInHours: hours }),
  };
  let answer: { token: string };
  if (values.deciding) {
    const { username, 'password-file': file } = values;
    if (username === undefined || file === undefined) {
      throw new UsageError('--deciding needs --username and --password-file (- for standard input)');
    }
    const session = await signIn(values, io, username, readText(io, file).trim());
    answer = await session.call('POST', '/v1/tokens', body);
    await session.call('DELETE', '/v1/session');
  } else answer = await new ApiClient(values, io).call('POST', '/v1/tokens', body);
  if (values.json) printJson(io, answer);
  else io.out(answer.token);
  return 0;
};
