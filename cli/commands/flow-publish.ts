import { ApiClient, ONLINE_OPTIONS } from '../api-client.ts';
import { CommandFailure, printJson, printTable, readArguments, readText, UsageError } from '../io.ts';
import type { Command } from '../io.ts';

/** A submission as the API gives it. */
interface SubmissionView {
  submissionId: string;
  flowName: string;
  version: string;
  status: string;
  contentHash: string;
  comment: string;
  submittedBy: string;
  submittedAt: string;
  decidedBy: string | null;
}

const at = (submissionId: string): string => `/v1/submissions/${encodeURIComponent(submissionId)}`;

/** `flow publish FILE --comment TEXT`: asks a second person; refused with all its problems when the document has any. */
export const publish: Command = async (args, io) => {
  const { values, positionals } = readArguments(
    args,
    { ...ONLINE_OPTIONS, comment: { type: 'string' } },
    'afterbell flow publish FILE --comment TEXT',
    [1, 1],
  );
  if (values.comment === undefined)
    throw new UsageError(
      '--comment is missing: say what changed and why; usage: afterbell flow publish FILE --comment TEXT',
    );
  const source = readText(io, positionals[0] ?? '');
  const answer = await new ApiClient(values, io).call<SubmissionView>('POST', '/v1/flows', {
    source,
    comment: values.comment,
  });
  if (values.json) printJson(io, answer);
  else
    io.out(
      `submitted ${answer.flowName}@${answer.version} as ${answer.submissionId}; it goes live when another person approves: afterbell flow approve ${answer.submissionId}`,
    );
  return 0;
};

/** `flow submissions`: what waits for a second person. */
export const submissions: Command = async (args, io) => {
  const { values } = readArguments(args, ONLINE_OPTIONS, 'afterbell flow submissions', [0, 0]);
  const items = await new ApiClient(values, io).list<SubmissionView>('/v1/submissions?status=open');
  if (values.json) printJson(io, { items });
  else {
    printTable(
      io,
      ['SUBMISSION', 'FLOW', 'VERSION', 'BY', 'SUBMITTED', 'COMMENT'],
      items.map((row) => [
        row.submissionId,
        row.flowName,
        row.version,
        row.submittedBy,
        row.submittedAt,
        row.comment,
      ]),
    );
  }
  return 0;
};

/** `flow approve ID`: publishes it; needs the token of a person who neither submitted nor wrote it. */
export const approve: Command = (args, io) => decide('approve', args, io);

/** `flow return ID --comment TEXT`: gives it back with a reason. */
export const sendBack: Command = (args, io) => decide('return', args, io);

async function decide(decision: 'approve' | 'return', ...[args, io]: Parameters<Command>): Promise<0> {
  const { values, positionals } = readArguments(
    args,
    { ...ONLINE_OPTIONS, comment: { type: 'string' }, hash: { type: 'string' } },
    decision === 'approve'
      ? 'afterbell flow approve ID [--hash HASH] [--comment TEXT]'
      : 'afterbell flow return ID --comment TEXT',
    [1, 1],
  );
  if (decision === 'return' && values.comment === undefined)
    throw new UsageError('--comment is missing: say why; usage: afterbell flow return ID --comment TEXT');
  const api = new ApiClient(values, io);
  const [submissionId = ''] = positionals;
  const seen = await api.call<SubmissionView>('GET', at(submissionId));
  if (values.hash !== undefined && !seen.contentHash.startsWith(values.hash))
    throw new CommandFailure(
      'content-changed',
      `${submissionId} has the hash ${seen.contentHash}, not ${values.hash}: it is not what you read`,
    );
  const answer = await api.call<SubmissionView>('POST', `${at(submissionId)}/decision`, {
    decision,
    contentHash: seen.contentHash,
    ...(values.comment === undefined ? {} : { comment: values.comment }),
  });
  if (values.json) printJson(io, answer);
  else if (decision === 'approve') io.out(`published ${answer.flowName}@${answer.version}`);
  else io.out(`returned ${answer.flowName}@${answer.version} to ${answer.submittedBy}`);
  return 0;
}

/** `flow versions NAME`: all versions, newest first, with the two people behind each. */
export const versions: Command = async (args, io) => {
  const { values, positionals } = readArguments(args, ONLINE_OPTIONS, 'afterbell flow versions NAME', [1, 1]);
  const { versions: items } = await new ApiClient(values, io).call<{
    versions: Array<{
      version: string;
      publishedBy: string;
      approvedBy: string | null;
      origin: string;
      publishedAt: string;
    }>;
  }>('GET', `/v1/flows/${encodeURIComponent(positionals[0] ?? '')}`);
  if (values.json) printJson(io, { items });
  else {
    printTable(
      io,
      ['VERSION', 'BY', 'APPROVED BY', 'PUBLISHED'],
      items.map((row) => [row.version, row.publishedBy, row.approvedBy ?? row.origin, row.publishedAt]),
    );
  }
  return 0;
};
