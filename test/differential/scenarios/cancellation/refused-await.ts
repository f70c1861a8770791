import {
  createTask,
  currentTask,
  getRunningLoop,
  newEventLoop,
  sleep,
  type Task,
  wait,
} from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const other = newEventLoop();

  async function attempt(name: string, awaited: () => PromiseLike<unknown>, cancels: boolean): Promise<void> {
    for (let n = 0; n < 3; n++) {
      loop.callSoon(trace, [name, 'queued', n]);
    }
    const task = currentTask()!;
    if (cancels) loop.callSoon(() => task.cancel('meanwhile'));
    try {
      await awaited();
    } catch (error) {
      trace(name, trace.kind(error));
    }
    await sleep(0);
    trace(name, 'goes on');
  }

  const tasks: Task<void>[] = [];

  async function itself(name: string, cancels: boolean): Promise<void> {
    await attempt(name, () => tasks.at(-1)!, cancels);
  }

  for (const cancels of [false, true]) {
    tasks.push(createTask(() => itself('itself', cancels)));
    trace('begun');
    await wait([tasks.at(-1)!]);
    trace('itself', tasks.at(-1)!.cancelled(), tasks.at(-1)!.cancelling());
    const foreign = other.createFuture();
    const task = createTask(() => attempt('another loop', () => foreign, cancels));
    await wait([task]);
    trace('another loop', task.cancelled(), task.cancelling(), foreign.cancelled());
  }
  other.close();
}
