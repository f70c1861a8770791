/** What OpenTelemetry's API registers for all of its copies. */
interface OpenTelemetry {
  readonly context?: {
    active(): unknown;
    with<T>(context: unknown, body: () => T): T;
  };
  readonly propagation?: {
    inject(context: unknown, carrier: object, setter: object): void;
    extract(context: unknown, carrier: object, getter: object): unknown;
  };
}

const API = Symbol.for('opentelemetry.js.api.1');

const setter = {
  set(carrier: Record<string, string>, name: string, value: string): void {
    carrier[name] = value;
  },
};

const getter = {
  get: (carrier: Record<string, string>, name: string) => carrier[name],
  keys: (carrier: Record<string, string>) => Object.keys(carrier),
};

function openTelemetry(): OpenTelemetry | undefined {
  return (globalThis as { [API]?: OpenTelemetry })[API];
}

/**
 * The headers of the current trace, `traceparent` and `tracestate` by W3C Trace Context; none where no tracer is
 * registered.
 */
export function traceHeaders(): Record<string, string> {
  const { context, propagation } = openTelemetry() ?? {};
  const headers: Record<string, string> = {};
  // A tracer that registers a propagator and no context manager has no current trace.
  if (context !== undefined) propagation?.inject(context.active(), headers, setter);
  return headers;
}

/** Calls a function within the trace that headers describe. */
export function withTrace<T>(headers: Readonly<Record<string, string>>, body: () => T): T {
  const { context, propagation } = openTelemetry() ?? {};
  if (context === undefined || propagation === undefined) return body();
  return context.with(propagation.extract(context.active(), headers, getter), body);
}
