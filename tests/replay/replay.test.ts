import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultPayloadConverter } from '@temporalio/common';
import { defaultSinks, Runtime, Worker } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { supportRows } from '../../cli/support-rows.ts';
import { compileFlow } from '../../engine/index.ts';
import type { Plan } from '../../engine/types.ts';
import { createPayloadCodec, dataConverter } from '../../platform/data-converter.ts';
import { deriveKeys } from '../../platform/keys.ts';
import { catalogue } from '../../steps/index.ts';
import { workflowBundle } from '../../worker/bundle.ts';
import { timelineSinks } from '../../worker/timeline-sinks.ts';
import type { RunFlowInput } from '../../workflows/messages.ts';
import { memoryPayloads } from '../support/memory-payloads.ts';
import { partsOfPlan } from './parts.ts';
import { readHistory, type StoredHistory } from './record.ts';
import { samples } from './samples.ts';

const FOLDER = fileURLToPath(new URL('./histories/', import.meta.url));
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const KEYS = deriveKeys([Buffer.alloc(32, 5)]);
/** Ways a run can take that no part of a document shows. */
const WAYS = [
  'approval-with-decision',
  'cancelled',
  'continued-as-new',
  'event-delivered',
  'loop-in-chunks',
  'restarted-at-a-step',
  'sub-flow',
  ...Object.keys(samples),
];
/** Of these a copy with one altered event is replayed too. */
const TAMPERED = /^(flow-|workflow-|process-not-awaited$|retry$|listen-foreach$)/;
const files = readdirSync(FOLDER).filter((file) => file.endsWith('.base64'));
const nameOf = (file: string): string => file.replace(/^[\d.]+-|\.base64$/g, '');

/** What one history has shown: the workflow it is of, its plan where it has one, and the tasks that were reached. */
interface Shown {
  readonly workflow: string;
  readonly plan: Plan | undefined;
  readonly reached: ReadonlySet<string>;
}

describe('histories of earlier code', () => {
  let bundlePath: string;
  const shown = new Map<string, Shown>();
  beforeAll(async () => {
    Runtime.install({
      telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' } } },
      logger: SILENT,
    });
    bundlePath = await workflowBundle(path.join(tmpdir(), 'afterbell-test-cache'));
  });

  const read = (file: string) => readHistory(`${FOLDER}${file}`);
  const replay = async (history: StoredHistory, name: string): Promise<ReadonlySet<string>> => {
    const reached = new Set<string>();
    const timeline = timelineSinks({
      add: ({ records }) => {
        for (const { step, status } of records) if (status !== 'skipped') reached.add(step.pointer);
      },
    });
    await Worker.runReplayHistory(
      {
        workflowBundle: { codePath: bundlePath },
        dataConverter: dataConverter(KEYS, memoryPayloads()),
        sinks: { ...defaultSinks(), ...timeline },
        replayName: name,
      },
      history,
      // Children are named after the workflow; older servers do not say its name.
      history.events[0]?.workflowExecutionStartedEventAttributes?.workflowId || name,
    );
    return reached;
  };
  /** Replays a history of the corpus, once however often it is asked for. */
  const showing = async (file: string): Promise<Shown> => {
    const known = shown.get(file);
    if (known !== undefined) return known;
    const history = read(file);
    const { workflow, plan } = await beginOf(history);
    const made = { workflow, plan, reached: await replay(history, file) };
    shown.set(file, made);
    return made;
  };

  it('are named by their release', () => {
    for (const file of files) expect(file).toMatch(/^\d+\.\d+\.\d+-[a-z-]+\.base64$/);
  });

  it.each(files)('%s replays', async (file) => {
    await expect(showing(file)).resolves.toBeDefined();
  });

  it.each(files.filter((file) => TAMPERED.test(nameOf(file))))(
    '%s is refused when it was tampered with',
    async (file) => {
      const history = read(file);
      tamper(history);
      await expect(replay(history, file)).rejects.toThrow(/[Nn]ondeterminism/);
    },
  );

  it('show every workflow of the product and every way a run can take', async () => {
    const exported = readFileSync(`${ROOT}workflows/index.ts`, 'utf8').matchAll(/export \{ (\w+) \}/g);
    const replayed = await Promise.all(files.map(showing));
    expect([...new Set(replayed.map(({ workflow }) => workflow))].toSorted()).toEqual(
      [...exported].map(([, name = '']) => name).toSorted(),
    );
    expect([...new Set(files.map(nameOf))]).toEqual(expect.arrayContaining(WAYS));
  });

  it.each(readdirSync(`${ROOT}flows`).filter((file) => file.endsWith('.yaml')))(
    'show the shipped flow %s as it is published now',
    async (file) => {
      const { plan, problems } = compileFlow(readFileSync(`${ROOT}flows/${file}`, 'utf8'), catalogue);
      if (plan === undefined) throw new Error(JSON.stringify(problems));
      const documents = (await Promise.all(files.map(showing))).map((each) => each.plan?.document);
      expect(documents, 'npm run record:histories records it').toContainEqual(plan.document);
    },
  );

  it.each(supportRows.filter(({ tier }) => tier !== 'C').map((row) => [row.what, row.document] as const))(
    'show a run that carries out %s',
    async (_what, document) => {
      const { plan, problems } = compileFlow(document, catalogue, { scripts: true });
      if (plan === undefined) throw new Error(JSON.stringify(problems));
      const replayed = await Promise.all(files.map(showing));
      const carriedOut = replayed.flatMap((each) =>
        each.plan === undefined ? [] : partsOfPlan(each.plan, each.reached),
      );
      for (const wanted of partsOfPlan(plan)) {
        const isShown = carriedOut.some((parts) => [...wanted].every((part) => parts.has(part)));
        expect(isShown, `a task with ${[...wanted].join(', ')}`).toBe(true);
      }
    },
  );
});

/** Gives the first activity the history schedules, or else the first workflow it starts, another name. */
function tamper({ events }: StoredHistory): void {
  const type =
    events.find((event) => event.activityTaskScheduledEventAttributes)?.activityTaskScheduledEventAttributes
      ?.activityType ??
    events.find((event) => event.startChildWorkflowExecutionInitiatedEventAttributes)
      ?.startChildWorkflowExecutionInitiatedEventAttributes?.workflowType;
  if (!type) throw new Error('the history calls nothing');
  type.name = 'somethingElse';
}

/** The workflow a history is of and the plan it began with. */
async function beginOf({ events }: StoredHistory): Promise<Omit<Shown, 'reached'>> {
  const begun = events[0]?.workflowExecutionStartedEventAttributes;
  const workflow = begun?.workflowType?.name ?? '';
  if (workflow !== 'runFlow') return { workflow, plan: undefined };
  const codec = createPayloadCodec(KEYS, memoryPayloads());
  const [payload] = await codec.decode(begun?.input?.payloads ?? []);
  if (payload === undefined) throw new Error('the history begins with nothing');
  return { workflow, plan: defaultPayloadConverter.fromPayload<RunFlowInput>(payload).plan };
}

const silent = (): void => undefined;
const SILENT = { log: silent, trace: silent, debug: silent, info: silent, warn: silent, error: silent };
