import { writeFileSync } from 'node:fs';
import { inspect } from 'node:util';
import v8 from 'node:v8';
import { CancelledError, LookupError, RuntimeError, TimeoutError, ValueError } from '@bight/loop-abstract';
import { asCompleted, type Future, gather, sleep, waitFor } from '@bight/loop-core';
import { color } from '../../executor-jobs.js';
import { equal, fails, ok, throws } from '../check.js';
import type { ExecutorCase, ExecutorRequest } from './executor-under-test.js';

/** One behaviour of an executor. */
export interface ExecutorCaseDefinition {
  readonly name: string;
  readonly request: Partial<ExecutorRequest>;
  readonly check: (c: ExecutorCase) => Promise<void>;
}

const cases: ExecutorCaseDefinition[] = [];
const define = (
  name: string,
  check: (c: ExecutorCase) => Promise<void>,
  request: Partial<ExecutorRequest> = {},
): unknown => cases.push({ name, check, request });

/**
 * Checks that two values are equal as data. A test runner may have made them in different realms, which makes different
 * classes of them.
 */
function same(actual: unknown, expected: unknown): void {
  if (!v8.serialize(actual).equals(v8.serialize(expected))) equal(inspect(actual), inspect(expected));
}

/** A value that JSON does not keep: with a cycle, a shared object, and types of its own. */
function richValue(): Record<string, unknown> {
  const shared = { n: -0 };
  const value: Record<string, unknown> = {
    map: new Map<unknown, unknown>([['a', new Set([1n])]]),
    date: new Date(7),
    bytes: new Uint8Array([1, 2, 3]),
    nothing: undefined,
    numbers: [Number.NaN, Number.POSITIVE_INFINITY],
    hole: Object.assign(new Array(3), { 0: 1, 2: 3 }),
    pattern: /a/g,
    shared,
    again: shared,
  };
  value.self = value;
  return value;
}

define('submit() gives the result of a plain function', async ({ executor, job }) => {
  equal(await executor.submit(job('add'), [1, 2]), 3);
  equal(executor.state, 'connected');
});

define('submit() gives the result of an async function and of a generator', async ({ executor, job }) => {
  equal(await executor.submit(job('addLater'), [1, 2]), 3);
  equal(await executor.submit(job('addByGenerator'), [3, 4]), 7);
});

define('submit() clones values that JSON does not keep', async ({ executor, job }) => {
  const copy = (await executor.submit(job('identity'), [richValue()])) as Record<string, never>;
  same(copy.map, new Map<unknown, unknown>([['a', new Set([1n])]]));
  same(copy.date, new Date(7));
  same([...(copy.bytes as Uint8Array)], [1, 2, 3]);
  same(copy.numbers, [Number.NaN, Number.POSITIVE_INFINITY]);
  ok('nothing' in copy && copy.nothing === undefined);
  ok(!(1 in (copy.hole as unknown[])));
  equal(String(copy.pattern), '/a/g');
  ok(copy.shared === copy.again);
  ok(Object.is((copy.shared as { n: number }).n, -0));
  ok((copy.self as unknown) === copy);
});

define('submit() keeps what JSON keeps, and undefined', async ({ executor, job }) => {
  for (const value of [null, undefined, '', '\ud800', 0, { a: [{ b: 'ä' }] }, { bight: 1 }, { toJSON: 1 }]) {
    same(await executor.submit(job('identity'), [value]), value);
  }
});

define('submit() sends values of several megabytes', async ({ executor, job }) => {
  equal(await executor.submit(job('sizeOf'), [Buffer.alloc(3_000_000)]), 3_000_000);
  const result = (await executor.submit(job('bytes'), [3_000_000])) as Uint8Array;
  equal(result.length, 3_000_000);
  ok(result.every((byte) => byte === 7));
});

define('submit() fails for arguments and results that cannot be sent', async ({ executor, job }) => {
  const error = await fails(() => executor.submit(job('identity'), [() => 1]), DOMException);
  equal(error.name, 'DataCloneError');
  equal((await fails(() => executor.submit(job('returnFunction')), DOMException)).name, 'DataCloneError');
});

define('an error arrives with its class, its cause and its properties', async ({ executor, job }) => {
  const error = await fails(() => executor.submit(job('fail'), ['the message']), RangeError, 'the message');
  equal((error.cause as Error).message, 'the cause');
  same((error as Error & { detail: unknown }).detail, { n: 1 });
  ok(error.stack?.includes('fail'));
});

define('a function that is not there is a LookupError, and is not tried again', async ({ executor, job }) => {
  for (const name of ['missing', 'number', 'toString']) {
    await fails(() => executor.submit(job(name), [], { retries: 3 }), LookupError, name);
  }
  same(
    (await executor.deadLetters()).map(({ attempts }) => attempts),
    [1, 1, 1],
  );
});

define('retries are further tries, and a job knows which it is', async ({ executor, job }) => {
  equal(await executor.submit(job('failUntil'), [3], { retries: 2, backoff: 0.01 }), 3);
  await fails(() => executor.submit(job('failUntil'), [3], { retries: 1 }), RangeError, 'attempt 2');
});

define('the back-off is in seconds, and doubles with each try', async ({ executor, job }) => {
  // The workers may have to start first.
  await executor.submit(job('add'), [1, 2]);
  const before = Date.now();
  equal(await executor.submit(job('failUntil'), [3], { retries: 2, backoff: 0.2 }), 3);
  ok(Date.now() - before >= 598);
});

define(
  'a job has one id in all its attempts, by which its work is done once',
  async ({ executor, job, file, lines }) => {
    const ledger = file();
    const options = { retries: 1, backoff: 0.01 };
    const jobs = [1, 2, 3].map(() => executor.submit(job('book'), [ledger], options));
    same(await gather(jobs as unknown as Future<unknown>[]), [2, 2, 2]);
    const ids = await lines(ledger, 3);
    equal(ids.length, 3);
    equal(new Set(ids).size, 3);
  },
);

define('a job that fails as often as it may is a dead letter', async ({ executor, job, file, lines }) => {
  const log = file();
  await fails(() => executor.submit(job('noteAndFail'), [log], { retries: 2, key: 'doomed' }), RangeError);
  same(await lines(log, 3), ['1', '2', '3']);
  const [letter, ...others] = await executor.deadLetters();
  same(others, []);
  const { id, name, args, attempts, error } = letter!;
  same({ id, name, args, attempts }, { id: 'doomed', name: 'noteAndFail', args: [log], attempts: 3 });
  equal((error as Error).message, 'failed again');
  // A dead letter is no live job: the same key begins a new one.
  equal(await executor.submit(job('add'), [1, 1], { key: 'doomed' }), 2);
});

define('the time limit cancels the job, and is a TimeoutError', async ({ executor, job, file, lines }) => {
  const log = file();
  await fails(() => executor.submit(job('waitForCancel'), [log], { timeout: 0.2 }), TimeoutError);
  same(await lines(log, 3), ['begun', 'aborted', 'finally']);
});

define(
  'jobs with lower priority numbers begin first, and those without one before them',
  async ({ executor, job, file, lines }) => {
    const [log, gate] = [file(), file()];
    const first = executor.submit(job('waitForFile'), [gate, log], { key: 'first' });
    await lines(log, 1);
    const others = [3, 1, 2, 0].map((priority) =>
      executor.submit(job('note'), [log, `${priority}`], { priority }),
    );
    while ((await executor.statistics()).waiting < 4) await sleep(0.02);
    writeFileSync(gate, '');
    await gather([first, ...others] as unknown as Future<unknown>[]);
    same(await lines(log, 5), ['first', '0', '1', '2', '3']);
  },
  { concurrency: 1 },
);

define('a delayed job does not begin before', async ({ executor, job }) => {
  const before = Date.now();
  const delayed = executor.submit(job('time'), [], { delay: 0.3 });
  while ((await executor.statistics()).delayed === 0 && !delayed.done()) await sleep(0.01);
  ok(((await delayed) as number) - before >= 299);
});

define('progress arrives in order, with the id, the attempt and the headers', async ({ executor, job }) => {
  const seen: unknown[] = [];
  const value = new Map([['a', 1]]);
  const options = {
    key: 'reporting: %1',
    headers: { traceparent: '00-1-2-01' },
    onProgress: (progress: unknown) => seen.push(progress),
  };
  const result = await executor.submit(job('report'), [[1, value, null]], options);
  same(result, { id: 'reporting: %1', attempt: 1, headers: { traceparent: '00-1-2-01' } });
  while (seen.length < 3) await sleep(0.01);
  same(seen, [1, value, null]);
});

define('a second submission with a live key joins the job', async ({ executor, job }) => {
  const [a, b] = [0, 1].map(() => executor.submit(job('unique'), [0.3], { key: '42' }));
  const other = executor.submit(job('unique'), [0.1], { key: '43' });
  const [one, another, third] = await gather([a, b, other] as unknown as Future<unknown>[]);
  equal(one, another);
  ok(third !== one);
  // That job has ended.
  ok((await executor.submit(job('unique'), [0], { key: '42' })) !== one);
});

define(
  'a job with a key is cancelled with the last of its futures',
  async ({ executor, job, file, lines }) => {
    const log = file();
    const [a, b] = [0, 1].map(() => executor.submit(job('waitForCancel'), [log], { key: 'shared' }));
    await lines(log, 1);
    ok(a!.cancel());
    await fails(() => a!, CancelledError);
    equal(await executor.submit(job('add'), [1, 2]), 3);
    same(await lines(log, 1), ['begun']);
    ok(b!.cancel());
    // A submission now is a new job, which begins after the other has ended.
    const next = executor.submit(job('note'), [log, 'next'], { key: 'shared' });
    equal(await next, 'next');
    same((await lines(log, 4)).toSorted(), ['aborted', 'begun', 'finally', 'next']);
    equal((await lines(log, 4)).at(-1), 'next');
  },
);

define(
  'a job that waits never begins once it was cancelled',
  async ({ executor, job, file, lines }) => {
    const [log, gate] = [file(), file()];
    const first = executor.submit(job('waitForFile'), [gate, log], { key: 'first' });
    await lines(log, 1);
    const cancelled = executor.submit(job('note'), [log, 'cancelled']);
    const last = executor.submit(job('note'), [log, 'last']);
    const delayed = executor.submit(job('note'), [log, 'delayed'], { delay: 60 });
    ok(cancelled.cancel() && delayed.cancel());
    ok(!cancelled.cancel() && cancelled.cancelled());
    equal((await executor.statistics()).running, 1);
    writeFileSync(gate, '');
    await gather([first, last] as unknown as Future<unknown>[]);
    await fails(() => cancelled, CancelledError);
    same(await lines(log, 2), ['first', 'last']);
  },
  { concurrency: 1 },
);

define(
  'a job that is cancelled in the turn in which it was submitted never begins',
  async ({ executor, job, file, lines }) => {
    const log = file();
    executor.submit(job('note'), [log, 'cancelled']).cancel();
    await executor.submit(job('note'), [log, 'other']);
    same(await lines(log, 1), ['other']);
  },
);

define(
  'cancelling a running job runs its finally and aborts its signal',
  async ({ executor, job, file, lines }) => {
    const log = file();
    const future = executor.submit(job('waitForCancel'), [log]);
    await lines(log, 1);
    while (!future.running()) await sleep(0.01);
    ok(future.cancel());
    await fails(() => future, CancelledError);
    same((await lines(log, 3)).toSorted(), ['aborted', 'begun', 'finally']);
    same(await executor.deadLetters(), []);
  },
);

define('waitFor() cancels the job', async ({ executor, job, file, lines }) => {
  const log = file();
  const future = executor.submit(job('waitForCancel'), [log]);
  await lines(log, 1);
  await fails(() => waitFor(future as unknown as Future<unknown>, 0.05), TimeoutError);
  ok((await lines(log, 3)).includes('finally'));
});

define('futures can be gathered, and taken as they complete', async ({ executor, job }) => {
  const submit = (seconds: number) =>
    executor.submit(job('addLater'), [seconds, 1]) as unknown as Future<number>;
  same(await gather([submit(1), submit(2), submit(3)]), [2, 3, 4]);
  let sum = 0;
  for await (const result of asCompleted([submit(1), submit(2)])) sum += (await result) as number;
  equal(sum, 5);
});

define('many jobs end, each with its own result', async ({ executor, job }) => {
  const numbers = Array.from({ length: 300 }, (_, n) => n);
  const futures = numbers.map((n) => executor.submit(job('add'), [n, 1]) as unknown as Future<number>);
  same(
    await gather(futures),
    numbers.map((n) => n + 1),
  );
});

define('map() yields in the order of the items', async ({ executor, job }) => {
  const results: unknown[] = [];
  for await (const result of executor.map(job('identity'), ['a', 'b', 'c'])) results.push(result);
  same(results, ['a', 'b', 'c']);
});

define('map() takes no more items ahead than bufferSize', async ({ executor, job }) => {
  let taken = 0;
  function* items(): Generator<number, void> {
    for (;;) yield taken++;
  }
  let delivered = 0;
  for await (const result of executor.map(job('identity'), items(), { bufferSize: 3 })) {
    equal(result, delivered++);
    ok(taken <= delivered + 3);
    if (delivered === 10) break;
  }
  throws(() => executor.map(job('identity'), [], { bufferSize: 0 }), ValueError);
  throws(() => executor.map(job('identity'), [], { bufferSize: 1.5 }), TypeError);
});

define('map() fails with the first error, and cancels the rest', async ({ executor, job, file, lines }) => {
  const log = file();
  await fails(async () => {
    for await (const _ of executor.map(job('noteAndFail'), [log, log, log])) ok(false);
  }, RangeError);
  ok((await lines(log, 1)).every((line) => line === '1'));
});

define(
  'context variables travel by name, with the value of the moment',
  async ({ executor, job }) => {
    equal(await executor.submit(job('readColor')), 'none');
    using _ = color.set('red');
    const future = executor.submit(job('readColor'));
    color.set('blue');
    equal(await future, 'red');
  },
  { contextVars: [color as never] },
);

define('bad input is refused before a job is made', async ({ executor, job }) => {
  throws(() => executor.submit((() => 1) as never), TypeError, 'taskFrom');
  throws(() => executor.submit(job('add'), 1 as never), TypeError, 'args');
  throws(() => executor.submit(job('add'), [], { retry: 1 }), TypeError, 'retries');
  throws(() => executor.submit(job('add'), [], { retries: -1 }), ValueError, 'retries');
  throws(() => executor.submit(job('add'), [], { retries: '1' }), TypeError, 'retries');
  throws(() => executor.submit(job('add'), [], { timeout: 0 }), ValueError, 'timeout');
  throws(() => executor.submit(job('add'), [], { delay: Number.NaN }), ValueError, 'delay');
  throws(() => executor.submit(job('add'), [], { backoff: -1 }), ValueError, 'backoff');
  throws(() => executor.submit(job('add'), [], { priority: 1.5 }), ValueError, 'priority');
  throws(() => executor.submit(job('add'), [], { key: '' }), ValueError, 'key');
  throws(() => executor.submit(job('add'), [], { onProgress: 1 }), TypeError, 'onProgress');
  throws(() => executor.submit(job('add'), [], { headers: { a: 1 } }), TypeError, 'headers');
  throws(() => executor.map(job('add'), 1 as never), TypeError, 'items');
});

define('shutdown() waits for the jobs, and no more are taken', async ({ executor, job, file, lines }) => {
  const log = file();
  const future = executor.submit(job('addLater'), [1, 2]);
  const cancelled = executor.submit(job('waitForCancel'), [log]);
  await lines(log, 1);
  cancelled.cancel();
  await executor.shutdown();
  equal(await future, 3);
  // The worker has let the cancelled job end.
  ok((await lines(log, 1)).includes('finally'));
  throws(() => executor.submit(job('add'), [1, 2]), RuntimeError, 'after shutdown');
  equal(executor.state, 'closed');
  await executor.shutdown();
});

define(
  'shutdown({ cancelFutures }) cancels what waits and what runs',
  async ({ executor, job, file, lines }) => {
    const log = file();
    const futures = Array.from({ length: 5 }, () => executor.submit(job('waitForCancel'), [log]));
    await lines(log, 2);
    await executor.shutdown({ cancelFutures: true });
    for (const future of futures) await fails(() => future, CancelledError);
    const found = await lines(log, 2);
    equal(found.filter((line) => line === 'begun').length, found.filter((line) => line === 'finally').length);
  },
);

/** All behaviours. */
export const executorCases: readonly ExecutorCaseDefinition[] = cases;
