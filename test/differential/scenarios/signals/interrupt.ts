import { currentTask, getRunningLoop, run as runCoroutine, sleep, ValueError } from 'bight';
import type { Trace } from '../../support/trace.js';

export const needs = 'processes';

function interruptSoon(): void {
  getRunningLoop().callSoon(() => process.kill(process.pid, 'SIGINT'));
}

export async function run(trace: Trace): Promise<void> {
  async function givesIn(): Promise<void> {
    interruptSoon();
    try {
      await sleep(1000);
    } finally {
      trace('cleaning up', currentTask()!.cancelling());
      await sleep(0);
    }
  }

  async function goesOn(): Promise<string> {
    interruptSoon();
    try {
      await sleep(1000);
    } catch (error) {
      trace(error);
    }
    return 'result';
  }

  async function fails(): Promise<void> {
    interruptSoon();
    try {
      await sleep(1000);
    } catch {
      throw new ValueError('while it was cancelled');
    }
  }

  // run() leaves Ctrl-C to a listener that is there already, and the program that runs the tests may.
  const others = process.listeners('SIGINT');
  for (const listener of others) process.off('SIGINT', listener);
  for (const main of [givesIn, goesOn, fails]) {
    try {
      trace(await runCoroutine<unknown>(main));
    } catch (error) {
      trace(error);
    }
  }
  for (const listener of others) process.on('SIGINT', listener);
}
