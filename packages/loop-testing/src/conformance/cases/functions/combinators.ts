import { CancelledError, RuntimeError, TimeoutError } from '@bight/loop-abstract';
import {
  allTasks,
  asCompleted,
  createTask,
  ensureFuture,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  gather,
  getEventLoop,
  getRunningLoop,
  isFuture,
  shield,
  sleep,
  staggeredRace,
  wait,
  waitFor,
  wrapFuture,
} from '@bight/loop-core';
import { type CaseDefinition, suite } from '../../case.js';
import { deepEqual, equal, fails, ok } from '../../check.js';

const values = [async () => await sleep(0, { result: 'a' }), async () => await sleep(0.001, { result: 'b' })];

/** What combines awaitables: coroutine functions become tasks of the loop, whatever these are. */
export const combinatorCases: CaseDefinition[] = suite('TaskLoop', 'combined,', (define) => {
  define('gather() gives the results in order', async ({ task }) => {
    deepEqual(await task(async () => await gather(values)), ['a', 'b']);
  });

  define('gather() takes tasks and futures of the loop', async ({ loop, task }) => {
    const results = await task(async () => {
      const future = loop.createFuture<string>();
      loop.callSoon(() => future.setResult('c'));
      return await gather([loop.createTask(values[0]!), future, values[1]!] as PromiseLike<string>[]);
    });
    deepEqual(results, ['a', 'c', 'b']);
  });

  define('gather() can return exceptions, and be cancelled', async ({ loop, run, turns }) => {
    await run(async () => {
      const failing = async () => {
        throw new RangeError('failed');
      };
      const [error] = (await gather([failing], { returnExceptions: true })) as unknown[];
      ok(error instanceof RangeError);
      await fails(() => gather([failing, values[0]!]), RangeError, 'failed');
      const pending = loop.createFuture();
      const outer = gather([async () => await pending]);
      await turns(2);
      equal(outer.cancel(), true);
      await fails(() => outer, CancelledError);
      equal(pending.cancelled(), true);
    });
  });

  define('wait() gives the tasks that were given, by what has become of them', async ({ loop, task }) => {
    await task(async () => {
      const quick = loop.createTask(values[0]!);
      const slow = loop.createTask(async () => await loop.createFuture());
      const tasks = [quick, slow] as unknown as PromiseLike<unknown>[];
      for (const options of [
        { returnWhen: FIRST_COMPLETED },
        { returnWhen: FIRST_EXCEPTION, timeout: 0.001 },
      ] as const) {
        const [done, pending] = await wait(tasks, options);
        deepEqual([...done], [quick]);
        deepEqual([...pending], [slow]);
      }
      slow.cancel();
      const [done, pending] = await wait(tasks);
      equal(done.size, 2);
      equal(pending.size, 0);
    });
  });

  define('wait() makes tasks of coroutine functions', async ({ task }) => {
    const [done] = await task(async () => await wait(values));
    deepEqual([...done].map((future) => future.result()).sort(), ['a', 'b']);
  });

  define('asCompleted() gives results in the order in which they come', async ({ loop, task, trace }) => {
    await task(async () => {
      const [slow, quick] = [loop.createFuture<string>(), loop.createTask(async () => 'quick')];
      quick.addDoneCallback(() => slow.setResult('slow'));
      const given = [slow, quick] as unknown as PromiseLike<string>[];
      for await (const future of asCompleted(given)) {
        // Not awaited: TypeScript's `for await` has it so.
        const done = future as unknown as PromiseLike<string> & { result(): string };
        trace.push(given.indexOf(done), done.result());
      }
      for (const future of asCompleted(given, { timeout: 60 })) await future;
    });
    deepEqual(trace, [1, 'quick', 0, 'slow']);
  });

  define('waitFor() ends in time, and cancels what does not', async ({ loop, task }) => {
    await task(async () => {
      equal(await waitFor(values[0]!, 60), 'a');
      equal(await waitFor(values[0]!, null), 'a');
      const future = loop.createFuture();
      await fails(() => waitFor(future, 0.001), TimeoutError);
      equal(future.cancelled(), true);
      await fails(() => waitFor(async () => await loop.createFuture(), 0.001), TimeoutError);
      await fails(() => waitFor(gather([async () => await loop.createFuture()]), 0.001), TimeoutError);
    });
  });

  define('shield() keeps a cancel from what is inside', async ({ loop, run, turns }) => {
    await run(async () => {
      const inner = loop.createFuture<string>();
      const outer = shield(async () => await inner);
      await turns(2);
      outer.cancel();
      await fails(() => outer, CancelledError);
      equal(inner.cancelled(), false);
      inner.setResult('goes on');
      equal(await shield(inner), 'goes on');
    });
  });

  define('staggeredRace() gives the first result', async ({ loop, task }) => {
    const race = await task(
      async () => await staggeredRace([async () => await loop.createFuture<string>(), values[0]!], 0.001),
    );
    equal(race[0], 'a');
  });

  define('sleep() takes a turn, or a time', async ({ loop, task, trace, note }) => {
    await task(async () => {
      loop.callSoon(note('turn'));
      await sleep(0);
      trace.push('slept');
      const began = loop.time();
      await sleep(0.002);
      ok(loop.time() - began >= 0.001);
    });
    deepEqual(trace, ['turn', 'slept']);
  });

  define('ensureFuture() and wrapFuture() give futures', async ({ loop, task }) => {
    await task(async () => {
      const future = ensureFuture(values[0]!);
      ok(isFuture(future));
      equal(future.getLoop(), loop);
      equal(await future, 'a');
      equal(await wrapFuture(Promise.resolve('wrapped')), 'wrapped');
      equal(await ensureFuture(loop.createTask(values[1]!)), 'b');
    });
  });

  define('getRunningLoop(), createTask() and allTasks() know the loop and its tasks', async (c) => {
    const { loop, task } = c;
    await task(async () => {
      equal(getRunningLoop(), loop);
      equal(getEventLoop(), loop);
      const future = loop.createFuture<void>();
      const waiting = createTask(async () => await future, { name: 'waiting' });
      const names = () => [...allTasks()].map((each) => each.getName());
      ok(names().includes('waiting'), `allTasks() has ${names()}`);
      future.setResult();
      await waiting;
      ok(!names().includes('waiting'), `allTasks() still has ${names()}`);
    });
  });

  define(
    'futures find their loop outside of it',
    async ({ loop }) => {
      const futures = [loop.createFuture<string>(), loop.createFuture<string>()];
      for (const [n, future] of futures.entries()) loop.callSoon(() => future.setResult(`${n}`));
      const given = futures as unknown as PromiseLike<string>[];
      const both = gather(given);
      const [done] = await loop.runUntilComplete(wait(given));
      deepEqual(new Set(done), new Set(futures as unknown[]));
      deepEqual(await loop.runUntilComplete(both), ['0', '1']);
      for (const future of asCompleted(given)) await loop.runUntilComplete(future);
      equal(await loop.runUntilComplete(shield(given[0]!)), '0');
      equal(await loop.runUntilComplete(waitFor(given[1]!, 60)), '1');
      await fails(() => wait(values), RuntimeError);
    },
    { states: ['fresh', 'stopped', 'debug'] },
  );
});
