import { ContextVar } from '@bight/contextvars';
import { CancelledError, type ExceptionContext, RuntimeError } from '@bight/loop-abstract';
import {
  CoreEventLoop,
  createTask,
  DefaultEventLoopPolicy,
  getEventLoop,
  getEventLoopPolicy,
  getRunningLoop,
  newEventLoop,
  Runner,
  run,
  setEventLoop,
  setEventLoopPolicy,
  sleep,
} from '@bight/loop-core';
import { afterEach, describe, expect, test } from '@jest/globals';
import { collectReports } from '../support/loops.js';

describe('run', () => {
  test('gives the result, or throws what the program throws, and closes the loop', async () => {
    let loop: unknown;
    const result = await run(async () => {
      loop = getRunningLoop();
      return 5;
    });
    expect(result).toBe(5);
    expect((loop as CoreEventLoop).isClosed()).toBe(true);
    await expect(
      run(async () => {
        throw new RangeError('far');
      }),
    ).rejects.toThrow(RangeError);
    expect(
      await run(function* () {
        yield* sleep(0);
        return 'generator';
      }),
    ).toBe('generator');
  });

  test('cancels what is left, and waits for it', async () => {
    const order: string[] = [];
    await run(async () => {
      createTask(async () => {
        try {
          await sleep(3600);
        } catch (error) {
          order.push((error as Error).constructor.name);
          await sleep(0);
          order.push('cleaned up');
          throw error;
        }
      });
      await sleep(0);
      order.push('main is over');
    });
    expect(order).toEqual(['main is over', CancelledError.name, 'cleaned up']);
  });

  test('reports what fails while it is being cancelled', async () => {
    const reports: ExceptionContext[] = [];
    await run(async () => {
      getRunningLoop().setExceptionHandler((_loop, context) => reports.push(context));
      createTask(async () => {
        try {
          await sleep(3600);
        } finally {
          await Promise.reject(new Error('cleaning up failed'));
        }
      });
      await sleep(0);
    });
    expect(reports).toMatchObject([{ message: 'unhandled exception during run() shutdown' }]);
  });

  test('cannot be nested', async () => {
    await run(async () => {
      await expect(run(async () => {})).rejects.toThrow(RuntimeError);
      await expect(new Runner().run(async () => {})).rejects.toThrow(RuntimeError);
    });
  });

  test('refuses a promise that runs already', async () => {
    await expect(run(Promise.resolve() as never)).rejects.toThrow(TypeError);
  });

  test('takes debug and loopFactory', async () => {
    class Own extends CoreEventLoop {}
    await run(
      async () => {
        expect(getRunningLoop()).toBeInstanceOf(Own);
        expect(getRunningLoop().getDebug()).toBe(true);
      },
      { debug: true, loopFactory: () => new Own() },
    );
  });

  test('may run several times at once', async () => {
    const results = await Promise.all([1, 2, 3].map((n) => run(async () => await sleep(0, { result: n }))));
    expect(results).toEqual([1, 2, 3]);
  });
});

describe('Runner', () => {
  test('runs several programs in one loop and one context', async () => {
    const variable = new ContextVar<string>('variable', { default: 'unset' });
    let loop: unknown;
    {
      await using runner = new Runner();
      loop = runner.getLoop();
      await runner.run(async () => variable.set('kept'));
      await runner.run(async () => {
        expect(variable.get()).toBe('kept');
        expect(getRunningLoop()).toBe(loop);
      });
      await runner.close();
      await expect(runner.run(async () => {})).rejects.toThrow('Runner is closed');
      expect(() => runner.getLoop()).toThrow(RuntimeError);
    }
    expect((loop as CoreEventLoop).isClosed()).toBe(true);
    expect(variable.get()).toBe('unset');
  });
});

describe('the policy', () => {
  afterEach(() => setEventLoopPolicy(null));

  test('makes the current loop on demand, once', () => {
    setEventLoopPolicy(new DefaultEventLoopPolicy());
    const loop = getEventLoop();
    expect(getEventLoop()).toBe(loop);
    loop.close();
    setEventLoop(null);
    expect(() => getEventLoop()).toThrow(RuntimeError);
    const other = newEventLoop();
    setEventLoop(other);
    expect(getEventLoop()).toBe(other);
    other.close();
  });

  test('can be another one, which decides what newEventLoop makes', () => {
    class Own extends CoreEventLoop {}
    class OwnPolicy extends DefaultEventLoopPolicy {
      override newEventLoop() {
        return new Own();
      }
    }
    const policy = new OwnPolicy();
    setEventLoopPolicy(policy);
    expect(getEventLoopPolicy()).toBe(policy);
    const loop = newEventLoop();
    expect(loop).toBeInstanceOf(Own);
    loop.close();
    expect(() => setEventLoopPolicy(5 as never)).toThrow(TypeError);
    expect(() => policy.setEventLoop({} as never)).toThrow(TypeError);
  });

  test('gives way to the loop that runs', async () => {
    await run(async () => {
      setEventLoop(null);
      expect(getEventLoop()).toBe(getRunningLoop());
    });
  });

  test('getRunningLoop throws where no loop runs', () => {
    expect(() => getRunningLoop()).toThrow(new RuntimeError('no running event loop'));
  });
});

describe('runUntilComplete', () => {
  test('takes futures, promises and coroutine functions', async () => {
    const loop = new CoreEventLoop();
    const future = loop.createFuture<number>();
    loop.callSoon(() => future.setResult(1));
    expect(await loop.runUntilComplete(future)).toBe(1);
    expect(await loop.runUntilComplete(Promise.resolve(2))).toBe(2);
    expect(await loop.runUntilComplete(async () => 3)).toBe(3);
    loop.close();
  });

  test('is a RuntimeError when the loop is stopped before', async () => {
    const loop = new CoreEventLoop();
    collectReports(loop);
    const never = loop.createFuture();
    loop.callSoon(() => loop.stop());
    await expect(loop.runUntilComplete(never)).rejects.toThrow('stopped before Future completed');
    loop.close();
  });

  test('refuses a future of another loop', async () => {
    const loop = new CoreEventLoop();
    const other = new CoreEventLoop();
    await expect(loop.runUntilComplete(other.createFuture())).rejects.toThrow('different loop');
    loop.close();
    other.close();
  });
});
