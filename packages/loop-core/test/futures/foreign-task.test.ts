// Futures and tasks that another library has made, as a loop written from the interfaces alone has them.
import { capture, currentContext, runContext, runIn } from '@bight/contextvars/low-level';
import type { AbstractFuture, AwaitingTask } from '@bight/loop-abstract';
import { CancelledError, TimeoutError, ValueError } from '@bight/loop-abstract';
import {
  asCompleted,
  CoreEventLoop,
  coroutine,
  ensureFuture,
  Future,
  gather,
  isFuture,
  shield,
  sleep,
  wait,
  waitFor,
  wrapFuture,
} from '@bight/loop-core';
import { inDebugMode } from '@bight/loop-core/low-level';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

let loop: CoreEventLoop;
beforeEach(() => {
  loop = new CoreEventLoop();
});
afterEach(() => loop.close());

/** A future that shares no class with ours: a copy of its members, bound to one of ours inside. */
function foreignFuture<T>(): AbstractFuture<T> {
  const inner = new Future<T>({ loop });
  const names = [
    'done',
    'cancelled',
    'cancel',
    'result',
    'exception',
    'setResult',
    'setException',
    'getLoop',
  ] as const;
  const outer: Record<PropertyKey, unknown> = {
    addDoneCallback: (callback: (future: unknown) => unknown) => inner.addDoneCallback(() => callback(outer)),
    *[Symbol.iterator]() {
      if (!inner.done()) yield outer;
      return inner.result();
    },
  };
  for (const name of names) outer[name] = (inner[name] as () => unknown).bind(inner);
  return outer as unknown as AbstractFuture<T>;
}

describe('a foreign future', () => {
  test('is no future of ours, and is wrapped where one is expected', () => {
    const foreign = foreignFuture<number>();
    expect(isFuture(foreign)).toBe(false);
    expect(isFuture(wrapFuture(foreign))).toBe(true);
    expect(isFuture(ensureFuture(foreign, { loop }))).toBe(true);
  });

  test('of another loop is refused like one of ours', () => {
    const other = new CoreEventLoop();
    expect(() => ensureFuture(foreignFuture(), { loop: other })).toThrow(ValueError);
    other.close();
  });

  test('can be waited for in a generator coroutine, and takes one turn', async () => {
    const trace: string[] = [];
    const foreign = foreignFuture<number>();
    const task = loop.createTask(function* () {
      trace.push(`got ${yield* foreign}`);
    });
    loop.callSoon(() => {
      foreign.setResult(42);
      loop.callSoon(() => trace.push('behind'));
    });
    await loop.runUntilComplete(task);
    await loop.runUntilComplete(() => sleep(0));
    expect(trace).toEqual(['got 42', 'behind']);
  });

  test('throws its exception into a coroutine method that waits for it', async () => {
    const foreign = foreignFuture<never>();
    loop.callSoon(() => foreign.setException(new RangeError('no')));
    const method = () =>
      coroutine(loop, function* () {
        yield* foreign;
      });
    await expect(loop.runUntilComplete(method)).rejects.toThrow(RangeError);
  });

  test('is cancelled with the task that waits for it', async () => {
    const foreign = foreignFuture<never>();
    const task = loop.createTask(function* () {
      yield* foreign;
    });
    loop.callLater(0, () => task.cancel('enough'));
    await expect(loop.runUntilComplete(task)).rejects.toThrow(CancelledError);
    expect(foreign.cancelled()).toBe(true);
  });

  test('can be gathered, and waited for with a time-out', async () => {
    const [a, b, never] = [foreignFuture<number>(), foreignFuture<number>(), foreignFuture<number>()];
    a.setResult(1);
    loop.callSoon(() => b.setResult(2));
    await expect(loop.runUntilComplete(async () => await gather([a, b]))).resolves.toEqual([1, 2]);
    await expect(loop.runUntilComplete(async () => await waitFor(never, 0))).rejects.toThrow(TimeoutError);
    expect(never.cancelled()).toBe(true);
  });
});

test('a task factory may give foreign futures: what combines tasks waits for those', async () => {
  const made: AbstractFuture<unknown>[] = [];
  loop.setTaskFactory((_loop, coro) => {
    const future = foreignFuture<unknown>();
    made.push(future);
    loop.callSoon(async () => future.setResult(await (coro as () => Promise<unknown>)()));
    return future as never;
  });
  const values = [async () => 'a', async () => 'b'];
  await expect(loop.runUntilComplete(gather(values, { loop }))).resolves.toEqual(['a', 'b']);
  const [done, pending] = await loop.runUntilComplete(wait(values, { loop }));
  expect([...done, ...pending]).toEqual(made.slice(2));
  const seen = new Set<unknown>();
  const order = asCompleted(values, { loop })[Symbol.asyncIterator]();
  await loop.runUntilComplete(async () => {
    for (let n = 0; n < 2; n++) seen.add((await order.next()).value);
  });
  expect(seen).toEqual(new Set(made.slice(4, 6)));
  await expect(loop.runUntilComplete(shield(made[0] as never))).resolves.toBe('a');
});

describe('a foreign task', () => {
  class ForeignTask implements AwaitingTask {
    readonly trace: string[] = [];
    awaited: AbstractFuture<unknown> | null = null;
    pending: Error | null = null;

    awaiting(future: AbstractFuture<unknown>): void {
      this.trace.push('awaiting');
      this.awaited = future;
    }

    resuming(future: AbstractFuture<unknown>): Error | null {
      this.trace.push(`resuming ${future.done()}`);
      return this.pending;
    }

    run<T>(code: () => Promise<T>): Promise<T> {
      return runIn(capture(), runContext(currentContext(), loop, this), code, this, undefined);
    }
  }

  test('is notified of what its code awaits, and when it resumes', async () => {
    const task = new ForeignTask();
    const future = loop.createFuture<string>();
    const code = task.run(async () => await future);
    loop.callSoon(() => future.setResult('done'));
    await expect(loop.runUntilComplete(code)).resolves.toBe('done');
    expect(task.awaited).toBe(future);
    expect(task.trace).toEqual(['awaiting', 'resuming true']);
  });

  test('has its cancel thrown in place of a result that was there before', async () => {
    const task = new ForeignTask();
    const future = loop.createFuture<string>();
    const code = task.run(async () => await future);
    loop.callSoon(() => {
      future.setResult('done');
      task.pending = new CancelledError('late');
    });
    await expect(loop.runUntilComplete(code)).rejects.toThrow('late');
  });

  test('is notified for coroutine methods, too, and can cancel these', async () => {
    const task = new ForeignTask();
    const inner = loop.createFuture<never>();
    const code = task.run(
      async () =>
        await coroutine(loop, function* () {
          yield* inner;
        }),
    );
    loop.callSoon(() => task.awaited?.cancel());
    await expect(loop.runUntilComplete(code)).rejects.toThrow(CancelledError);
    expect(inner.cancelled()).toBe(true);
  });

  test('may lack these methods', async () => {
    const frame = runContext(currentContext(), loop, {});
    const future = loop.createFuture<string>();
    const code = runIn(capture(), frame, async () => await future, undefined, undefined);
    loop.callSoon(() => future.setResult('done'));
    await expect(loop.runUntilComplete(code)).resolves.toBe('done');
  });
});

test('a loop without debug mode is not in debug mode', async () => {
  const { AbstractEventLoop } = await import('@bight/loop-abstract');
  class Plain extends AbstractEventLoop {}
  expect(inDebugMode(new Plain())).toBe(false);
  expect(inDebugMode({})).toBe(false);
  loop.setDebug(true);
  expect(inDebugMode(loop)).toBe(true);
});
