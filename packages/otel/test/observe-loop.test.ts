import { CoreEventLoop, createTask, sleep } from '@bight/loop-core';
import { trackHandle, untrackHandle } from '@bight/loop-core/low-level';
import { describe, expect, test } from '@jest/globals';
import { context, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { runInLoop } from '../../../test/support/run-in-loop.js';
import { observeLoop } from '../src/index.js';

const inLoop = <T>(main: (loop: CoreEventLoop) => Promise<T>) => runInLoop(CoreEventLoop, main);

/** A meter provider, and what it has exported, by the names of the metrics. */
function meters() {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const provider = new MeterProvider({ readers: [reader] });
  const collect = async () => {
    await reader.forceFlush();
    const scopes = exporter.getMetrics().at(-1)?.scopeMetrics ?? [];
    const metrics = scopes.flatMap((scope) => scope.metrics);
    return new Map(metrics.map((metric) => [metric.descriptor.name, metric.dataPoints]));
  };
  return { provider, collect };
}

describe('observeLoop()', () => {
  test('reports the metrics of a loop', () =>
    inLoop(async (loop) => {
      const { provider, collect } = meters();
      const telemetry = observeLoop({ meterProvider: provider });
      const handle = { getWriteBufferSize: () => 7 };
      trackHandle(loop, 'transport', handle);
      await createTask(() => sleep(0.001));
      await createTask(async () => {
        throw new Error('x');
      }).then(undefined, () => {});
      const waiting = createTask(() => sleep(1000));
      await sleep(0);
      // The loop may be so late that a timer is due before it polls; then it is not late for the poll.
      let metrics = await collect();
      for (; !metrics.has('bight.loop.lag'); metrics = await collect()) await sleep(0.005);
      expect([...metrics.keys()].sort()).toEqual([
        'asyncio.process.created',
        'asyncio.process.duration',
        'bight.connection.active',
        'bight.connection.buffered',
        'bight.executor.queued',
        'bight.loop.busy',
        'bight.loop.iteration.duration',
        'bight.loop.lag',
        'bight.task.active',
        'bight.task.duration',
      ]);
      expect(metrics.get('asyncio.process.created')?.[0]?.value).toBe(3);
      const ended = metrics.get('bight.task.duration')?.map(({ attributes }) => attributes.state);
      expect(ended?.sort()).toEqual(['exception', 'finished']);
      const active = metrics.get('bight.task.active')?.reduce((sum, { value }) => sum + (value as number), 0);
      expect(active).toBe(2);
      expect(metrics.get('bight.connection.active')?.[0]?.value).toBe(1);
      expect(metrics.get('bight.connection.buffered')?.[0]?.value).toBe(7);
      const busy = metrics.get('bight.loop.busy')?.[0]?.value as number;
      expect(busy).toBeGreaterThanOrEqual(0);
      expect(busy).toBeLessThanOrEqual(1);
      untrackHandle(loop, handle);
      waiting.cancel();
      await waiting.then(undefined, () => {});
      telemetry.stop();
      await provider.shutdown();
    }));

  test('puts a span around each task, below the one in which it was made', () =>
    inLoop(async () => {
      const manager = new AsyncLocalStorageContextManager();
      context.setGlobalContextManager(manager);
      const exporter = new InMemorySpanExporter();
      const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
      {
        using _telemetry = observeLoop({ tracerProvider: provider, spans: true });
        const outer = provider.getTracer('test').startSpan('outer');
        await context.with(trace.setSpan(context.active(), outer), async () => {
          const works = async () => void (await sleep(0));
          await createTask(works);
          const fails = async () => {
            throw new Error('x');
          };
          await createTask(fails).then(undefined, () => {});
        });
        outer.end();
      }
      await createTask(async () => {});
      const spans = exporter.getFinishedSpans();
      expect(spans.map(({ name }) => name)).toEqual(['works', 'fails', 'outer']);
      const [first, second, last] = spans;
      expect(first?.parentSpanContext?.spanId).toBe(last?.spanContext().spanId);
      expect(first?.attributes['bight.task.state']).toBe('finished');
      expect(second?.status.code).toBe(SpanStatusCode.ERROR);
      context.disable();
    }));

  test('refuses unknown options, foreign loops, and invalid providers', () =>
    inLoop(async () => {
      expect(() => observeLoop({ slip: 1 } as never)).toThrow(TypeError);
      expect(() => observeLoop({ loop: {} as never })).toThrow(TypeError);
      for (const name of ['meterProvider', 'tracerProvider']) {
        expect(() => observeLoop({ [name]: {} } as never)).toThrow(`${name} must be an object with get`);
      }
    }));
});
