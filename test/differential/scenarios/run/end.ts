import type { AbstractEventLoop } from '@bight/loop-abstract';
import { allTasks, createTask, getRunningLoop, run as runMain, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function run(trace: Trace): Promise<void> {
  function count(loop: AbstractEventLoop, n = 0): void {
    const names = [...allTasks({ loop })].map((task) => task.getName().split('-')[0]);
    trace('callback', n, names.sort());
    if (n < 9) loop.callSoon(count, [loop, n + 1]);
  }

  async function schedules(): Promise<string> {
    getRunningLoop().callSoon(count, [getRunningLoop()]);
    return 'scheduled';
  }

  async function stops(): Promise<string> {
    const loop = getRunningLoop();
    loop.callSoon(count, [loop]);
    loop.stop();
    return 'stopped';
  }

  async function stopsLater(): Promise<string> {
    const loop = getRunningLoop();
    loop.callSoon(() => loop.callSoon(() => loop.callSoon(() => loop.stop())));
    loop.callSoon(count, [loop]);
    return 'will be stopped';
  }

  async function leavesATask(): Promise<string> {
    createTask(async () => await sleep(60), { name: 'left' });
    return await schedules();
  }

  async function leavesAGenerator(): Promise<string> {
    async function* numbers() {
      try {
        yield 1;
      } finally {
        trace('closing');
        await sleep(0);
        trace('closed');
      }
    }
    await getRunningLoop().trackAsyncgen(numbers()).next();
    return await schedules();
  }

  for (const main of [schedules, stops, stopsLater, leavesATask, leavesAGenerator]) {
    trace(main.name.split(/(?=[A-Z])/)[0]);
    try {
      trace(await runMain(main));
    } catch (error) {
      trace(error);
    }
  }
}
