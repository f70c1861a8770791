import { nodeInternals } from '@bight/contextvars/low-level';
import {
  captureCallGraph,
  createTask,
  formatCallGraph,
  getRunningLoop,
  sleep,
  TaskGroup,
  timeout,
} from '@bight/loop-core';
import { loopRegistry } from '@bight/loop-core/low-level';
import { describe, expect, test } from '@jest/globals';
import { outcome } from '../../../../test/support/outcome.js';
import { inLoop } from '../support/loops.js';

async function innermost(): Promise<void> {
  await sleep(1000);
}

async function inBetween(): Promise<void> {
  await innermost();
}

const waysToWait: [string, () => Promise<unknown>, string[]][] = [
  ['async functions that call each other', inBetween, ['innermost', 'inBetween']],
  ['timeout()', async () => await timeout(1000).run(inBetween), ['innermost', 'inBetween']],
  [
    'a group',
    async () =>
      await TaskGroup.run(async function inGroup() {
        await innermost();
      }),
    ['innermost', 'inGroup'],
  ],
  ['Promise.all()', async () => await Promise.all([innermost(), sleep(1000)]), ['innermost']],
  ['a future', async () => await getRunningLoop().createFuture(), []],
];

const shown = () => {
  test.each(waysToWait)('in %s', (_how, body, names) =>
    inLoop(async () => {
      const task = createTask(async function outermost() {
        await body();
      });
      for (let turn = 0; turn < 5; turn++) await sleep(0);
      const found = captureCallGraph(task)!.callStack;
      const named = found.map(({ functionName }) => functionName).filter((name) => name !== '');
      expect(named.slice(0, names.length)).toEqual(names);
      expect(named.at(-1)).toBe('outermost');
      expect(found.every(({ fileName }) => fileName.includes('suspended-frames.test'))).toBe(true);
      const lines = task.getStack();
      expect(lines).toHaveLength(found.length);
      expect(lines[0]).toMatch(/^at async .*suspended-frames\.test/);
      expect(task.getStack({ limit: 1 })).toHaveLength(1);
      // The task was inspected, and nothing else has changed.
      expect(task.done()).toBe(false);
      task.cancel();
      await outcome(task);
    }),
  );

  test('in its loop as data, and in the text of a call graph', () =>
    inLoop(async () => {
      const task = createTask(inBetween, { name: 'looked at' });
      await sleep(0);
      await sleep(0);
      const tasks = loopRegistry.snapshot().flatMap((loop) => loop.tasks);
      const { stack } = tasks.find(({ name }) => name === 'looked at')!;
      expect(stack.map((line) => line.split(' ')[0])).toEqual(['innermost', 'inBetween']);
      expect(formatCallGraph(task)).toMatch(
        /\+ Call stack:\n {2}\| {3}File '.*', line \d+, in innermost\(\)\n/,
      );
      task.cancel();
      await outcome(task);
    }));

  test('however deep the code lies that asks, and without a stack limit of its own', () =>
    inLoop(async () => {
      const task = createTask(inBetween);
      await sleep(0);
      await sleep(0);
      const ask = (depth: number): number =>
        depth === 0 ? captureCallGraph(task)!.callStack.length : ask(depth - 1);
      const { stackTraceLimit, prepareStackTrace } = Error;
      expect(ask(100)).toBe(2);
      expect(Error.stackTraceLimit).toBe(stackTraceLimit);
      expect(Error.prepareStackTrace).toBe(prepareStackTrace);
      task.cancel();
      await outcome(task);
    }));
};

// It relies on what V8 does not document.
if (nodeInternals())
  describe('a task that waits shows where its async functions stand, also out of debug mode', shown);
else {
  test('without what Node does not document a task shows no stack out of debug mode', () =>
    inLoop(async () => {
      const task = createTask(inBetween);
      await sleep(0);
      await sleep(0);
      expect([captureCallGraph(task)!.callStack, task.getStack()]).toEqual([[], []]);
      task.cancel();
      await outcome(task);
    }));
}

test('inspecting changes nothing: no order of callbacks and microtasks, no result', () =>
  inLoop(async (loop) => {
    const run = async (look: () => void): Promise<string[]> => {
      const order: string[] = [];
      const future = loop.createFuture<number>();
      const task = createTask(async () => {
        order.push(`result ${await future}`);
      });
      await sleep(0);
      await sleep(0);
      loop.callSoon(() => order.push('callback'));
      void Promise.resolve().then(() => order.push('microtask'));
      queueMicrotask(() => order.push('another'));
      look();
      order.push('behind');
      future.setResult(1);
      await task;
      return order;
    };
    const task = createTask(inBetween);
    await sleep(0);
    await sleep(0);
    const unobserved = await run(() => {});
    expect(await run(() => void captureCallGraph(task))).toEqual(unobserved);
    task.cancel();
    await outcome(task);
  }));
