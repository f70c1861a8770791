import { createTask, gather, getRunningLoop, sleep, Task } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  trace('factory', loop.getTaskFactory());

  async function child(value: number): Promise<number> {
    await sleep(0);
    return value;
  }

  const factory: Parameters<typeof loop.setTaskFactory>[0] = (owner, coroutine, options) => {
    trace('making');
    const task = new Task(coroutine, { loop: owner, ...options });
    task.addDoneCallback((done) => trace('made and done', done.result()));
    return task;
  };

  loop.setTaskFactory(factory);
  trace('set', loop.getTaskFactory() === factory);
  const first = createTask(() => child(1), { name: 'first' });
  trace(first.getName(), await first);
  trace(await gather([() => child(2), () => child(3)]));
  loop.setTaskFactory(null);
  trace('reset', await createTask(() => child(4)));
}
