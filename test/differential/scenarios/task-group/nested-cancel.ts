import { CancelledError, createTask, currentTask, sleep, TaskGroup, ValueError, wait } from 'bight';
import type { Trace } from '../../support/trace.js';

export const clock = 'virtual';

export async function main(trace: Trace): Promise<void> {
  async function child(name: string, ticks: number, fails: boolean): Promise<void> {
    try {
      await sleep(ticks);
      if (fails) throw new ValueError(name);
      trace(name, 'ends');
    } catch (error) {
      if (!(error instanceof CancelledError)) throw error;
      trace(name, 'cancelled', currentTask()!.cancelling());
      await sleep(1);
      trace(name, 'cleaned up');
      if (fails) throw new ValueError(`${name} while cancelled`);
      throw error;
    }
  }

  async function groups(outerFails: boolean, innerFails: boolean, outerTicks: number): Promise<void> {
    try {
      await TaskGroup.run(async (outer) => {
        outer.createTask(() => child('outer', outerTicks, outerFails));
        try {
          await TaskGroup.run(async (inner) => {
            inner.createTask(() => child('inner', 2, innerFails));
            inner.createTask(() => child('sibling', 9, false));
            await sleep(5);
          });
        } finally {
          trace('inner group is over', currentTask()!.cancelling());
        }
      });
    } finally {
      trace('outer group is over', currentTask()!.cancelling());
    }
  }

  const cases: [boolean, boolean, number, number][] = [
    [true, true, 2, 9],
    [true, false, 1, 9],
    [false, true, 9, 9],
    [true, true, 3, 9],
    [false, false, 9, 1],
    [false, true, 9, 2],
    [true, true, 2, 2],
    [true, true, 9, 1],
  ];
  for (const [outerFails, innerFails, outerTicks, cancelAfter] of cases) {
    trace([outerFails, innerFails, outerTicks, cancelAfter]);
    const task = createTask(() => groups(outerFails, innerFails, outerTicks));
    await wait([task], { timeout: cancelAfter });
    trace('cancels', task.cancel());
    await wait([task]);
    trace(task.cancelled() ? 'cancelled' : task.exception(), task.cancelling());
  }
}
