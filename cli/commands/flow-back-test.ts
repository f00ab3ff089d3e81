import { type BackTest, deviationSentence } from '../../engine/back-test/index.ts';
import { ApiClient, ONLINE_OPTIONS } from '../api-client.ts';
import { printJson, readArguments, readText, UsageError } from '../io.ts';
import type { Command } from '../io.ts';

interface BackTestsView {
  same: number;
  different: number;
  unknown: number;
  items: BackTest[];
}

/**
 * `flow back-test NAME FILE`: where a local file would have taken another way than the last runs of the flow. Exit code 1 when it would
 * in any of them.
 */
export const backTest: Command = async (args, io) => {
  const { values, positionals } = readArguments(
    args,
    { ...ONLINE_OPTIONS, runs: { type: 'string', default: '20' } },
    'afterbell flow back-test NAME FILE [--runs N]',
    [2, 2],
  );
  const [name = '', file = ''] = positionals;
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1 || runs > 50)
    throw new UsageError(`--runs ${values.runs}: a whole number from 1 to 50`);
  const answer = await new ApiClient(values, io).call<BackTestsView>(
    'POST',
    `/v1/flows/${encodeURIComponent(name)}/back-test`,
    { source: readText(io, file), runs },
  );
  if (values.json) printJson(io, answer);
  else {
    for (const { runId, flowVersion, verdict, deviations, end, lostAt } of answer.items) {
      io.out(`${runId}  ${flowVersion}  ${verdict}${lostAt === undefined ? '' : ` at ${lostAt}`}`);
      for (const deviation of deviations) io.out(`  ${deviationSentence(deviation, 'en')}`);
      if (end.before !== end.after) io.out(`  the run ${end.before} then and would be ${end.after} now`);
      for (const { path } of end.fields) io.out(`  the output differs at ${path || '/'}`);
    }
    io.out(`${answer.same} the same, ${answer.different} different, ${answer.unknown} unknown`);
  }
  return answer.different === 0 ? 0 : 1;
};
