// What a page can do with a loop: run where there is neither Node nor anything that carries values over `await`.
// Reports through `globalThis.report`, which the page, or the test, provides: one call with what it found.
import { ContextVar } from '@bight/contextvars';
import {
  CoreEventLoop,
  createTask,
  currentTask,
  gather,
  getRunningLoop,
  moveOnAfter,
  run,
  sleep,
  type Task,
  TaskGroup,
  timeout,
  waitFor,
  wrapFuture,
} from '@bight/loop-core';

const { report } = globalThis as unknown as { report: (found: unknown) => void };
const who = new ContextVar('who', { default: 'default' });

const named = (): string => (currentTask() as Task | null)?.getName() ?? 'none';

async function nameOf(body: () => PromiseLike<unknown>): Promise<string> {
  try {
    await body();
    return 'nothing';
  } catch (error) {
    return (error as Error).name;
  }
}

/** The task and the variable as an async function sees them, before and after its waits. */
async function observe(name: string): Promise<string[]> {
  who.set(name);
  const seen = [`${named()} ${who.get()}`];
  for (const seconds of [0, 0.001, 0]) {
    await sleep(seconds);
    seen.push(`${named()} ${who.get()}`);
  }
  await wrapFuture(new Promise((resolve) => setTimeout(resolve, 1)));
  seen.push(`${named()} ${who.get()}`);
  return seen;
}

async function main(): Promise<Record<string, unknown>> {
  const loop = getRunningLoop();
  const tasks = ['a', 'b'].map((name) => createTask(() => observe(name), { name }));
  const observed = await gather(tasks);
  const generated = await createTask(function* () {
    yield* sleep(0);
    yield* sleep(0.001);
    return named();
  });

  const stuck = createTask(async () => {
    await sleep(0);
    await sleep(1000);
  });
  await sleep(0.001);
  stuck.cancel();
  const cancelled = await nameOf(async () => await stuck);
  const together = createTask(async () => {
    await sleep(0);
    await Promise.all([sleep(1000), sleep(1000)]);
  });
  const chained = createTask(async () => {
    await sleep(0);
    await sleep(1000).finally(() => {});
  });
  await sleep(0.001);
  together.cancel();
  chained.cancel();
  const combined = [
    await nameOf(async () => await together),
    await nameOf(async () => await chained),
    await nameOf(
      async () =>
        await moveOnAfter(0.001).run(async () => {
          await nameOf(async () => await sleep(1000));
          await sleep(1000);
        }),
    ),
  ];
  const timedOut = await nameOf(async () => await timeout(0.001).run(async () => await sleep(1000)));
  const waited = await nameOf(async () => await waitFor(async () => await sleep(1000), 0.001));
  const failed = await nameOf(
    async () =>
      await TaskGroup.run(async (group) => {
        group.createTask(async () => {
          await sleep(0);
          throw new RangeError('child');
        });
        await sleep(1000);
      }),
  );
  const callback = await wrapFuture(
    new Promise<string>((resolve) => {
      loop.callSoon(async () => {
        await sleep(0);
        await sleep(0);
        resolve(`${getRunningLoop() === loop} ${named()}`);
      });
    }),
  );
  // An event of the page belongs to no loop and no task.
  const event = await wrapFuture(
    new Promise<string>((resolve) => {
      setTimeout(() => {
        try {
          resolve(String(getRunningLoop()));
        } catch (error) {
          resolve((error as Error).name);
        }
      }, 5);
    }),
  );
  return {
    observed,
    generated,
    cancelled,
    combined,
    timedOut,
    waited,
    failed,
    callback,
    event,
    after: named(),
  };
}

run(main, { loopFactory: () => new CoreEventLoop() }).then(
  (found) => report(found),
  (error: Error) => report({ error: error.stack }),
);
