import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { DYNAMIC_CONFIG } from '../../cli/stack/temporal.ts';
import { SERVER_VERSION } from '../../cli/stack/temporal-binary.ts';
import { ROOT } from '../../cli/stack/root.ts';
import { SETTINGS } from '../../platform/config.ts';

interface ComposeService {
  image: string;
  build?: { context: string; target: string };
  command?: string[];
  entrypoint?: string[];
  environment?: Record<string, string>;
  depends_on?: Record<string, { condition: string }>;
  ports?: string[];
  expose?: string[];
  volumes?: string[];
  configs?: Array<{ source: string; target: string }>;
}

interface Compose {
  services: Record<string, ComposeService>;
  volumes: Record<string, unknown>;
  configs: Record<string, { content: string }>;
}

const text = readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8');
const compose = parse(text, { merge: true }) as Compose;
const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
const services = Object.entries(compose.services);
/** The queues a worker process takes, read from its source: importing it would start one. */
const workerQueue = new RegExp(
  /^const QUEUE = \/(.+)\/;$/m.exec(readFileSync(join(ROOT, 'worker', 'main.ts'), 'utf8'))?.[1] ?? '^(?!)',
);
const ours = services.filter(([, service]) => service.image.startsWith('afterbell/'));
const names = new Set(Object.keys(compose.services));

/** `${NAME:-default}` and `$$` as compose would fill them in. */
function filled(value: string): string {
  return value
    .replaceAll(
      /\$\{(\w+)(?::-([^}]*)|:\?[^}]*)?\}/g,
      (_, name: string, standard?: string) => standard ?? `<${name}>`,
    )
    .replaceAll('$$', '$');
}

describe('docker-compose.yml', () => {
  it('has every part of the production shape', () => {
    expect([...names]).toEqual(
      expect.arrayContaining([
        'postgres',
        'temporal',
        'api',
        'worker-flows',
        'worker-ops',
        'worker-net',
        'worker-browser',
      ]),
    );
  });

  it('names only services, volumes and configs that exist', () => {
    for (const [name, service] of services) {
      for (const other of Object.keys(service.depends_on ?? {})) {
        expect(names, `${name} depends on ${other}`).toContain(other);
      }
      for (const volume of service.volumes ?? []) {
        expect(Object.keys(compose.volumes), `${name} mounts ${volume}`).toContain(volume.split(':')[0]);
      }
      for (const config of service.configs ?? []) {
        expect(Object.keys(compose.configs), `${name} reads ${config.source}`).toContain(config.source);
      }
    }
  });

  it('waits for services in a way they can fulfil, and in no circle', () => {
    const visit = (name: string, path: string[]): void => {
      expect(path, `circle ${[...path, name].join(' -> ')}`).not.toContain(name);
      for (const other of Object.keys(compose.services[name]?.depends_on ?? {}))
        visit(other, [...path, name]);
    };
    for (const [name, service] of services) {
      visit(name, []);
      for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
        const target = compose.services[other] as ComposeService & { healthcheck?: unknown };
        if (condition === 'service_healthy')
          expect(target.healthcheck, `${name}: health of ${other}`).toBeDefined();
      }
    }
  });

  it('gives our processes only settings that exist, and the ones they cannot go without', () => {
    expect(ours.length).toBeGreaterThanOrEqual(6);
    for (const [name, service] of ours) {
      const environment = service.environment ?? {};
      for (const setting of Object.keys(environment)) expect(Object.keys(SETTINGS), name).toContain(setting);
      expect(Object.keys(environment), name).toEqual(
        expect.arrayContaining(['AFTERBELL_DATABASE_URL', 'TEMPORAL_ADDRESS']),
      );
    }
  });

  it('starts files that exist, on queues that exist, from stages that exist', () => {
    for (const [name, service] of ours) {
      const [file = '', ...rest] = service.command ?? [];
      expect(existsSync(join(ROOT, file)), `${name}: ${file}`).toBe(true);
      if (file === 'worker/main.ts') {
        expect(rest[0]).toBe('--queue');
        expect(rest[1], `${name}: a queue that worker/main.ts refuses`).toMatch(workerQueue);
      }
      expect(dockerfile).toMatch(new RegExp(`^FROM .* AS ${service.build?.target ?? 'none'}$`, 'm'));
    }
    for (const file of dockerfile.matchAll(/^CMD \["([^"]+)"\]$/gm)) {
      expect(existsSync(join(ROOT, file[1] ?? '')), file[1]).toBe(true);
    }
    for (const [, from = ''] of dockerfile.matchAll(/^COPY ([^-].*) \.\/$/gm)) {
      for (const file of from.split(' ')) expect(existsSync(join(ROOT, file)), file).toBe(true);
    }
  });

  it('reaches each service at a port that it listens on', () => {
    const listening: Record<string, string[]> = { postgres: ['5432'] };
    for (const [name, service] of services) {
      const published = (service.ports ?? []).map((port) => filled(port).split(':').at(-1) ?? '');
      listening[name] = [...(listening[name] ?? []), ...(service.expose ?? []), ...published];
    }
    const temporal = parse(filled(compose.configs['temporal']?.content ?? '')) as {
      services: Record<string, { rpc: { grpcPort: number; bindOnIP: string } }>;
      persistence: { datastores: Record<string, { sql: { connectAddr: string } }> };
    };
    expect(listening['temporal']).toContain(String(temporal.services['frontend']?.rpc.grpcPort));
    expect(temporal.services['frontend']?.rpc.bindOnIP).toBe('0.0.0.0');
    const addresses = [
      ...Object.values(temporal.persistence.datastores).map((store) => store.sql.connectAddr),
      ...ours.flatMap(([, service]) => {
        const environment = service.environment ?? {};
        const { host } = new URL(filled(environment['AFTERBELL_DATABASE_URL'] ?? ''));
        return [host, environment['TEMPORAL_ADDRESS'] ?? ''];
      }),
    ];
    for (const address of addresses) {
      const [host = '', port = ''] = address.split(':');
      expect(listening[host], address).toContain(port);
    }
    // Standard ports of our processes, as platform/config.ts has them.
    expect(listening['api']).toEqual(expect.arrayContaining(['7800', '7809']));
    expect(listening['worker-flows']).toContain('7810');
  });

  it('publishes on loopback only and carries no password of its own', () => {
    for (const [name, service] of services) {
      for (const port of service.ports ?? []) expect(port, name).toMatch(/^127\.0\.0\.1:/);
      for (const [variable, value] of Object.entries(service.environment ?? {})) {
        if (/PASSWORD/.test(variable)) expect(value, `${name} ${variable}`).toMatch(/^\$\{\w+:\?[^}]+\}$/);
      }
    }
    expect(text).not.toMatch(/:[^@$\s]+@postgres/);
  });

  it('runs the release and the server settings that the local stack runs', () => {
    const settings = parse(compose.configs['temporal-settings']?.content ?? '') as Record<
      string,
      Array<{ value: number }>
    >;
    const values = Object.fromEntries(Object.entries(settings).map(([key, [entry]]) => [key, entry?.value]));
    expect(values).toEqual(DYNAMIC_CONFIG);
    for (const name of ['temporal', 'temporal-schema']) {
      expect(filled(compose.services[name]?.image ?? '')).toMatch(new RegExp(`:${SERVER_VERSION}$`));
    }
  });
});
