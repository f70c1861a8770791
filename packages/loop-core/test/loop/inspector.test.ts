import {
  CoreEventLoop,
  createTask,
  formatTaskTree,
  gather,
  LeakError,
  printTaskTree,
  shield,
  sleep,
  type Task,
  TaskGroup,
  wait,
  waitFor,
} from '@bight/loop-core';
import { trackHandle, untrackHandle } from '@bight/loop-core/low-level';
import { describe, expect, test } from '@jest/globals';
import { inLoop, ManualHost, settle } from '../support/loops.js';
import { outcome } from '../support/outcome.js';

/** The names in a tree, with their branches. */
const names = (tree: string): string[] =>
  tree.split('\n').map((line) => line.replace(/<.*name='([^']*)'.*>/, '$1'));

describe('formatTaskTree()', () => {
  test('shows below each task those that it awaits', () =>
    inLoop(async () => {
      const leaf = createTask(() => sleep(1000), { name: 'leaf' });
      const other = createTask(() => sleep(1000), { name: 'other' });
      const middle = createTask(async () => await leaf, { name: 'middle' });
      const top = createTask(async () => await gather([middle, other]), { name: 'top' });
      await sleep(0);
      await sleep(0);
      expect(names(formatTaskTree()).slice(1)).toEqual(['top', '├── middle', '│   └── leaf', '└── other']);
      top.cancel();
      await outcome(top);
    }));

  test.each([
    ['wait()', (child: Task<unknown>) => wait([child])],
    ['waitFor()', (child: Task<unknown>) => waitFor(child, 1000)],
    ['shield()', (child: Task<unknown>) => shield(child)],
    ['gather() in gather()', (child: Task<unknown>) => gather([gather([child])])],
    [
      'a generator',
      (child: Task<unknown>) =>
        waitFor(function* () {
          yield* child;
        }, null),
    ],
  ])('sees through %s', (_, awaiting) =>
    inLoop(async () => {
      const child = createTask(() => sleep(1000), { name: 'child' });
      const parent = createTask(async () => void (await awaiting(child)), { name: 'parent' });
      await sleep(0);
      await sleep(0);
      expect(names(formatTaskTree()).slice(1)).toEqual(['parent', '└── child']);
      for (const task of [parent, child]) {
        task.cancel();
        await outcome(task);
      }
    }),
  );

  test('shows the tasks that a group waits for at its end', () =>
    inLoop(async () => {
      const parent = createTask(
        () =>
          TaskGroup.run(async (group) => {
            for (const name of ['one', 'two']) group.createTask(() => sleep(1000), { name });
          }),
        { name: 'parent' },
      );
      await sleep(0);
      await sleep(0);
      expect(names(formatTaskTree()).slice(1)).toEqual(['parent', '├── one', '└── two']);
      parent.cancel();
      await outcome(parent);
    }));

  test('shows tasks that wait for each other in a circle, once', () =>
    inLoop(async () => {
      const first: { task?: PromiseLike<unknown> } = {};
      const second = createTask(async () => await first.task, { name: 'second' });
      first.task = createTask(async () => await shield(second), { name: 'first' });
      await sleep(0);
      await sleep(0);
      const tree = formatTaskTree();
      expect(tree).toContain('(waits in a circle)');
      second.cancel();
      await outcome(second);
      await outcome(first.task);
    }));

  test('shows where tasks were made, in debug mode', () =>
    inLoop(async (loop) => {
      loop.setDebug(true);
      const task = createTask(() => sleep(1000), { name: 'made here' });
      await sleep(0);
      expect(formatTaskTree({ stackLines: 25 })).toContain('inspector.test');
      task.cancel();
      await outcome(task);
    }));

  test('is what printTaskTree() writes', () =>
    inLoop(async () => {
      const written: string[] = [];
      printTaskTree({ file: { write: (text) => written.push(text) } });
      expect(written.join('')).toBe(`${formatTaskTree()}\n`);
    }));
});

describe('assertNoLeaks()', () => {
  test('names tasks and timers that are left', () =>
    inLoop(async (loop) => {
      loop.assertNoLeaks();
      const task = createTask(() => sleep(1000), { name: 'forgotten' });
      await sleep(0);
      const error = await outcome((async () => loop.assertNoLeaks())());
      expect(error).toBeInstanceOf(LeakError);
      expect((error as LeakError).leaks.map(({ kind }) => kind)).toEqual(['task', 'timer']);
      expect((error as Error).message).toMatch(/2 still open.*forgotten.*timer/s);
      task.cancel();
      await outcome(task);
      loop.assertNoLeaks();
    }));

  test('names what add-ons have registered, and where it was made in debug mode', () =>
    inLoop(async (loop) => {
      loop.setDebug(true);
      const handle = { toString: () => '<a connection>' };
      trackHandle(loop, 'transport', handle);
      expect(() => loop.assertNoLeaks()).toThrow(/transport: <a connection>, made\n.*inspector\.test/s);
      expect(loop.liveHandles()[0]).toMatchObject({ kind: 'transport', handle });
      untrackHandle(loop, handle);
      untrackHandle(loop, handle);
      loop.assertNoLeaks();
    }));

  test('works for a loop that does not run', () => {
    const loop = new CoreEventLoop();
    const timer = loop.callLater(1, () => undefined);
    expect(() => loop.assertNoLeaks()).toThrow(LeakError);
    timer.cancel();
    loop.assertNoLeaks();
    loop.close();
  });
});

describe('statistics()', () => {
  test('counts what is queued', () =>
    inLoop(async (loop) => {
      const handles = [loop.callLater(1000, () => undefined), loop.callLater(2000, () => undefined)];
      loop.callSoon(() => undefined);
      const { ready, timers, tasks } = loop.statistics();
      expect({ ready, timers, tasks }).toEqual({ ready: 1, timers: 2, tasks: 1 });
      for (const handle of handles) handle.cancel();
      expect(loop.statistics().timers).toBe(0);
    }));

  test('counts iterations from the first call on', () =>
    inLoop(async (loop) => {
      expect(loop.statistics().iterations).toBe(0);
      for (let turn = 0; turn < 5; turn++) await sleep(0);
      expect(loop.statistics().iterations).toBe(5);
    }));

  test('shows how busy the loop was, and how late its timers', async () => {
    const host = new ManualHost();
    const loop = new CoreEventLoop({ host });
    loop.statistics();
    loop.callLater(1, () => host.advance(3));
    loop.callLater(5, () => loop.stop());
    const run = loop.runForever();
    await settle();
    host.advance(2); // the first is one second late; the second is due when it ends
    await settle();
    host.advance(1);
    await run;
    const { seconds, busyShare, lag } = loop.statistics();
    expect({ seconds, busyShare, lag }).toEqual({
      seconds: 6,
      busyShare: 0.5,
      lag: { count: 2, p50: 0, p90: 1, p99: 1, max: 1 },
    });
    loop.close();
  });
});

test('gather() can be iterated: the results in order, each as soon as it is there', () =>
  inLoop(async () => {
    const order: unknown[] = [];
    const coros = [6, 3, 0].map((turns, index) => async () => {
      for (let turn = 0; turn < turns; turn++) await sleep(0);
      order.push(`ends ${index}`);
      return index;
    });
    for await (const result of gather(coros)) order.push(result);
    expect(order).toEqual(['ends 2', 'ends 1', 'ends 0', 0, 1, 2]);
  }));

test('gather() that is iterated throws where the exception is, and reports nothing', () =>
  inLoop(async (loop) => {
    const reports: unknown[] = [];
    loop.setExceptionHandler((_, context) => reports.push(context));
    const results: unknown[] = [];
    const failing = async () => {
      throw new Error('second');
    };
    const iteration = async () => {
      for await (const result of gather([async () => 'first', failing])) results.push(result);
    };
    await expect(iteration()).rejects.toThrow('second');
    await sleep(0);
    for await (const result of gather([failing], { returnExceptions: true })) results.push(String(result));
    expect(results).toEqual(['first', 'Error: second']);
    expect(reports).toEqual([]);
  }));
