import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isJsonObject } from '../../domain/json.ts';
import { compileFlow, standardError } from '../../engine/index.ts';
import type { Plan } from '../../engine/index.ts';
import { catalogue } from '../../steps/index.ts';
import { calledAddress, rehearseDocument } from '../../steps/rehearsal.ts';
import type { RehearsalAnswer, RehearsalWorld } from '../../steps/rehearsal.ts';
import {
  CommandFailure,
  parseInstant,
  printJson,
  printTable,
  readArguments,
  readJson,
  readText,
} from '../io.ts';
import type { Command, Io } from '../io.ts';
import { callAllowedHost, parseAllowedHosts, targetOf } from '../rehearsal-http.ts';
import type { AllowedHosts } from '../rehearsal-http.ts';

/** Finds a sub-flow among the documents of the folder: same namespace, name and version (`latest`: any). */
function findSubFlow(
  folder: string,
  wanted: { namespace: string; name: string; version: string },
): Plan | null {
  const files = readdirSync(folder).filter((name) => /\.(ya?ml|json)$/.test(name));
  for (const file of files.toSorted()) {
    const { plan } = compileFlow(readFileSync(join(folder, file), 'utf8'), catalogue);
    if (plan === undefined) continue;
    const { namespace, name, version } = plan.document;
    const isVersion = wanted.version === 'latest' || wanted.version === version;
    if (name === wanted.name && isVersion && (wanted.namespace === '' || wanted.namespace === namespace))
      return plan;
  }
  return null;
}

/** Simulators for steps, documents of the folder for sub-flows, real requests only where a host was allowed. */
function worldOf(folder: string, allowed: AllowedHosts): RehearsalWorld {
  return {
    place: folder,
    subFlow: (wanted) => findSubFlow(folder, wanted),
    answer: (command) => {
      const address = calledAddress(command);
      const target = address === '' ? null : targetOf(address, allowed);
      if (target === null || !isJsonObject(command.input)) return undefined;
      return callAllowedHost(command.input, address, target, command.step.pointer);
    },
  };
}

function printAnswer(io: Io, answered: RehearsalAnswer): void {
  printTable(
    io,
    ['STEP', 'STATUS', 'OUTPUT'],
    answered.trace.map((line) => [line.step, line.status, (JSON.stringify(line.output) ?? '').slice(0, 80)]),
  );
  io.out('');
  if (answered.error === null) io.out(`${answered.status}: ${JSON.stringify(answered.output)}`);
  else {
    const { title, status, detail, instance } = answered.error;
    io.out(`${answered.status}: ${title} (${status}) at ${instance ?? ''}: ${detail ?? ''}`);
  }
}

/** `flow rehearse FILE`: exit code 1 unless the run completed. */
export const rehearseFlow: Command = async (args, io) => {
  const { values, positionals } = readArguments(
    args,
    {
      json: { type: 'boolean', default: false },
      input: { type: 'string' },
      now: { type: 'string' },
      scripts: { type: 'boolean', default: false },
      'allow-http': { type: 'string', multiple: true, default: [] },
    },
    'afterbell flow rehearse FILE [--input FILE] [--now ISO] [--scripts] [--allow-http HOST=URL]...',
    [1, 1],
  );
  const [file = ''] = positionals;
  const allowed = parseAllowedHosts(values['allow-http']);
  const nowMs = values.now === undefined ? Date.now() : parseInstant('--now', values.now);
  let answered: RehearsalAnswer;
  try {
    const source = readText(io, file);
    const input = values.input === undefined ? {} : readJson(io, values.input);
    const world = worldOf(resolve(io.cwd, dirname(file)), allowed);
    answered = await rehearseDocument(source, input, nowMs, { ...world, rules: { scripts: values.scripts } });
  } catch (thrown) {
    if (!(thrown instanceof CommandFailure)) throw thrown;
    const error = standardError('configuration', '', thrown.message);
    answered = { status: 'failed', output: null, error, trace: [] };
  }
  if (values.json) printJson(io, answered);
  else printAnswer(io, answered);
  return answered.status === 'completed' ? 0 : 1;
};
