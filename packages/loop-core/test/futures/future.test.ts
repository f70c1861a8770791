import { CancelledError, InvalidStateError } from '@bight/loop-abstract';
import { CoreEventLoop, Future, isFuture } from '@bight/loop-core';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { collectReports, inLoop, runOnce } from '../support/loops.js';

let loop: CoreEventLoop;

beforeEach(() => {
  loop = new CoreEventLoop();
});

afterEach(() => {
  loop.close();
});

describe('Future', () => {
  test('is pending until it has a result', () => {
    const future = new Future<number>({ loop });
    expect(future.done()).toBe(false);
    expect(() => future.result()).toThrow(InvalidStateError);
    expect(() => future.exception()).toThrow(InvalidStateError);
    future.setResult(1);
    expect([future.done(), future.cancelled(), future.result(), future.exception()]).toEqual([
      true,
      false,
      1,
      null,
    ]);
    expect(future.getLoop()).toBe(loop);
    expect(isFuture(future)).toBe(true);
  });

  test('fails with an exception, or with the class of one', () => {
    const future = loop.createFuture();
    future.setException(new RangeError('far'));
    expect(() => future.result()).toThrow('far');
    expect(future.exception()).toBeInstanceOf(RangeError);
    const other = loop.createFuture();
    other.setException(TypeError);
    expect(other.exception()).toBeInstanceOf(TypeError);
  });

  test('ends only once', () => {
    const future = loop.createFuture<number>();
    future.setResult(1);
    expect(() => future.setResult(2)).toThrow(InvalidStateError);
    expect(() => future.setException(new Error())).toThrow(InvalidStateError);
    expect(future.cancel()).toBe(false);
  });

  test.each([[undefined], [null], [() => {}]])('refuses %p as an exception', (value) => {
    const future = loop.createFuture();
    expect(() => future.setException(value)).toThrow(TypeError);
  });

  test('that is cancelled throws a CancelledError with the message', () => {
    const future = loop.createFuture();
    expect(future.cancel('enough')).toBe(true);
    expect(future.cancelled()).toBe(true);
    expect(() => future.result()).toThrow(CancelledError);
    expect(() => future.exception()).toThrow('enough');
  });

  test('calls back through the loop, in order, those removed not', async () => {
    const future = loop.createFuture<string>();
    const calls: string[] = [];
    const removed = () => calls.push('removed');
    future.addDoneCallback((done) => calls.push(`first ${done.result()}`));
    future.addDoneCallback(removed);
    future.addDoneCallback(removed);
    future.addDoneCallback(() => calls.push('second'));
    expect(future.removeDoneCallback(removed)).toBe(2);
    expect(future.removeDoneCallback(removed)).toBe(0);
    future.setResult('x');
    expect(calls).toEqual([]);
    await runOnce(loop);
    expect(calls).toEqual(['first x', 'second']);
    future.addDoneCallback(() => calls.push('late'));
    expect(calls).toHaveLength(2);
    await runOnce(loop);
    expect(calls).toHaveLength(3);
  });

  test('reports a callback that throws, and runs the others', async () => {
    const reports = collectReports(loop);
    const future = loop.createFuture<number>();
    let hasRun = false;
    future.addDoneCallback(function failing() {
      throw new Error('callback');
    });
    future.addDoneCallback(() => {
      hasRun = true;
    });
    future.setResult(1);
    await runOnce(loop);
    expect(hasRun).toBe(true);
    expect(reports).toHaveLength(1);
    expect(reports[0]?.message).toContain('failing');
  });
});

describe('a future as a thenable', () => {
  test('chains as promises do', async () => {
    await inLoop(async (own) => {
      const future = own.createFuture<number>();
      own.callSoon(() => future.setResult(2));
      expect(await future.then((n) => n * 2).then((n) => n + 1)).toBe(5);
      expect(await future.finally(() => {})).toBe(2);
      const failing = own.createFuture<number>();
      own.callSoon(() => failing.setException(new Error('no')));
      expect(await failing.catch((error) => (error as Error).message)).toBe('no');
      expect(await Promise.all([future, own.createTask(async () => 3)])).toEqual([2, 3]);
      expect(await Promise.race([future, own.createFuture()])).toBe(2);
    });
  });

  test('never calls back before then has returned', async () => {
    await inLoop(async (own) => {
      const future = own.createFuture<number>();
      future.setResult(1);
      let isCalled = false;
      const chained = future.then(() => {
        isCalled = true;
      });
      expect(isCalled).toBe(false);
      await chained;
      expect(isCalled).toBe(true);
    });
  });

  test('resumes every awaiter in the order in which they came', async () => {
    const order: number[] = [];
    await inLoop(async (own) => {
      const future = own.createFuture<void>();
      const tasks = [1, 2, 3].map((n) =>
        own.createTask(async () => {
          await future;
          order.push(n);
        }),
      );
      own.callSoon(() => own.callSoon(() => future.setResult()));
      for (const task of tasks) await task;
    });
    expect(order).toEqual([1, 2, 3]);
  });
});

describe('an exception that is never retrieved', () => {
  test('is reported at the latest when the loop closes', () => {
    const own = new CoreEventLoop();
    const reports = collectReports(own);
    own.createFuture().setException(new Error('lost'));
    own.close();
    expect(reports).toMatchObject([
      { message: 'Future exception was never retrieved', exception: new Error('lost') },
    ]);
    expect(isFuture(reports[0]?.future)).toBe(true);
  });

  test.each([
    ['result()', (future: Future) => void expect(() => future.result()).toThrow()],
    ['exception()', (future: Future) => void future.exception()],
    ['then()', (future: Future) => void future.then(undefined, () => {})],
    ['cancel()', (future: Future) => void future.cancel()],
  ])('is not reported after %s', (_name, look) => {
    const own = new CoreEventLoop();
    const reports = collectReports(own);
    const future = own.createFuture();
    future.setException(new Error('seen'));
    look(future);
    own.close();
    expect(reports).toEqual([]);
  });
});
