import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { Resource } from '@opentelemetry/resources';
import { BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';

/** What a process needs to send traces through the Temporal interceptors. */
export interface Tracing {
  readonly resource: Resource;
  readonly exporter: SpanExporter;
  readonly processor: BatchSpanProcessor;
  stop(): Promise<void>;
}

/** Traces of a process, or null when no exporter is configured: then nothing is collected at all. */
export function openTracing(exporterUrl: string | null, serviceName: string): Tracing | null {
  if (exporterUrl === null) return null;
  const exporter = new OTLPTraceExporter({ url: exporterUrl });
  const processor = new BatchSpanProcessor(exporter);
  return {
    resource: new Resource({ 'service.name': serviceName }),
    exporter,
    processor,
    stop: () => processor.shutdown(),
  };
}
