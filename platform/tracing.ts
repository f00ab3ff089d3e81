import type { OpenTelemetryPlugin } from '@temporalio/interceptors-opentelemetry';
import type { Config } from './config.ts';

/** Tracing that is on: pass `plugin` to Temporal's Client and Worker, call `shutdown` last. */
export interface Tracing {
  readonly plugin: OpenTelemetryPlugin;
  shutdown(): Promise<void>;
}

/**
 * OpenTelemetry traces through Temporal's interceptors, sent as OTLP over HTTP. Undefined when AFTERBELL_TRACE_EXPORTER_URL is not
 * set; then no tracing module is even loaded.
 */
export async function createTracing(
  config: Pick<Config, 'traceExporterUrl'>,
  serviceName: string,
): Promise<Tracing | undefined> {
  if (config.traceExporterUrl === null) return undefined;
  const [
    { OpenTelemetryPlugin },
    { OTLPTraceExporter },
    { Resource },
    { BatchSpanProcessor, BasicTracerProvider },
  ] = await Promise.all([
    import('@temporalio/interceptors-opentelemetry'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/sdk-trace-base'),
  ]);
  const resource = new Resource({ 'service.name': serviceName });
  const spanProcessor = new BatchSpanProcessor(new OTLPTraceExporter({ url: config.traceExporterUrl }));
  const provider = new BasicTracerProvider({ resource, spanProcessors: [spanProcessor] });
  provider.register();
  return {
    plugin: new OpenTelemetryPlugin({ resource, spanProcessor }),
    shutdown: () => provider.shutdown(),
  };
}
