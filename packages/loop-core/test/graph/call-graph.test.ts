import {
  CancelScope,
  CoreEventLoop,
  captureCallGraph,
  createTask,
  type Future,
  type FutureCallGraph,
  failAfter,
  formatCallGraph,
  futureAddToAwaitedBy,
  futureDiscardFromAwaitedBy,
  gather,
  getRunningLoop,
  printCallGraph,
  shield,
  sleep,
  type Task,
  TaskGroup,
  timeout,
  wait,
  waitFor,
} from '@bight/loop-core';
import { describe, expect, test } from '@jest/globals';
import { outcome } from '../../../../test/support/outcome.js';
import { inLoop } from '../support/loops.js';

const nameOf = (graph: FutureCallGraph): string => (graph.future as Task).getName?.() ?? 'future';
const waiters = (graph: FutureCallGraph | null): string[] => (graph?.awaitedBy ?? []).map(nameOf);

/** Runs a parent task up to its first wait. @returns what awaits its child */
async function awaiting(parent: (child: Task<number>, future: Future<number>) => PromiseLike<unknown>) {
  const future = getRunningLoop().createFuture<number>() as unknown as Future<number>;
  const child = createTask(async () => await future, { name: 'child' });
  const task = createTask(async () => void (await parent(child, future)), { name: 'parent' });
  for (let turn = 0; turn < 5; turn++) await sleep(0);
  const graph = captureCallGraph(child);
  future.setResult(1);
  await outcome(task);
  return graph;
}

describe('captureCallGraph()', () => {
  test.each<[string, Parameters<typeof awaiting>[0]]>([
    ['await', (child) => child],
    ['gather()', (child) => gather([child, sleep(0)])],
    ['wait()', (child) => wait([child])],
    ['waitFor()', (child) => waitFor(child, 1000)],
    ['shield()', (child) => shield(child)],
    ['timeout()', (child) => timeout(1000).run(async () => await child)],
    ['a nested async function', (child) => (async () => await (async () => await child)())()],
  ])('shows that the parent awaits its child: %s', (_how, parent) =>
    inLoop(async () => {
      const graph = await awaiting(parent);
      expect([nameOf(graph!), ...waiters(graph)]).toEqual(['child', 'parent']);
    }),
  );

  test('shows that a group awaits its children while its body waits for something else', () =>
    inLoop(async () => {
      let child: Task | null = null;
      const parent = createTask(
        async () =>
          await TaskGroup.run(async (group) => {
            child = group.createTask(() => sleep(1000), { name: 'child' }) as unknown as Task;
            await sleep(1000);
          }),
        { name: 'parent' },
      );
      await sleep(0);
      await sleep(0);
      expect(waiters(captureCallGraph(child!))).toEqual(['parent']);
      parent.cancel();
      await outcome(parent);
      expect(waiters(captureCallGraph(child!))).toEqual([]);
    }));

  test('shows what awaits a future', () =>
    inLoop(async (loop) => {
      const future = loop.createFuture();
      const task = createTask(async () => await future, { name: 'waiter' });
      await sleep(0);
      expect(waiters(captureCallGraph(future))).toEqual(['waiter']);
      future.setResult(null);
      await task;
      expect(waiters(captureCallGraph(future))).toEqual([]);
    }));

  test('of the current task has the stack of the caller', () =>
    inLoop(async () => {
      const inner = (depth: number, limit?: number) => captureCallGraph(null, { depth, limit });
      const graph = inner(1);
      expect(graph?.future).toBeDefined();
      expect(graph?.callStack[0]).toEqual({
        functionName: 'inner',
        fileName: expect.stringMatching(/call-graph\.test/),
        lineNumber: expect.any(Number),
        columnNumber: expect.any(Number),
      });
      expect(inner(2)?.callStack[0]?.functionName).not.toBe('inner');
      expect(inner(1, 1)?.callStack).toHaveLength(1);
      expect(inner(1, 0)?.callStack).toEqual([]);
    }));

  test('has stacks of other tasks in debug mode: where they wait', () =>
    inLoop(async (loop) => {
      loop.setDebug(true);
      loop.slowCallbackDuration = 3600;
      const task = createTask(async function sleeper() {
        await sleep(1000);
      });
      await sleep(0);
      await sleep(0);
      expect(captureCallGraph(task)?.callStack[0]).toMatchObject({
        functionName: 'sleeper',
        fileName: expect.stringMatching(/call-graph\.test/),
      });
      task.cancel();
      await outcome(task);
    }));

  test('is null in a callback, and refuses what is wrong', async () => {
    expect(() => captureCallGraph()).toThrow('outside of a running event loop');
    const loop = new CoreEventLoop();
    const results: unknown[] = [];
    loop.callSoon(() => results.push(captureCallGraph(), formatCallGraph()));
    await loop.runUntilComplete(() => sleep(0));
    expect(results).toEqual([null, '']);
    const future = loop.createFuture();
    const { future: captured, ...rest } = captureCallGraph(future)!;
    expect(captured).toBe(future);
    expect(rest).toEqual({ callStack: [], awaitedBy: [] });
    for (const wrong of [5, {}, 'x', Promise.resolve()]) {
      expect(() => captureCallGraph(wrong as never)).toThrow(TypeError);
    }
    expect(() => captureCallGraph(future, { slip: 1 } as never)).toThrow(TypeError);
    expect(() => captureCallGraph(future, { limit: 1.5 })).toThrow('limit must be an integer');
    loop.close();
  });

  test('ends a cycle in a node of its own', () =>
    inLoop(async (loop) => {
      const [a, b] = [loop.createFuture(), loop.createFuture()];
      futureAddToAwaitedBy(a, b);
      futureAddToAwaitedBy(b, a);
      const graph = captureCallGraph(a)!;
      const { future: again, ...rest } = graph.awaitedBy[0]!.awaitedBy[0]!;
      expect(again).toBe(a);
      expect(rest).toEqual({ callStack: [], awaitedBy: [], cycle: true });
      expect(formatCallGraph(a)).toBe(
        [
          '* Future()',
          '  + Awaited by:',
          '    * Future()',
          '      + Awaited by:',
          '        * Future() (cycle)',
        ].join('\n'),
      );
    }));

  test('shows a node that is reached twice as one', () =>
    inLoop(async (loop) => {
      const future = loop.createFuture();
      const [a, b] = ['a', 'b'].map((name) => createTask(async () => await future, { name }));
      const root = createTask(async () => await gather([a!, b!]), { name: 'root' });
      await sleep(0);
      await sleep(0);
      const graph = captureCallGraph(future)!;
      expect(waiters(graph).sort()).toEqual(['a', 'b']);
      expect(graph.awaitedBy[0]?.awaitedBy[0]).toBe(graph.awaitedBy[1]?.awaitedBy[0]);
      expect(formatCallGraph(future).match(/name='root'/g)).toHaveLength(1);
      future.setResult(1);
      await root;
    }));

  test('goes through 5,000 levels', () =>
    inLoop(async (loop) => {
      const first = loop.createFuture();
      let last: Future<unknown> = first as never;
      const futures = [last];
      for (let level = 0; level < 5000; level++) {
        const next = loop.createFuture() as never as Future<unknown>;
        futureAddToAwaitedBy(last, next);
        futures.push(next);
        last = next;
      }
      expect(formatCallGraph(first).split('\n')).toHaveLength(2 * 5000 + 1);
    }));
});

describe('futureAddToAwaitedBy()', () => {
  test('joins futures that do not know each other; twice is once', () =>
    inLoop(async (loop) => {
      const [future, waiter] = [loop.createFuture(), loop.createFuture()];
      futureAddToAwaitedBy(future, waiter);
      futureAddToAwaitedBy(future, waiter);
      expect(captureCallGraph(future)?.awaitedBy).toHaveLength(1);
      expect(captureCallGraph(future)?.awaitedBy[0]?.future).toBe(waiter);
      futureDiscardFromAwaitedBy(future, waiter);
      futureDiscardFromAwaitedBy(future, waiter);
      expect(captureCallGraph(future)?.awaitedBy).toEqual([]);
    }));

  test('ignores what are no futures', () =>
    inLoop(async (loop) => {
      const future = loop.createFuture();
      for (const foreign of [null, undefined, 5, {}, Promise.resolve()]) {
        futureAddToAwaitedBy(future, foreign);
        futureAddToAwaitedBy(foreign, future);
        futureDiscardFromAwaitedBy(foreign, future);
        futureDiscardFromAwaitedBy(future, foreign);
      }
      expect(captureCallGraph(future)?.awaitedBy).toEqual([]);
    }));
});

describe('formatCallGraph()', () => {
  test('indents by four columns a level, and escapes what a terminal would obey', () =>
    inLoop(async () => {
      const child = createTask(() => sleep(1000), { name: "it's \u001b[31m\n" });
      const parent = createTask(async () => void (await child), { name: 'parent' });
      await sleep(0);
      await sleep(0);
      expect(formatCallGraph(child, { limit: 0 })).toBe(
        ["* Task(name='it\\'s \\u001b[31m\\n')", '  + Awaited by:', "    * Task(name='parent')"].join('\n'),
      );
      const written: string[] = [];
      printCallGraph(child, { file: { write: (text) => written.push(text) } });
      expect(written).toEqual([`${formatCallGraph(child)}\n`]);
      parent.cancel();
      await outcome(parent);
    }));
});

describe('time limits', () => {
  test('of a task are those of its time-outs and scopes, the innermost first', () =>
    inLoop(async () => {
      const future = getRunningLoop().createFuture<void>() as unknown as Future<void>;
      const limited = createTask(
        () => timeout(6e5).run(async () => await failAfter(6e4).run(async () => await waitFor(future, 6e3))),
        { name: 'limited' },
      );
      const free = createTask(async () => await limited, { name: 'free' });
      for (let turn = 0; turn < 5; turn++) await sleep(0);
      const graph = captureCallGraph(limited)!;
      expect(graph.timeLimits!.map(({ kind }) => kind)).toEqual(['timeout', 'scope', 'timeout']);
      const left = graph.timeLimits!.map(({ secondsLeft }) => Math.round(secondsLeft / 1000));
      expect(left).toEqual([6, 60, 600]);
      expect(graph.awaitedBy[0]!.timeLimits).toBeUndefined();
      expect(formatCallGraph(limited)).toMatch(
        /^\* Task\(name='limited'\)\n(?: {2}\+ Call stack:\n(?: {2}\|.*\n)+)? {2}\+ Time left: \d+\.\d{3} s \(timeout\), \d+\.\d{3} s \(scope\), \d+\.\d{3} s \(timeout\)\n {2}\+ Awaited by:\n/,
      );
      future.setResult();
      await free;
      expect(captureCallGraph(limited)!.timeLimits).toBeUndefined();
    }));

  test('are those of blocks of `await using`, and of wait(), and move with their deadlines', () =>
    inLoop(async () => {
      const future = getRunningLoop().createFuture<void>() as unknown as Future<void>;
      let scope: CancelScope | null = null;
      const task = createTask(async () => {
        scope = new CancelScope({ deadline: getRunningLoop().time() + 1e5 });
        await using _scope = scope;
        await wait([future], { timeout: 1e4 });
      });
      for (let turn = 0; turn < 5; turn++) await sleep(0);
      const left = () =>
        captureCallGraph(task)!.timeLimits!.map(({ secondsLeft }) => Math.round(secondsLeft / 1000));
      expect(left()).toEqual([10, 100]);
      scope!.deadline += 9e5;
      expect(left()).toEqual([10, 1000]);
      future.setResult();
      await task;
    }));
});
