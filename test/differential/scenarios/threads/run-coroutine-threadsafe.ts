import { currentTask, getRunningLoop, runCoroutineThreadsafe, sleep, ValueError } from 'bight';
import type { Trace } from '../../support/trace.js';

export const needs = 'processes';
export const style = 'async';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const over = loop.createFuture<void>();
  const outsideTrace = trace.lane('outside');
  let start!: () => void;
  const started = new Promise<void>((resolve) => {
    start = resolve;
  });

  async function succeed(value: string): Promise<string> {
    trace('in a task', currentTask() !== null, getRunningLoop() === loop);
    await sleep(0);
    return value;
  }

  async function fail(): Promise<void> {
    await sleep(0);
    throw new ValueError('no');
  }

  async function cancelItself(): Promise<void> {
    currentTask()!.cancel();
    await sleep(0);
  }

  async function wait(): Promise<void> {
    try {
      start();
      await sleep(1000);
    } catch (error) {
      trace('cancelled');
      loop.callSoon(() => over.setResult());
      throw error;
    }
  }

  async function outside(): Promise<void> {
    const succeeding = runCoroutineThreadsafe(() => succeed('value'), loop);
    outsideTrace(await succeeding, succeeding.done(), succeeding.cancelled(), succeeding.cancel());
    try {
      await runCoroutineThreadsafe(fail, loop);
    } catch (error) {
      outsideTrace(error);
    }
    const cancelling = runCoroutineThreadsafe(cancelItself, loop);
    try {
      await cancelling;
    } catch (error) {
      outsideTrace(trace.kind(error), cancelling.cancelled());
    }
    try {
      runCoroutineThreadsafe(1 as never, loop);
    } catch (error) {
      outsideTrace(error);
    }
    const waiting = runCoroutineThreadsafe(wait, loop);
    await started;
    outsideTrace(waiting.done(), waiting.cancel(), waiting.cancelled(), waiting.done());
  }

  // A callback of the host has no running loop, like another thread.
  setTimeout(outside, 1);
  await over;
}
