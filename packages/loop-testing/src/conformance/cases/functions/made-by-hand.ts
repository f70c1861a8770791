import { RuntimeError } from '@bight/loop-abstract';
import {
  ConcurrentFuture,
  captureCallGraph,
  coroutine,
  createEagerTaskFactory,
  createTask,
  DefaultEventLoopPolicy,
  eagerTaskFactory,
  Future,
  type FutureLoop,
  formatCallGraph,
  formatTaskTree,
  futureAddToAwaitedBy,
  futureDiscardFromAwaitedBy,
  getEventLoop,
  getEventLoopPolicy,
  isFuture,
  newEventLoop,
  printCallGraph,
  printTaskTree,
  run,
  runCoroutineThreadsafe,
  setEventLoop,
  setEventLoopPolicy,
  sleep,
  Task,
} from '@bight/loop-core';
import { type CaseDefinition, suite } from '../../case.js';
import { deepEqual, equal, fails, ok, throws } from '../../check.js';

/** What a program makes itself, rather than through the loop's methods: on this loop all the same. */
export const madeByHandCases: CaseDefinition[] = [
  ...suite('TaskLoop', 'made by hand,', (define) => {
    define('a Future of the loop is awaited', async ({ loop, task }) => {
      await task(async () => {
        const future = new Future<string>({ loop: loop as FutureLoop });
        ok(isFuture(future));
        equal(future.getLoop(), loop);
        loop.callSoon(() => future.setResult('set'));
        equal(await future, 'set');
      });
    });

    define('a Task runs on the loop', async ({ loop, run: inside, trace }) => {
      await inside(async () => {
        const made = new Task(async () => await sleep(0, { result: 'ran' }), { loop: loop as FutureLoop });
        trace.push('made');
        equal(await made, 'ran');
        const failing = new Task(
          function* () {
            yield* sleep(0);
            throw new RangeError('failed');
          },
          { loop: loop as FutureLoop },
        );
        await fails(() => failing, RangeError, 'failed');
      });
    });

    define('a coroutine method is under way at once, and costs its caller no turn', async (c) => {
      const { loop, task, trace, note } = c;
      await task(async () => {
        loop.callSoon(note('turn'));
        const begun = coroutine(loop as FutureLoop, async () => {
          trace.push('begun');
          return 'result';
        });
        trace.push(await begun);
        await sleep(0);
      });
      deepEqual(trace, ['begun', 'result', 'turn']);
    });

    define('a call graph shows what waits for a future', async ({ loop, task }) => {
      await task(async () => {
        const future = new Future<string>({ loop: loop as FutureLoop });
        const waiter = new Task(async () => await future, { loop: loop as FutureLoop, name: 'waiter' });
        await sleep(0);
        equal(captureCallGraph(future)?.awaitedBy[0]?.future, waiter);
        ok(formatCallGraph(future).includes("* Task(name='waiter')"), formatCallGraph(future));
        const foreign = new Future<string>({ loop: loop as FutureLoop });
        futureAddToAwaitedBy(foreign, waiter);
        let printed = '';
        printCallGraph(foreign, { file: { write: (text: string) => (printed += text) } });
        ok(printed.includes('waiter'), printed);
        futureDiscardFromAwaitedBy(foreign, waiter);
        equal(captureCallGraph(foreign)?.awaitedBy.length, 0);
        future.setResult('set');
        equal(await waiter, 'set');
      });
    });

    define('eager tasks start within createTask()', async ({ loop, task, trace }) => {
      class OwnTask<T> extends Task<T> {}
      await task(async () => {
        const before = loop.getTaskFactory();
        for (const factory of [eagerTaskFactory, createEagerTaskFactory(OwnTask)]) {
          loop.setTaskFactory(factory);
          const made = createTask(function* () {
            trace.push('started');
            return yield* sleep(0, { result: 'done' });
          });
          trace.push('made');
          equal(made instanceof OwnTask, factory !== eagerTaskFactory);
          trace.push(await made);
        }
        loop.setTaskFactory(before);
      });
      deepEqual(trace, ['started', 'made', 'done', 'started', 'made', 'done']);
    });

    define('runCoroutineThreadsafe() gives a future that needs no loop', async ({ loop, run: inside }) => {
      await inside(async () => {
        const future = runCoroutineThreadsafe(async () => await sleep(0, { result: 'result' }), loop);
        ok(future instanceof ConcurrentFuture);
        equal(await future, 'result');
        const cancelled = runCoroutineThreadsafe(async () => await loop.createFuture(), loop);
        equal(cancelled.cancel(), true);
        equal(cancelled.cancelled(), true);
        await sleep(0);
      });
    });
  }),

  ...suite(
    'TaskLoop',
    'its tasks',
    (define) => {
      define('are drawn as a tree', async ({ task }) => {
        await task(async () => {
          const waiting = createTask(async () => await sleep(60), { name: 'drawn' });
          await sleep(0);
          let printed = '';
          printTaskTree({ file: { write: (text: string) => (printed += text) } });
          ok(formatTaskTree().includes('drawn'), formatTaskTree());
          ok(printed.includes('drawn'), printed);
          waiting.cancel();
          await sleep(0);
        });
      });
    },
    { needs: ['coreTasks'] },
  ),

  ...suite(
    'TaskLoop',
    'a policy',
    (define) => {
      define('makes the loop of newEventLoop() and of run()', async ({ loop, defer }) => {
        class Policy extends DefaultEventLoopPolicy {
          override newEventLoop() {
            return loop;
          }
        }
        const policy = new Policy();
        defer(() => setEventLoopPolicy(null));
        setEventLoopPolicy(policy);
        equal(getEventLoopPolicy(), policy);
        equal(newEventLoop(), loop);
        equal(getEventLoop(), loop);
        setEventLoop(null);
        throws(() => getEventLoop(), RuntimeError);
        setEventLoop(loop);
        equal(getEventLoop(), loop);
        equal(await run(async () => await sleep(0, { result: getEventLoop() === loop })), true);
        equal(loop.isClosed(), true);
      });
    },
    { states: ['fresh'] },
  ),
];
