import { type AbstractFuture, ValueError } from '@bight/loop-abstract';
import { createTask, getRunningLoop, sleep, waitFor } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export const clock = 'virtual';
const TICK = 1 / 64;

function permutations(items: string[], length: number): string[][] {
  if (length === 0) return [[]];
  return items.flatMap((item, index) =>
    permutations(items.toSpliced(index, 1), length - 1).map((rest) => [item, ...rest]),
  );
}

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function waiter(future: AbstractFuture<string>, timeout: number): Promise<string> {
    try {
      return await waitFor(future, timeout);
    } catch (error) {
      trace('waiter', error);
      throw error;
    }
  }

  async function attempt(events: string[]): Promise<void> {
    trace('--', events);
    const future = loop.createFuture<string>();
    const deadline = loop.time() + TICK;
    const actions: Record<string, () => void> = {
      result: () => future.done() || future.setResult('result'),
      error: () => future.done() || future.setException(new ValueError('error')),
      cancel: () => task.cancel('cancel'),
    };
    const timed = events.indexOf('timeout');
    const before = timed < 0 ? events : events.slice(0, timed);
    for (const event of before) {
      loop.callAt(deadline, actions[event]!);
    }
    const task = createTask(() => waiter(future, timed < 0 ? 100 : TICK));
    await sleep(0);
    for (const event of events.slice(before.length + 1)) {
      loop.callAt(deadline, actions[event]!);
    }
    try {
      trace('value', await task);
    } catch (error) {
      trace('outcome', error, task.cancelled(), task.cancelling());
    }
    trace('future', future.cancelled());
  }

  for (const length of [2, 3]) {
    for (const outcome of ['result', 'error']) {
      for (const events of permutations([outcome, 'timeout', 'cancel'], length)) {
        await attempt(events);
      }
    }
  }
}
