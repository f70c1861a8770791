import { taskFrom } from '@bight/executors';
import type { CoroutineFunction } from '@bight/loop-abstract';
import { CoreEventLoop, sleep } from '@bight/loop-core';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { runInLoop } from '../../../../test/support/run-in-loop.js';
import { QueueExecutor } from '../../src/index.js';
import { KnownVariables } from '../../src/running/known-variables.js';
import { RunningJob } from '../../src/running/running-job.js';
import { ownJobs } from '../support/paths.js';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';
const headers = { traceparent: `00-${traceId}-${spanId}-01` };

// Jobs are given to a worker with what OpenTelemetry's own API and propagator make of the current trace.
beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
});

afterAll(() => {
  context.disable();
  propagation.disable();
});

const currentSpan = () => trace.getSpanContext(context.active())?.spanId;

const functions: [form: string, func: CoroutineFunction<unknown>][] = [
  [
    'an async function',
    async () => {
      const before = currentSpan();
      await sleep(0);
      return [before, currentSpan()];
    },
  ],
  [
    'a generator function',
    function* () {
      const before = currentSpan();
      yield* sleep(0);
      return [before, currentSpan()];
    },
  ],
];

test.each(functions)('%s runs in the trace of its headers, after each wait as well', (_form, func) =>
  runInLoop(CoreEventLoop, async (loop: CoreEventLoop) => {
    for (const timeoutSeconds of [null, 10]) {
      const job = { id: '1', attempt: 1, headers, updateProgress() {} };
      const call = { job: job as never, name: 'f', args: [], variables: [], timeoutSeconds };
      const running = new RunningJob(loop, () => func, new KnownVariables(), call);
      expect(await running.ended).toEqual({ state: 'returned', value: [spanId, spanId] });
    }
    expect(currentSpan()).toBe(undefined);
  }),
);

test('a job has the headers of the trace in which it was submitted; those that the caller names win', () =>
  runInLoop(CoreEventLoop, async () => {
    const executor = QueueExecutor.local({ maxWorkers: 1 });
    const job = taskFrom(ownJobs, 'report');
    const span = trace.setSpanContext(context.active(), { traceId, spanId, traceFlags: 1 });
    const submitted = context.with(span, () => [
      executor.submit(job, [[]]),
      executor.submit(job, [[]], { headers: { tenant: 'a' } }),
      executor.submit(job, [[]], { headers: { traceparent: 'other' } }),
    ]);
    submitted.push(executor.submit(job, [[]]));
    const found = [];
    for (const future of submitted) found.push(((await future) as { headers: object }).headers);
    expect(found).toEqual([headers, { ...headers, tenant: 'a' }, { traceparent: 'other' }, {}]);
    await executor.shutdown();
  }));

test('a job that is cancelled while its function is looked for does not begin', () =>
  runInLoop(CoreEventLoop, async (loop: CoreEventLoop) => {
    let hasBegun = false;
    const func = async () => {
      hasBegun = true;
    };
    let found!: (func: CoroutineFunction<unknown>) => void;
    const search = new Promise<CoroutineFunction<unknown>>((resolve) => {
      found = resolve;
    });
    const job = { id: '1', attempt: 1, headers: {}, updateProgress() {} };
    const call = { job: job as never, name: 'f', args: [], variables: [], timeoutSeconds: null };
    const running = new RunningJob(loop, () => search, new KnownVariables(), call);
    running.cancel(loop);
    found(func);
    expect(await running.ended).toEqual({ state: 'cancelled' });
    await sleep(0);
    expect(hasBegun).toBe(false);
  }));
