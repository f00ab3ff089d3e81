import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultSinks, Runtime, Worker } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { dataConverter } from '../../platform/data-converter.ts';
import { deriveKeys } from '../../platform/keys.ts';
import { memoryPayloads } from '../support/memory-payloads.ts';
import { workflowBundle } from '../../worker/bundle.ts';
import { readHistory, type StoredHistory } from './record.ts';
import { timelineSinks } from '../../worker/timeline-sinks.ts';

const FOLDER = fileURLToPath(new URL('./histories/', import.meta.url));
const KINDS = [
  'approval-with-decision',
  'emit-and-listen',
  'extension',
  'listen-early',
  'listen-foreach',
  'loop-and-switch',
  'loop-in-chunks',
  'race',
  'retry',
  'steps-and-fork',
  'sub-flow',
  'timeout',
  'try-and-wait',
  'uncaught',
];
const files = readdirSync(FOLDER).filter((file) => file.endsWith('.base64'));

describe('histories of earlier code', () => {
  let bundlePath: string;
  beforeAll(async () => {
    Runtime.install({
      telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' } } },
      logger: SILENT,
    });
    bundlePath = await workflowBundle(path.join(tmpdir(), 'afterbell-test-cache'));
  });

  const replay = (history: StoredHistory, name: string) =>
    Worker.runReplayHistory(
      {
        workflowBundle: { codePath: bundlePath },
        dataConverter: dataConverter(deriveKeys([Buffer.alloc(32, 5)]), memoryPayloads()),
        sinks: { ...defaultSinks(), ...timelineSinks({ add: () => undefined }) },
        replayName: name,
      },
      history,
      name,
    );
  const read = (file: string) => readHistory(`${FOLDER}${file}`);

  it('is named by its release and has every kind of task', () => {
    for (const file of files) expect(file).toMatch(/^\d+\.\d+\.\d+-[a-z-]+\.base64$/);
    expect([...new Set(files.map((file) => file.replace(/^[\d.]+-|\.base64$/g, '')))]).toEqual(
      expect.arrayContaining([...KINDS]),
    );
  });

  it.each(files)('%s replays', async (file) => {
    await expect(replay(read(file), file)).resolves.toBeUndefined();
  });

  it.each(files)('%s is refused when it was tampered with', async (file) => {
    const history = read(file);
    const scheduled = history.events.find(
      (event) => event.activityTaskScheduledEventAttributes,
    )?.activityTaskScheduledEventAttributes;
    if (!scheduled?.activityType) throw new Error(`${file} schedules no activity`);
    scheduled.activityType.name = 'somethingElse';
    await expect(replay(history, file)).rejects.toThrow(/[Nn]ondeterminism/);
  });
});

const silent = (): void => undefined;
const SILENT = { log: silent, trace: silent, debug: silent, info: silent, warn: silent, error: silent };
