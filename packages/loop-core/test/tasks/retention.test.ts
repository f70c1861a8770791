import { AsyncLocalStorage } from 'node:async_hooks';
import { copyContext } from '@bight/contextvars';
import {
  CancelScope,
  CoreEventLoop,
  createTask,
  getRunningLoop,
  run,
  sleep,
  waitFor,
} from '@bight/loop-core';
import { describe, expect, test } from '@jest/globals';

// The number of finished tasks for each way, and the size of their results. What CPython frees at once is freed here,
// too.
const TASKS = 20;
const RESULT_BYTES = 2 ** 20;
const HOUR = 3600;

const storage = new AsyncLocalStorage<string>();

/** Ways in which a task may leave something behind that lives on for an hour; each returns what ends it. */
const ways: Record<string, () => () => unknown> = {
  'a timer of the loop': () => {
    const timer = getRunningLoop().callLater(HOUR, () => {});
    return () => timer.cancel();
  },
  'a done callback': () => {
    const future = getRunningLoop().createFuture();
    future.addDoneCallback(() => {});
    return () => future.cancel();
  },
  'a callback of then()': () => {
    const future = getRunningLoop().createFuture();
    void future.then(() => {});
    return () => future.setResult(undefined);
  },
  'callbacks of then(), catch() and finally()': () => {
    const future = getRunningLoop().createFuture();
    void future.then(() => {});
    void future.catch(() => {});
    void future.finally(() => {});
    return () => future.setResult(undefined);
  },
  'a child task': () => {
    const child = createTask(async () => await sleep(HOUR));
    return () => child.cancel();
  },
  'a child task that is a generator': () => {
    const child = createTask(function* () {
      yield* sleep(HOUR);
    });
    return () => child.cancel();
  },
  'a setTimeout()': () => {
    const timeout = setTimeout(() => {}, HOUR * 1000);
    return () => clearTimeout(timeout);
  },
  'a setTimeout() with a value in an AsyncLocalStorage': () => {
    const timeout = storage.run('value', () => setTimeout(() => {}, HOUR * 1000));
    return () => clearTimeout(timeout);
  },
  'a setTimeout() inside of context.run()': () => {
    const timeout = copyContext().run(() => setTimeout(() => {}, HOUR * 1000));
    return () => clearTimeout(timeout);
  },
  'a promise that nothing settles': () => {
    let end: () => void = () => {};
    const promise = new Promise<void>((resolve) => {
      end = resolve;
    });
    void promise.then(() => {});
    return end;
  },
};

describe.each(Object.entries(ways))('a finished task that leaves behind %s', (_name, leave) => {
  const kinds: Record<string, (leftovers: (() => unknown)[], result: () => Uint8Array) => unknown> = {
    'an async function': (leftovers, result) =>
      createTask(async () => {
        await sleep(0);
        leftovers.push(leave());
        await sleep(0);
        return result();
      }),
    'a generator': (leftovers, result) =>
      createTask(function* () {
        yield* sleep(0);
        leftovers.push(leave());
        yield* sleep(0);
        return result();
      }),
    'a coroutine method with a body of its own': (leftovers, result) =>
      createTask(
        async () =>
          await waitFor(async () => {
            leftovers.push(leave());
            await sleep(0);
            return result();
          }, null),
      ),
    'a plain function in a scope': (leftovers, result) =>
      createTask(async () => {
        await new CancelScope().run(() => {
          leftovers.push(leave());
        });
        await sleep(0);
        return result();
      }),
  };

  test('is freed with its result', async () => {
    await run(
      async () => {
        const leftovers: (() => unknown)[] = [];
        const results: { kind: string; result: WeakRef<Uint8Array> }[] = [];
        for (const [kind, start] of Object.entries(kinds)) {
          for (let index = 0; index < TASKS; index++) {
            start(leftovers, () => {
              const result = new Uint8Array(RESULT_BYTES);
              results.push({ kind, result: new WeakRef(result) });
              return result;
            });
          }
        }
        while (results.length < Object.keys(kinds).length * TASKS) await sleep(0);
        // A WeakRef keeps its target until the job in which it was made is over.
        for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
        globalThis.gc?.();
        const kept = results.filter(({ result }) => result.deref() !== undefined).map(({ kind }) => kind);
        for (const end of leftovers) end();
        expect(kept).toEqual([]);
        await sleep(0);
      },
      { loopFactory: () => new CoreEventLoop() },
    );
  });
});
