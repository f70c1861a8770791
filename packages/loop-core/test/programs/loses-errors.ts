import { CoreEventLoop, createTask, getRunningLoop, run, sleep, TaskGroup, waitFor } from '@bight/loop-core';

// Has tasks fail in each way, forgets them, and prints how many were reported while the loop runs. A process of its
// own has no finalizers of other files.

const TASKS = 20;

const lost = (): never => {
  throw new Error('lost');
};

/** Ways in which a task, or a future, may fail; the error's stack has frames in which the task itself is `this`. */
const ways: Record<string, () => unknown> = {
  'a future': () => {
    (getRunningLoop() as CoreEventLoop).createFuture().setException(new Error('lost'));
  },
  'an async function, at once': () => createTask(async () => lost()),
  'an async function, after a wait': () =>
    createTask(async () => {
      await sleep(0);
      lost();
    }),
  'a generator': () =>
    createTask(function* () {
      yield* sleep(0);
      lost();
    }),
  'a coroutine method': () => createTask(async () => await waitFor(async () => lost(), 60)),
  'an error with a cause': () =>
    createTask(async () => {
      try {
        lost();
      } catch (cause) {
        throw new Error('lost', { cause });
      }
    }),
  'a group of errors': () =>
    createTask(async () => {
      await TaskGroup.run(async (group) => {
        group.createTask(async () => lost());
        await sleep(60);
      });
    }),
};

const found: Record<string, number> = {};
for (const [way, fail] of Object.entries(ways)) {
  let reports = 0;
  const loopFactory = () => {
    const loop = new CoreEventLoop();
    loop.setExceptionHandler(() => {
      reports++;
    });
    return loop;
  };
  await run(
    async () => {
      for (let index = 0; index < TASKS; index++) {
        fail();
        await sleep(0);
      }
      // The engine's registers may still hold the last ones.
      for (let turn = 0; turn < 100 && reports < TASKS / 2; turn++) {
        await sleep(0.001);
        globalThis.gc?.();
      }
      found[way] = reports;
    },
    { loopFactory },
  );
}
console.log(JSON.stringify(found));
