import { createSubprocessExec, createTask, DEVNULL, getRunningLoop, sleep, wait, waitFor } from 'bight';
import type { Trace } from '../../support/trace.js';

export const needs = 'processes';

export async function main(trace: Trace): Promise<void> {
  const quiet = { stdin: DEVNULL, stdout: DEVNULL, stderr: DEVNULL };
  const process = await createSubprocessExec('sleep', ['1000'], quiet);

  async function waiter(name: string): Promise<void> {
    try {
      trace(name, await process.wait(), process.returncode);
    } catch (error) {
      trace(name, 'cancelled');
      throw error;
    }
  }

  const tasks = ['first', 'second', 'third'].map((name) => createTask(() => waiter(name)));
  await sleep(0);
  tasks[1]!.cancel();
  try {
    await waitFor(process.wait(), 0.01);
  } catch (error) {
    trace(error, process.returncode);
  }
  process.terminate();
  await wait(tasks);
  trace(tasks.map((task) => task.cancelled()));
  getRunningLoop().callSoon(trace, ['a turn later']);
  trace('again', await process.wait());
  await sleep(0);
}
