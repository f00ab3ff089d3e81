import { ApplicationFailure } from '@temporalio/activity';
import { sha256Hex } from '../../domain/json.ts';
import { scriptCommand, valueFaults } from '../../domain/healing/script.ts';
import type { ServiceRow } from '../../prisma/records/healing-types.ts';
import type { ScriptRow } from '../../prisma/records/scripts.ts';
import type { StepActivities } from '../../steps/index.ts';
import { actGuarded } from './act.ts';
import type { HealingDeps } from './healing-deps.ts';
import { probeService } from './probe-service.ts';

type Call = Parameters<StepActivities['runScript']>[0];
type Answer = Awaited<ReturnType<StepActivities['runScript']>>;

const RUN_MS = 300_000;
const SHOWN_CHARS = 4_000;

/** Runs a reviewed script on the host of a service, guarded like a restart. What it prints is evidence of the run. */
export async function runScript(
  deps: HealingDeps,
  service: ServiceRow,
  { context, input }: Call,
): Promise<Answer> {
  const values = input.parameters ?? {};
  const script = await reviewedScript(deps, input.script, input.scriptVersion);
  const faults = valueFaults(script.parameters, values);
  if (faults.length > 0)
    throw refused('script-parameters', 'The parameters do not fit the script', faults.join('; '));
  // Read before anything is judged: an action on a host that cannot be seen is a guess.
  await probeService(deps, service);
  const acted = await actGuarded(deps, {
    context,
    incidentId: input.incidentId,
    service,
    isApproved: input.approval?.decision === 'approved',
    seenAtMs: deps.clock(),
    words: `script ${script.scriptName} v${script.version} on ${service.serviceName}`,
    command: scriptCommand(Buffer.from(script.content, 'utf8').toString('base64'), values),
    timeoutMs: RUN_MS,
  });
  if (acted.kind === 'stopped') {
    const { rule, reason } = acted.verdict;
    return { outcome: 'stopped-by-guard', rule, reason, exitCode: null, output: '' };
  }
  if (acted.said !== '') await keepOutput(deps, { context, input }, acted.said);
  return {
    outcome: acted.kind === 'ran' && acted.exitCode === 0 ? 'done' : 'failed',
    rule: 'allowed',
    reason: acted.detail,
    exitCode: acted.exitCode,
    output: acted.said.slice(0, SHOWN_CHARS),
  };
}

/** The script as another person approved it, its text checked against its hash here where it is used. */
async function reviewedScript({ records }: HealingDeps, name: string, version: number): Promise<ScriptRow> {
  const script = await records.scripts.find(name, version);
  const key = `${name} v${version}`;
  if (script === undefined)
    throw refused('script-not-found', 'Script not found', `the script ${key} is not in the library`);
  if (script.status !== 'approved' || script.reviewedBy === null || script.reviewedBy === script.submittedBy)
    throw refused(
      'script-not-reviewed',
      'Script not reviewed',
      `the script ${key} is ${script.status}; another person reviews it first`,
    );
  if (sha256Hex(script.content) !== script.sha256)
    throw refused(
      'script-changed',
      'Script changed',
      `the text of the script ${key} does not match its hash`,
    );
  return script;
}

async function keepOutput({ records }: HealingDeps, { context, input }: Call, said: string): Promise<void> {
  const { runId, pointer, visit } = context;
  await records.evidence.put(
    {
      runId,
      pointer,
      visit,
      kind: 'transcript',
      name: `${input.script}-v${input.scriptVersion}.txt`,
      mediaType: 'text/plain',
    },
    Buffer.from(said, 'utf8'),
  );
}

function refused(code: string, title: string, detail: string): ApplicationFailure {
  const type = `https://afterbell.example/errors/${code}`;
  return ApplicationFailure.create({
    message: detail,
    type,
    details: [{ type, status: 409, title, detail }],
    nonRetryable: true,
  });
}
