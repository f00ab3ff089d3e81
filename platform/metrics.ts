import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';

/** Metrics of one process; names end in their unit. */
export interface Metrics {
  readonly registry: Registry;
  /** Labels: method, route, status. */
  readonly httpRequestSeconds: Histogram<'method' | 'route' | 'status'>;
  /** Labels: activity, outcome. */
  readonly activitySeconds: Histogram<'activity' | 'outcome'>;
  /** Labels: store, outcome. */
  readonly timelineRowsTotal: Counter<'outcome'>;
}

/** A listener that was started: its port and the way to stop it. */
export interface MetricsListener {
  readonly port: number;
  close(): Promise<void>;
}

const SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120];

/** A registry with Node's own metrics and those of the product, prefix `afterbell_`. */
export function createMetrics(process: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ process });
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    httpRequestSeconds: new Histogram({
      name: 'afterbell_http_request_seconds',
      help: 'Duration of HTTP requests by route',
      labelNames: ['method', 'route', 'status'],
      buckets: SECONDS,
      registers: [registry],
    }),
    activitySeconds: new Histogram({
      name: 'afterbell_activity_seconds',
      help: 'Duration of activity attempts by outcome',
      labelNames: ['activity', 'outcome'],
      buckets: SECONDS,
      registers: [registry],
    }),
    timelineRowsTotal: new Counter({
      name: 'afterbell_timeline_rows_total',
      help: 'Timeline rows written, by outcome',
      labelNames: ['outcome'],
      registers: [registry],
    }),
  };
}

/** Serves GET /metrics and nothing else. Port 0 picks a free one. Rejects when the port is busy. */
export async function serveMetrics(registry: Registry, host: string, port: number): Promise<MetricsListener> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    registry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
