import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { waitFor } from './api-session.ts';
import { findFreeLowPorts } from '../../cli/stack/ports.ts';

const PROMETHEUS = '/usr/bin/prometheus';
const ALERTMANAGER = '/usr/bin/prometheus-alertmanager';
const READY_MS = 20_000;
const END_MS = 5_000;

/** True where Debian's prometheus and prometheus-alertmanager are installed. */
export const canMonitor = existsSync(PROMETHEUS) && existsSync(ALERTMANAGER);

/** What is watched: one HTTP address by the name its service has in the inventory. */
export interface Watched {
  readonly service: string;
  /** `host:port`; a scrape is a GET of `/metrics` there. */
  readonly address: string;
}

/** A running Prometheus that looks every second, and the Alertmanager it tells. */
export interface Monitoring {
  readonly prometheusUrl: string;
  readonly alertmanagerUrl: string;
  /** Waits until Prometheus has seen the service up (1) or down (0). Throws after 20 s. */
  waitUntilSeen(service: string, value: '0' | '1'): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts both on free loopback ports with a configuration and data folder of their own, removed by `stop`. A target that cannot be
 * scraped raises `ServiceDown` with its `service` label, which Alertmanager posts to `webhookUrl` with the bearer token.
 */
export async function startMonitoring(
  watched: readonly Watched[],
  webhookUrl: string,
  token: string,
): Promise<Monitoring> {
  const folder = mkdtempSync(path.join(tmpdir(), 'afterbell-watch-'));
  const [prometheus, alertmanager] = await findFreeLowPorts(2);
  const files = writeFiles(folder, watched, { webhookUrl, token, alertmanagerPort: alertmanager ?? 0 });
  const logs: string[] = [];
  const run = (file: string, args: readonly string[]): ChildProcess => {
    const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr?.on('data', (chunk: Buffer) => void logs.push(chunk.toString('utf8')));
    return child;
  };
  const children = [
    run(ALERTMANAGER, [
      `--config.file=${files.alertmanager}`,
      `--storage.path=${path.join(folder, 'alerts')}`,
      `--web.listen-address=127.0.0.1:${alertmanager}`,
      '--cluster.listen-address=',
    ]),
    run(PROMETHEUS, [
      `--config.file=${files.prometheus}`,
      `--storage.tsdb.path=${path.join(folder, 'series')}`,
      `--web.listen-address=127.0.0.1:${prometheus}`,
    ]),
  ];
  const stop = async (): Promise<void> => {
    await Promise.all(children.map(endOf));
    rmSync(folder, { recursive: true, force: true });
  };
  const prometheusUrl = `http://127.0.0.1:${prometheus}`;
  const alertmanagerUrl = `http://127.0.0.1:${alertmanager}`;
  try {
    for (const url of [prometheusUrl, alertmanagerUrl])
      await waitFor(url, READY_MS, async () => ((await fetch(`${url}/-/ready`)).ok ? true : undefined));
  } catch (error) {
    await stop();
    throw new Error(`${error instanceof Error ? error.message : ''}\n${logs.join('')}`);
  }
  return {
    prometheusUrl,
    alertmanagerUrl,
    waitUntilSeen: async (service, value) => {
      await waitFor(`${service} seen as ${value}`, READY_MS, async () =>
        (await seenValue(prometheusUrl, service)) === value ? true : undefined,
      );
    },
    stop,
  };
}

interface Receiver {
  readonly webhookUrl: string;
  readonly token: string;
  readonly alertmanagerPort: number;
}

/** JSON is YAML: the configurations are written as JSON. */
function writeFiles(folder: string, watched: readonly Watched[], receiver: Receiver) {
  const at = (name: string): string => path.join(folder, name);
  const write = (name: string, content: object): string => {
    writeFileSync(at(name), JSON.stringify(content, null, 2));
    return at(name);
  };
  mkdirSync(at('alerts'));
  writeFileSync(at('token'), receiver.token, { mode: 0o600 });
  const rules = write('rules.yml', {
    groups: [
      {
        name: 'services',
        rules: [
          {
            alert: 'ServiceDown',
            expr: 'up{job="services"} == 0',
            annotations: { summary: '{{ $labels.service }} does not answer' },
          },
        ],
      },
    ],
  });
  const prometheus = write('prometheus.yml', {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: [rules],
    alerting: {
      alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${receiver.alertmanagerPort}`] }] }],
    },
    scrape_configs: [
      {
        job_name: 'services',
        static_configs: watched.map(({ service, address }) => ({ targets: [address], labels: { service } })),
      },
    ],
  });
  const alertmanager = write('alertmanager.yml', {
    route: {
      receiver: 'afterbell',
      group_by: ['service'],
      group_wait: '0s',
      group_interval: '1s',
      repeat_interval: '1h',
    },
    receivers: [
      {
        name: 'afterbell',
        webhook_configs: [
          {
            url: receiver.webhookUrl,
            send_resolved: true,
            http_config: { authorization: { credentials_file: at('token') } },
          },
        ],
      },
    ],
  });
  return { prometheus, alertmanager };
}

async function seenValue(prometheusUrl: string, service: string): Promise<string | undefined> {
  const query = encodeURIComponent(`up{service="${service}"}`);
  const answer = await fetch(`${prometheusUrl}/api/v1/query?query=${query}`);
  const { data } = (await answer.json()) as { data?: { result: Array<{ value: [number, string] }> } };
  return data?.result[0]?.value[1];
}

async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), END_MS);
  await ended;
  clearTimeout(late);
}
