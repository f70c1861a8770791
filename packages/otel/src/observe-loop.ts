import type { AbstractEventLoop } from '@bight/loop-abstract';
import { checkOptions, describeValue, typeError } from '@bight/loop-abstract/validate';
import { CoreEventLoop, getRunningLoop, type Instrument } from '@bight/loop-core';
import { type Meter, type MeterProvider, metrics, type TracerProvider, trace } from '@opentelemetry/api';
import { LoopGauges } from './loop-gauges.js';
import { LoopTimes } from './loop-times.js';
import { TaskMetrics } from './task-metrics.js';
import { TaskSpans } from './task-spans.js';

const NAME = '@bight/otel';
const OPTIONS = ['loop', 'meterProvider', 'tracerProvider', 'spans'] as const;

/** What to report, and where to. */
export interface LoopTelemetryOptions {
  /** The loop; by default the running one. */
  loop?: AbstractEventLoop | null;
  /** Where the metrics go; by default the global one. */
  meterProvider?: MeterProvider | null;
  /** Where the spans go; by default the global one. */
  tracerProvider?: TracerProvider | null;
  /** Whether there is a span around each task; by default not. */
  spans?: boolean | null;
}

/** What reports a loop. */
export interface LoopTelemetry extends Disposable {
  /** Stops reporting. */
  stop(): void;
}

/**
 * Reports a loop to OpenTelemetry: the metrics `bight.loop.lag`, `bight.loop.busy`, `bight.loop.iteration.duration`,
 * `bight.task.active`, `bight.task.duration`, `bight.connection.active`, `bight.connection.buffered`,
 * `bight.executor.queued`, and, as OpenTelemetry's own instrumentation of asyncio names them, `asyncio.process.created`
 * and `asyncio.process.duration`.
 *
 * @throws {RuntimeError} when no loop runs and none is named
 * @throws {TypeError} for a loop of another kind, and for an invalid provider
 */
export function observeLoop(options?: LoopTelemetryOptions | null): LoopTelemetry {
  const { loop: named, meterProvider, tracerProvider, spans } = checkOptions(options, OPTIONS);
  const loop = named ?? getRunningLoop();
  if (!(loop instanceof CoreEventLoop)) {
    throw new TypeError(`loop must be a loop of bight, not ${describeValue(loop)}`);
  }
  checkProvider(meterProvider, 'meterProvider', 'getMeter');
  checkProvider(tracerProvider, 'tracerProvider', 'getTracer');
  const meter: Meter = (meterProvider ?? metrics.getMeterProvider()).getMeter(NAME);
  const gauges = new LoopGauges(loop, meter);
  const instruments: Instrument[] = [new LoopTimes(meter), new TaskMetrics(meter)];
  if (spans) instruments.push(new TaskSpans((tracerProvider ?? trace.getTracerProvider()).getTracer(NAME)));
  for (const instrument of instruments) loop.addInstrument(instrument);
  const stop = (): void => {
    gauges.stop();
    for (const instrument of instruments) loop.removeInstrument(instrument);
  };
  return { stop, [Symbol.dispose]: stop };
}

function checkProvider(value: unknown, name: string, method: string): void {
  if (value === undefined || value === null) return;
  const isProvider = typeof (value as Record<string, unknown>)[method] === 'function';
  if (!isProvider) throw typeError(name, `an object with ${method}()`, value);
}
