import { CoreEventLoop, createTask, LeakError, run, sleep, timeout, waitFor } from '@bight/loop-core';
import { describe, expect, test } from '@jest/globals';
import { collectReports, printedOf } from '../support/loops.js';

/** The frames of a stack. */
function framesOf(stack: string | undefined): string[] {
  return (stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
}

async function errorOf(body: () => PromiseLike<unknown>): Promise<Error> {
  try {
    await body();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

/** Ways in which an error of the library's reaches a program that waits. */
const ways: Record<string, () => PromiseLike<unknown>> = {
  'waitFor() that timed out': async function users() {
    await waitFor(sleep(1000), 0);
  },
  'waitFor() of a coroutine': async function users() {
    await waitFor(() => sleep(1000), 0.001);
  },
  'a timeout()': async function users() {
    await timeout(0.001).run(async () => await sleep(1000));
  },
  'a cancel': async function users() {
    const task = createTask(async function users() {
      await sleep(1000);
    });
    await sleep(0);
    task.cancel('enough');
    await task;
  },
  'a cancel of a generator': async function users() {
    const task = createTask(function* users() {
      yield* sleep(1000);
    });
    await sleep(0);
    task.cancel('enough');
    await task;
  },
  'a generator that throws': async function users() {
    await createTask(function* users() {
      yield* sleep(0);
      throw new RangeError('mine');
    });
  },
};

describe.each(Object.entries(ways))('in debug mode the stack of %s', (_name, way) => {
  test("begins with the user's code and folds the library's", () =>
    run(
      async () => {
        const { stack } = await errorOf(way);
        const frames = framesOf(stack);
        expect(frames[0]).toContain('stacks.test');
        expect(frames.filter((frame) => /loop-core.src|node:/.test(frame))).toEqual([]);
        expect(frames.filter((frame) => frame.includes('inside bight')).length).toBeGreaterThan(0);
      },
      { debug: true, loopFactory: () => new CoreEventLoop() },
    ));
});

test("an error of the program's own keeps its stack outside of debug mode", () =>
  run(
    async () => {
      const error = new Error('mine');
      const { stack } = error;
      const task = createTask(async () => {
        throw error;
      });
      expect(await errorOf(async () => await task)).toBe(error);
      expect(error.stack).toBe(stack);
    },
    { loopFactory: () => new CoreEventLoop() },
  ));

test("where a thing was made begins with the user's code, in a leak report and in a task's stack", () => {
  const loop = new CoreEventLoop();
  loop.setDebug(true);
  const timer = loop.callLater(1000, function later() {});
  const task = loop.createTask(async function forgotten() {});
  expect(loop.liveHandles().map(({ kind }) => kind)).toEqual(['task', 'timer']);
  for (const { stack } of loop.liveHandles()) expect(framesOf(stack)[0]).toContain('stacks.test');
  expect(task.getStack()[0]).toContain('stacks.test');
  expect(() => loop.assertNoLeaks()).toThrow(LeakError);
  expect(() => loop.assertNoLeaks()).toThrow(/, made\n\s+at .*stacks\.test/);
  timer.cancel();
  loop.setExceptionHandler(() => {});
  loop.close();
});

test.each([true, false])(
  'an exception that is never retrieved names its task (debug mode: %s)',
  async (debug) => {
    const loop = new CoreEventLoop();
    loop.setDebug(debug);
    const reports = collectReports(loop);
    await loop.runUntilComplete(async () => {
      loop.createTask(
        async function work() {
          throw new Error('unseen');
        },
        { name: 'worker' },
      );
      await sleep(0);
      await sleep(0);
    });
    loop.close();
    expect(reports).toHaveLength(1);
    const [report] = reports;
    expect(report!.message).toBe('Task exception was never retrieved');
    expect(String(report!.future)).toBe("<Task failed name='worker' coro=work>");
    expect(report!.sourceTraceback === undefined).toBe(!debug);
    if (debug) expect(framesOf(report!.sourceTraceback as string)[0]).toContain('stacks.test');
    expect(printedOf(loop, report!)).toContain("future: <Task failed name='worker' coro=work>");
  },
);
